using System.Collections.Immutable;
using System.Globalization;

namespace Containerize.Inspection.Report.Sizes;

/// <summary>
/// The bytes of an image by layer, then by package, then by file. A file of no known package counts to its folder.
/// Every file is in the tree once, unless there are more of them than a page can have: then the smallest of each layer
/// are one entry.
/// </summary>
internal static class SizeTree
{
    /// <summary>The most files that a page names; the JSON names all.</summary>
    public const int MostFiles = 12_000;

    private const int MostGroups = 1_500;
    private const int FolderDepth = 2;

    /// <summary>The tree of a report.</summary>
    public static SizeNode Of(ImageReport report)
    {
        var limits = new Limits(report.Layers.Sum(layer => layer.Files.Length), report.Layers.Length);
        var layers = report.Layers.Select(layer => OfLayer(layer, limits)).ToImmutableArray();
        return new SizeNode(
            "map",
            report.Name,
            LayerKind.Other,
            report.Bytes,
            layers.Sum(layer => layer.Size),
            layers.Sum(layer => layer.Files),
            layers
        );
    }

    /// <summary>The part of one layer, with all of its files.</summary>
    public static SizeNode Of(ReportedLayer layer) => OfLayer(layer, new Limits(1, 1));

    private static SizeNode OfLayer(ReportedLayer layer, Limits limits)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"layer-{layer.Index}");
        var bySize = layer
            .Files.OrderByDescending(file => file.Bytes)
            .ThenByDescending(file => file.Size)
            .ThenBy(file => file.Path, StringComparer.Ordinal)
            .ToList();
        var named = bySize.Take(limits.FilesOf(layer.Files.Length)).ToList();
        var groups = named
            .GroupBy(file => file.Package?.ToString() ?? FolderOf(file.Path), StringComparer.Ordinal)
            .OrderByDescending(group => group.Sum(file => file.Bytes))
            .ThenBy(group => group.Key, StringComparer.Ordinal)
            .ToList();
        var children = groups
            .Take(limits.Groups)
            .Select(
                (group, i) =>
                    Group(
                        string.Create(CultureInfo.InvariantCulture, $"{id}-{i}"),
                        group.Key,
                        KindOf(group.First(), layer),
                        [.. group]
                    )
            )
            .ToList();
        if (groups.Count > limits.Groups)
            children.Add(
                Group(
                    id + "-more",
                    "all other folders and packages",
                    layer.Kind,
                    [.. groups.Skip(limits.Groups).SelectMany(group => group)]
                )
            );
        if (bySize.Count > named.Count)
            children.Add(Unnamed(layer.Kind, [.. bySize.Skip(named.Count)]));
        if (layer.OtherBytes > 0)
            children.Add(new SizeNode(null, "folders, links and removals", layer.Kind, layer.OtherBytes, 0, 0, []));
        return new SizeNode(
            id,
            layer.Name,
            layer.Kind,
            layer.Bytes,
            layer.Size,
            layer.Files.Length,
            [.. children.OrderByDescending(child => child.Bytes)]
        );
    }

    private static SizeNode Group(string id, string title, LayerKind kind, IReadOnlyList<ReportedFile> files) =>
        new(
            id,
            title,
            kind,
            files.Sum(file => file.Bytes),
            files.Sum(file => file.Size),
            files.Count,
            [
                .. files
                    .OrderByDescending(file => file.Bytes)
                    .Select(file => new SizeNode(null, file.Path, kind, file.Bytes, file.Size, 1, [])
                    {
                        IsHidden = file.IsHidden,
                    }),
            ]
        );

    private static SizeNode Unnamed(LayerKind kind, IReadOnlyList<ReportedFile> files) =>
        new(
            null,
            string.Create(CultureInfo.InvariantCulture, $"{files.Count} smaller files, which --json lists"),
            kind,
            files.Sum(file => file.Bytes),
            files.Sum(file => file.Size),
            files.Count,
            []
        );

    private static LayerKind KindOf(ReportedFile file, ReportedLayer layer) =>
        file.Package is { } package ? PackageOrigins.KindOf(package.Kind) : layer.Kind;

    // "/usr/lib/x/y.so" lies in "/usr/lib", "/init" in "/".
    private static string FolderOf(string path)
    {
        var names = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return "/" + string.Join('/', names[..^1].Take(FolderDepth));
    }

    /// <summary>How much of a large image a page names.</summary>
    private sealed class Limits(int files, int layers)
    {
        public int Groups { get; } = Math.Max(4, MostGroups / Math.Max(1, layers));

        public int FilesOf(int layerFiles) =>
            files <= MostFiles ? layerFiles : (int)((long)layerFiles * MostFiles / files);
    }
}
