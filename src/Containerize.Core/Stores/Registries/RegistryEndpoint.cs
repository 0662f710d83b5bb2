using Containerize.Images;

namespace Containerize.Stores.Registries;

/// <summary>Where a registry answers.</summary>
/// <param name="Registry">The registry as references name it.</param>
/// <param name="Base">Scheme, host and port of its API, without a path.</param>
/// <param name="Listed">Whether the user listed it as insecure.</param>
internal sealed record RegistryEndpoint(string Registry, Uri Base, bool Listed)
{
    /// <summary>Docker Hub's references and its API have different hosts.</summary>
    public static string ApiHost(string registry) =>
        registry == ImageReference.DockerHub ? "registry-1.docker.io" : registry;

    public bool IsPlain => Base.Scheme == Uri.UriSchemeHttp;

    /// <summary>Whether the URL is on this registry: same scheme, host and port (RFC 6454).</summary>
    public bool Owns(Uri url) => SameOrigin(Base, url);

    public static bool SameOrigin(Uri one, Uri other) =>
        one.Scheme == other.Scheme && one.Port == other.Port
        && string.Equals(one.IdnHost, other.IdnHost, StringComparison.OrdinalIgnoreCase);
}
