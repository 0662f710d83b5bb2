using System.Collections.Immutable;

namespace Containerize.Layers;

/// <summary>Tells the layer of a published file: one of the project's own making, by path, or by what the build knows of it.</summary>
internal sealed class LayerChoice
{
    private readonly Dictionary<string, PublishedItem> _items = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _claimed = new(StringComparer.Ordinal);
    private readonly HashSet<string> _paths;

    public LayerChoice(PublishFolder folder, IEnumerable<PublishedItem> items, ImmutableArray<CustomLayer> customLayers)
    {
        foreach (var item in items)
            _items[item.RelativePath] = item;

        var paths = folder.Entries.Where(entry => entry.Kind != EntryKind.Directory).Select(entry => entry.RelativePath).ToArray();
        _paths = paths.ToHashSet(StringComparer.Ordinal);
        var claims = customLayers.SelectMany(layer => layer.Match(paths).Select(path => (Path: path, layer.Name))).ToArray();
        Contested = [.. claims.Where(claim => !_claimed.TryAdd(claim.Path, claim.Name)).Select(claim => claim.Path)];
    }

    /// <summary>Files that more than one of the project's own layers claims; the first has them.</summary>
    public ImmutableArray<string> Contested { get; }

    /// <summary>The file's layer, and why it is that one.</summary>
    public LayerReason ReasonOf(string path) =>
        _claimed.TryGetValue(path, out var name) ? new LayerReason(name, $"ContainerLayer {name}")
        : path.StartsWith(FileTimes.Assets, StringComparison.Ordinal) ? new LayerReason(LayerNames.Assets, $"below {FileTimes.Assets}")
        : _items.TryGetValue(path, out var item) && item.PackageId is not null ? item.Reason
        : AssemblyOf(path) is { } assembly && _paths.Contains(assembly) ? new LayerReason(LayerNames.Host, $"starts {assembly}")
        : item?.Reason ?? new LayerReason(LayerNames.App, PublishedItem.OfNoPackage);

    // What the SDK calls the app host; a program that holds its code in itself has no assembly beside it.
    private static string? AssemblyOf(string path) => Path.GetExtension(path) switch
    {
        ".dll" => null,
        ".exe" => Path.ChangeExtension(path, ".dll"),
        _ => path + ".dll",
    };
}
