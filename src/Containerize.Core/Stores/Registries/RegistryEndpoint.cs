using Containerize.Http;
using Containerize.Images;

namespace Containerize.Stores.Registries;

/// <summary>Where a registry answers.</summary>
/// <param name="Registry">The registry as references name it.</param>
/// <param name="Base">Scheme, host and port of its API, without a path.</param>
/// <param name="Listed">Whether the user listed it as insecure.</param>
internal sealed record RegistryEndpoint(string Registry, Uri Base, bool Listed) : Origin(Base)
{
    /// <summary>Docker Hub's references and its API have different hosts.</summary>
    public static string ApiHost(string registry) =>
        registry == ImageReference.DockerHub ? "registry-1.docker.io" : registry;
}
