using System.Collections.Immutable;
using Containerize.Images;
using Containerize.Layers;

namespace Containerize.Caching;

/// <summary>
/// Layers that an image in a registry has and that we would make just so: the registry is the cache of a machine that
/// has none. A layer counts if its descriptor says our format; the diff id, which we compute ourselves, tells the content.
/// </summary>
/// <param name="Layers">By diff id, what the image's manifest says of the layer, and where it lies.</param>
public sealed record ReusableLayers(ImmutableDictionary<Digest, Blob> Layers)
{
    /// <summary>No layer.</summary>
    public static ReusableLayers None { get; } = new(ImmutableDictionary<Digest, Blob>.Empty);

    /// <summary>Those of images that say a format of ours; of the same layer in several the first counts.</summary>
    public static ReusableLayers Of(params IEnumerable<Image> images) => new(images.SelectMany(image => image.Layers)
        .Where(layer => layer.Blob.Descriptor.Annotation(LayerEncoding.Annotation) is not null)
        .DistinctBy(layer => layer.DiffId)
        .ToImmutableDictionary(layer => layer.DiffId, layer => layer.Blob));

    /// <summary>The layer as it is held, and where; null when it is not.</summary>
    /// <param name="plan">The layer that is wanted.</param>
    /// <param name="encoding">How it is to be stored.</param>
    /// <param name="diffId">The digest of its tar if it is known; computed otherwise.</param>
    /// <param name="cancellationToken">Ends the computing.</param>
    internal (LayerRecord Record, ImageReference? Origin)? Find(PlannedLayer plan, LayerEncoding encoding, Digest? diffId, CancellationToken cancellationToken)
    {
        if (!Layers.Values.Any(blob => blob.Descriptor.Annotation(LayerEncoding.Annotation) == encoding.Format))
            return null;
        var wanted = diffId ?? LayerWriter.DiffIdOf(plan, cancellationToken);
        return Layers.TryGetValue(wanted, out var held) && held.Descriptor.Annotation(LayerEncoding.Annotation) == encoding.Format
            ? (new LayerRecord(wanted, held.Descriptor.Digest, held.Descriptor.Size), held.Origin) : null;
    }
}
