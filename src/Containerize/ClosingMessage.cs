using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Containerize.Images;
using Containerize.Stores;

namespace Containerize.Tasks;

/// <summary>What the user sees at the end: the image, its digest, each layer with its size and fate, and where it went.</summary>
internal static class ClosingMessage
{
    public static string Of(Destinations destinations, ContainerBuildResult result)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Container image {string.Join(", ", destinations.Names)}\n  {result.Image.Digest}\n");
        foreach (var group in Rows(result))
            text.Append("  ").Append(group).Append('\n');
        foreach (var report in result.Reports)
            text.Append("  -> ").Append(report.Destination).Append('\n');
        return text.ToString().TrimEnd('\n');
    }

    private static IEnumerable<string> Rows(ContainerBuildResult result)
    {
        var ours = result.Image.Layers.Where(layer => layer.Name != Layer.BaseName);
        var theirs = result.Image.Layers.Where(layer => layer.Name == Layer.BaseName).ToImmutableArray();
        if (!theirs.IsEmpty)
            yield return Row(Layer.BaseName, theirs, result.Reports);
        foreach (var layer in ours)
            yield return Row(layer.Name, [layer], result.Reports);
    }

    private static string Row(string name, ImmutableArray<Layer> layers, ImmutableArray<PushReport> reports)
    {
        var fates = reports.SelectMany(report => layers.Select(layer => report.Layers.GetValueOrDefault(layer.Blob.Descriptor.Digest)))
            .Distinct().Order().Select(Word);
        return string.Create(CultureInfo.InvariantCulture,
            $"{name,-12} {Size(layers.Sum(layer => layer.Blob.Descriptor.Size)),10}  {string.Join(", ", fates)}");
    }

    private static string Word(BlobFate fate) => fate switch
    {
        BlobFate.Written => "written",
        BlobFate.Sent => "sent",
        BlobFate.AlreadyThere => "already there",
        _ => "mounted",
    };

    private static string Size(long bytes) => bytes switch
    {
        < 1024 => $"{bytes} B",
        < 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.0} KiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / (1024.0 * 1024.0):0.0} MiB"),
    };
}
