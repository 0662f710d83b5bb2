using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Containerize.Images;
using Containerize.IO;
using Containerize.Layers.Caching;
using Containerize.Publishing.Outputs;
using Containerize.Stores;

namespace Containerize.Reporting;

/// <summary>
/// What the user sees at the end: the name, the digest, what it is made of with sizes and fates, where it went, and
/// last the one command that runs it. In a build of a solution, where many end, one line each.
/// </summary>
public static class ClosingMessage
{
    /// <summary>The message, without a line break at its end: layers of one image, or the images of several
    /// platforms.</summary>
    /// <param name="destinations">Where the image was to go.</param>
    /// <param name="images">The image, or those of several platforms.</param>
    /// <param name="reports">Where it went.</param>
    /// <param name="layers">Where the layers of one image came from; none where that is not known.</param>
    public static string Of(
        Destinations destinations,
        ImageSet images,
        ImmutableArray<PushReport> reports,
        IReadOnlyCollection<CachedLayer> layers
    )
    {
        var text = new StringBuilder();
        text.Append(
            CultureInfo.InvariantCulture,
            $"Container image {string.Join(", ", destinations.Names)}\n  {images.Digest}\n"
        );
        var rows = (
            images.Images is [var only] ? LayerRows(only, reports, layers) : PlatformRows(images, reports)
        ).ToList();
        var width = rows.Max(row => row.Name.Length);
        foreach (var (name, size, fates) in rows)
            text.Append(CultureInfo.InvariantCulture, $"  {name.PadRight(width)}  {ByteSize.Text(size), 9}  {fates}\n");
        foreach (var report in reports)
            text.Append("  -> ").Append(report.Destination).Append('\n');
        return text.Append("  ").Append(DockerRunHint.Of(destinations, images)).ToString();
    }

    /// <summary>The same as one line, for one of many projects.</summary>
    public static string Line(Destinations destinations, ImageSet images, ImmutableArray<PushReport> reports)
    {
        var layers = images
            .Images.SelectMany(image => image.Layers)
            .DistinctBy(layer => layer.Blob.Descriptor.Digest)
            .ToImmutableArray();
        var moved = layers.Where(layer =>
            reports.Any(report =>
                report.Layers.GetValueOrDefault(layer.Blob.Descriptor.Digest, BlobFate.AlreadyThere)
                    is BlobFate.Sent
                        or BlobFate.Written
            )
        );
        return $"Container image {destinations.Names[0].Name}@{images.Digest} {ByteSize.Text(Total(layers))}, "
            + $"{ByteSize.Text(Total(moved))} new -> {string.Join(", ", reports.Select(report => report.Destination))}";
    }

    private static IEnumerable<(string Name, long Size, string Fates)> LayerRows(
        Image image,
        ImmutableArray<PushReport> reports,
        IReadOnlyCollection<CachedLayer> layers
    )
    {
        var theirs = image.Layers.Where(layer => layer.Name == Layer.BaseName).ToImmutableArray();
        if (!theirs.IsEmpty)
            yield return Row(Layer.BaseName, theirs, reports, []);
        foreach (var layer in image.Layers.Where(layer => layer.Name != Layer.BaseName))
            yield return Row(layer.Name, [layer], reports, layers.Where(made => made.Layer.Name == layer.Name));
        if (image.Layers.IsEmpty)
            yield return ("no layers", 0, "");
    }

    private static IEnumerable<(string Name, long Size, string Fates)> PlatformRows(
        ImageSet images,
        ImmutableArray<PushReport> reports
    ) => images.Images.Select(image => Row(image.Config.Platform.InIndex().ToString(), image.Layers, reports, []));

    private static (string Name, long Size, string Fates) Row(
        string name,
        ImmutableArray<Layer> layers,
        ImmutableArray<PushReport> reports,
        IEnumerable<CachedLayer> made
    ) => (name, Total(layers), LayerFates.Of(layers, reports, made));

    private static long Total(IEnumerable<Layer> layers) => layers.Sum(layer => layer.Blob.Descriptor.Size);
}
