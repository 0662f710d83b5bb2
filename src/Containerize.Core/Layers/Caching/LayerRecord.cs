using System.Globalization;
using Containerize.Images;

namespace Containerize.Layers.Caching;

/// <summary>What the cache knows of a layer by its key.</summary>
/// <param name="DiffId">The digest of its tar.</param>
/// <param name="Digest">The digest of its stored bytes.</param>
/// <param name="Size">Their number.</param>
internal sealed record LayerRecord(Digest DiffId, Digest Digest, long Size)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{DiffId} {Digest} {Size}");

    /// <summary>Reads a record; null for anything else.</summary>
    public static LayerRecord? Parse(string? text) =>
        text?.Split(' ') is [var diffId, var digest, var size]
        && Digest.TryParse(diffId, out var plain)
        && Digest.TryParse(digest, out var stored)
        && long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? new LayerRecord(plain, stored, count)
            : null;
}
