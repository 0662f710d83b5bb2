using Containerize.Images;

namespace Containerize.Stores.Registries.Push;

/// <summary>An upload that the registry has begun.</summary>
/// <param name="Location">Where it goes on; null when there is nothing to go on with.</param>
/// <param name="LeastChunk">The least bytes of a chunk but the last.</param>
internal sealed record UploadSession(Uri? Location, long LeastChunk)
{
    /// <summary>Where an upload is ended: its location with the digest added. Its own query stays as it is, for
    /// registries keep signed state in it.</summary>
    internal static Uri Closing(Uri location, Digest digest) =>
        new(
            location.GetLeftPart(UriPartial.Query)
                + (
                    location.Query.Length > 1 ? "&"
                    : location.Query.Length == 1 ? ""
                    : "?"
                )
                + "digest="
                + digest
        );
}
