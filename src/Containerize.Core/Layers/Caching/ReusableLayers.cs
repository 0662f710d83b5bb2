using System.Collections.Immutable;
using Containerize.Images;

namespace Containerize.Layers.Caching;

/// <summary>
/// Where the layers of named images lie in registries, so that a layer of ours is mounted from there instead of being
/// sent. A layer is found by the digest of its stored bytes, which this run made or verified: nothing that a registry
/// says of a layer, neither an annotation nor a diff id, decides what is in an image.
/// </summary>
/// <param name="Places">By digest and size of the stored bytes, an image that has such a layer.</param>
internal sealed record ReusableLayers(ImmutableDictionary<(Digest Digest, long Size), ImageReference> Places)
{
    /// <summary>No layer.</summary>
    public static ReusableLayers None { get; } = new(ImmutableDictionary<(Digest, long), ImageReference>.Empty);

    /// <summary>
    /// The layers of images whose registry is known; of the same layer in several images the first counts.
    /// </summary>
    public static ReusableLayers Of(params IEnumerable<Image> images) =>
        new(
            images
                .SelectMany(image => image.Layers)
                .Where(layer => layer.Blob.Origin is not null)
                .DistinctBy(layer => KeyOf(layer.Blob.Descriptor))
                .ToImmutableDictionary(layer => KeyOf(layer.Blob.Descriptor), layer => layer.Blob.Origin!)
        );

    /// <summary>The image that has a layer of the same bytes; null when none has.</summary>
    /// <param name="layer">The layer as this run made it.</param>
    public ImageReference? Find(Descriptor layer) => Places.GetValueOrDefault(KeyOf(layer));

    private static (Digest Digest, long Size) KeyOf(Descriptor layer) => (layer.Digest, layer.Size);
}
