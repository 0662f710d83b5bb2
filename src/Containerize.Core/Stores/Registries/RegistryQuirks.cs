using System.Collections.Immutable;
using System.Net;

namespace Containerize.Stores.Registries;

/// <summary>What is known of particular registries beyond the spec, and what their refusals mean to a user.</summary>
internal static class RegistryQuirks
{
    // GHCR answers 416 to a chunk of more than 4 MiB (oras rust-oci-client#35, ocx#237).
    private const int LargestChunkOfGhcr = 4 * 1024 * 1024;

    /// <summary>The bytes of a chunk for this registry.</summary>
    /// <param name="host">The host of its API.</param>
    /// <param name="wanted">What the user or the default says.</param>
    /// <param name="least">What the registry asks for at least (<c>OCI-Chunk-Min-Length</c>).</param>
    public static int ChunkSize(string host, int wanted, long least) =>
        (int)Math.Min(host == "ghcr.io" ? LargestChunkOfGhcr : int.MaxValue, Math.Max(wanted, least));

    /// <summary>What a user does about a refusal.</summary>
    public static string Advice(
        HttpMethod method,
        HttpStatusCode status,
        ImmutableArray<(string Code, string Message)> errors
    )
    {
        bool Has(string code) => errors.Any(error => error.Code == code);
        var writes = method != HttpMethod.Get && method != HttpMethod.Head;
        return status switch
        {
            HttpStatusCode.TooManyRequests =>
                "The registry limits how often it may be asked: log in, or wait and try again.",
            HttpStatusCode.RequestEntityTooLarge =>
                "A proxy or the registry limits the size of a body: raise that limit.",
            HttpStatusCode.MethodNotAllowed when writes =>
                "The registry may be read-only, or no registry at all: check its address.",
            >= HttpStatusCode.InternalServerError => "The registry itself failed: try again later or ask who runs it.",
            _ when Has("UNSUPPORTED") && writes => "The registry may be read-only: check its address.",
            HttpStatusCode.NotFound when writes =>
                "Check the repository's name, and create the repository if this registry wants that.",
            _ when Has("MANIFEST_INVALID") =>
                "The registry may not know this kind of manifest: try another ContainerImageFormat.",
            _ when Has("TAG_INVALID") => "The registry may not let this tag be changed.",
            _ => "Check the address and the repository's name.",
        };
    }
}
