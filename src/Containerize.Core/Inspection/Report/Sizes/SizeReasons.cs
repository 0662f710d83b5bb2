using System.Collections.Immutable;
using System.Globalization;
using Containerize.IO;

namespace Containerize.Inspection.Report.Sizes;

/// <summary>Why an image is as large as it is, in at most ten sentences.</summary>
internal static class SizeReasons
{
    private const int MostLayers = 4,
        MostPackages = 3;

    /// <summary>The sentences, the most important first.</summary>
    public static ImmutableArray<string> Of(ImageReport report)
    {
        var files = report.Layers.SelectMany(layer => layer.Files).ToList();
        var lines = ImmutableArray.CreateBuilder<string>();
        lines.Add(
            Invariant($"{report.Name} is {ByteSize.Text(report.Bytes)} as a registry stores it, ")
                + Invariant($"{ByteSize.Text(report.Layers.Sum(layer => layer.Size))} unpacked: ")
                + $"{Count(report.Layers.Length, "layer", "layers")} with {Count(files.Count, "file", "files")}."
        );
        var layers = report.Layers.Where(layer => layer.Bytes > 0).OrderByDescending(layer => layer.Bytes).ToList();
        lines.AddRange(layers.Take(MostLayers).Select(layer => Layer(layer, report)));
        if (layers.Count > MostLayers)
        {
            var rest = layers.Skip(MostLayers).Sum(layer => layer.Bytes);
            lines.Add(
                $"{Share(rest, report)} {Count(layers.Count - MostLayers, "smaller layer", "smaller layers")} together."
            );
        }

        var packages = report
            .Packages.Where(package => package.Bytes > 0)
            .OrderByDescending(package => package.Bytes)
            .Take(MostPackages)
            .Select(package => $"{package.Package} ({ByteSize.Text(package.Bytes)})")
            .ToList();
        if (packages.Count > 0)
            lines.Add($"Largest packages: {string.Join(", ", packages)}.");
        if (files.MaxBy(file => file.Bytes) is { Bytes: > 0 } largest)
            lines.Add($"Largest file: {largest.Path} ({ByteSize.Text(largest.Bytes)}).");
        var hidden = files.Where(file => file.IsHidden).ToList();
        if (hidden.Sum(file => file.Bytes) > 0)
            lines.Add(
                $"No container sees {ByteSize.Text(hidden.Sum(file => file.Bytes))} of it: "
                    + $"{Count(hidden.Count, "file", "files")} that a higher layer replaces or removes, such as "
                    + $"{hidden.MaxBy(file => file.Bytes)!.Path}."
            );
        return lines.ToImmutable();
    }

    private static string Layer(ReportedLayer layer, ImageReport report)
    {
        var parts = SizeTree.Of(layer).Children.Where(part => part.Bytes > 0).ToList();
        var most = parts is [var first, ..] ? $", most of it {first.Title} ({ByteSize.Text(first.Bytes)})" : "";
        var only = parts is [var single] ? $", all of it {single.Title}" : most;
        return $"{Share(layer.Bytes, report)} {layer.Name}{only}.";
    }

    private static string Share(long bytes, ImageReport report) =>
        Invariant($"{100.0 * bytes / Math.Max(1, report.Bytes), 5:0.0} %  {ByteSize.Text(bytes), 10} ");

    private static string Count(int count, string one, string several) =>
        Invariant($"{count:N0} {(count == 1 ? one : several)}");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
