using System.Collections.Immutable;
using Containerize.Images;
using Containerize.Layers.Caching;
using Containerize.Stores;

namespace Containerize.Reporting;

/// <summary>What a publish did with layers, in the words of its closing message.</summary>
public static class LayerFates
{
    /// <summary>What became of some layers: <c>built, sent</c>.</summary>
    /// <param name="layers">The layers.</param>
    /// <param name="reports">Where the image went.</param>
    /// <param name="made">Where the layers of the project came from; none where that is not known.</param>
    public static string Of(
        IEnumerable<Layer> layers,
        ImmutableArray<PushReport> reports,
        IEnumerable<CachedLayer> made
    ) =>
        string.Join(
            ", ",
            made.Select(layer => layer.Origin == LayerOrigin.Built ? "built" : "reused")
                .Concat(
                    reports
                        .SelectMany(report =>
                            layers.Select(layer => report.Layers.GetValueOrDefault(layer.Blob.Descriptor.Digest))
                        )
                        .Distinct()
                        .Order()
                        .Select(Word)
                )
        );

    /// <summary>What became of each layer of an image, in the order of its layers.</summary>
    /// <param name="image">The image.</param>
    /// <param name="reports">Where it went.</param>
    /// <param name="made">Where the layers of the project came from; none where that is not known.</param>
    public static ImmutableArray<string> OfEach(
        Image image,
        ImmutableArray<PushReport> reports,
        IReadOnlyList<CachedLayer> made
    ) =>
        [
            .. CachedLayer
                .Join(image, made)
                .Select(pair => Of([pair.Layer], reports, pair.Made is null ? [] : [pair.Made])),
        ];

    private static string Word(BlobFate fate) =>
        fate switch
        {
            BlobFate.Written => "written",
            BlobFate.Sent => "sent",
            BlobFate.AlreadyThere => "already there",
            _ => "mounted",
        };
}
