using System.Collections.Immutable;
using Containerize.Images;

namespace Containerize.Inspection.Report;

/// <summary>Which layers several images share. A layer that two images have is stored and pulled once.</summary>
/// <param name="Images">The images, that of the report first.</param>
/// <param name="Layers">Every layer of any of them, those of the first image first, from its lowest.</param>
public sealed record SharedLayers(ImmutableArray<SharingImage> Images, ImmutableArray<SharedLayer> Layers)
{
    /// <summary>The bytes of the images, each by itself.</summary>
    public long ApartBytes => Images.Sum(image => image.Bytes);

    /// <summary>The bytes of all layers, each once.</summary>
    public long TogetherBytes => Layers.Sum(layer => layer.Bytes);

    /// <summary>The bytes that sharing saves.</summary>
    public long SavedBytes => ApartBytes - TogetherBytes;

    /// <summary>The layers of some images.</summary>
    /// <param name="images">Each image with its name and what its layers are called.</param>
    internal static SharedLayers Of(IReadOnlyList<(string Name, Image Image, ImmutableArray<string> Layers)> images)
    {
        var names = new Dictionary<Digest, (string Name, long Bytes)>();
        var order = new List<Digest>();
        foreach (var (_, image, titles) in images)
        {
            foreach (var (layer, title) in image.Layers.Zip(titles))
            {
                if (names.TryAdd(layer.Blob.Descriptor.Digest, (title, layer.Blob.Descriptor.Size)))
                    order.Add(layer.Blob.Descriptor.Digest);
            }
        }

        var digests = images
            .Select(image => image.Image.Layers.Select(layer => layer.Blob.Descriptor.Digest).ToHashSet())
            .ToList();
        return new SharedLayers(
            [
                .. images
                    .Zip(digests)
                    .Select(pair => new SharingImage(
                        pair.First.Name,
                        pair.First.Image.Digest,
                        pair.Second.Sum(digest => names[digest].Bytes)
                    )),
            ],
            [
                .. order.Select(digest => new SharedLayer(
                    digest,
                    names[digest].Name,
                    names[digest].Bytes,
                    [.. digests.Select(set => set.Contains(digest))]
                )),
            ]
        );
    }
}

/// <summary>One of several images.</summary>
/// <param name="Name">The name, as the user wrote it.</param>
/// <param name="ManifestDigest">The digest of its manifest.</param>
/// <param name="Bytes">The bytes of its layers, each once.</param>
public sealed record SharingImage(string Name, Digest ManifestDigest, long Bytes);

/// <summary>A layer of at least one of several images.</summary>
/// <param name="Digest">The digest of the layer as it is stored.</param>
/// <param name="Name">What it is called in the first image that has it.</param>
/// <param name="Bytes">Its length as it is stored.</param>
/// <param name="IsIn">For each image whether it has the layer.</param>
public sealed record SharedLayer(Digest Digest, string Name, long Bytes, ImmutableArray<bool> IsIn);
