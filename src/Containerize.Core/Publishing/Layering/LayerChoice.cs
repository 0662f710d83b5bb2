using System.Collections.Immutable;
using Containerize.Entries;
using Containerize.Layers;
using Containerize.Publishing.Files;
using Containerize.Publishing.Settings;

namespace Containerize.Publishing.Layering;

/// <summary>Tells the layer of a published file: one of the project's own making, by path, or by what the build knows
/// of it.</summary>
internal sealed class LayerChoice
{
    private readonly Dictionary<string, PublishedItem> _items = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _claimed = new(StringComparer.Ordinal);
    private readonly HashSet<string> _paths;
    private readonly AssetChoice _assets;
    private readonly ImmutableHashSet<string> _ofTheirOwn;
    private readonly ImmutableDictionary<string, string> _joined;

    /// <param name="folder">What is published.</param>
    /// <param name="index">What the build knows of it.</param>
    /// <param name="settings">Layers and files of the project's own, and how many layers there may be.</param>
    public LayerChoice(PublishFolder folder, PublishIndex index, ContainerSettings settings)
    {
        foreach (var item in index.Items)
            _items[item.RelativePath] = item;
        _assets = new AssetChoice(index.Assets, index.Packages, path => _items.GetValueOrDefault(path));

        var entries = folder.Entries.Where(entry => entry.Kind != EntryKind.Directory).ToArray();
        var paths = entries.Select(entry => entry.RelativePath).ToArray();
        _paths = paths.ToHashSet(StringComparer.Ordinal);
        var claims = settings
            .Layers.SelectMany(layer => layer.Match(paths).Select(path => (Path: path, layer.Name)))
            .ToArray();
        Contested = [.. claims.Where(claim => !_claimed.TryAdd(claim.Path, claim.Name)).Select(claim => claim.Path)];

        var kinds = paths
            .Select(path => KindOf(path).Layer)
            .Concat(settings.Files.Select(file => file.Layer))
            .Append(LayerNames.App)
            .ToHashSet(StringComparer.Ordinal);
        _joined = LayerBudget.Join(kinds, settings.LayerBudget);
        var packages = entries
            .Where(entry =>
                KindOf(entry.RelativePath).Layer == LayerNames.Dependencies
                && _joined[LayerNames.Dependencies] == LayerNames.Dependencies
            )
            .GroupBy(
                entry => LayerNames.OfPackage(_items[entry.RelativePath].PackageId!),
                entry =>
                    (
                        Id: _items[entry.RelativePath].PackageId!,
                        Size: new FileInfo(entry.FullPath) is { Exists: true } file ? file.Length : 0
                    )
            )
            .Select(files => new BudgetedPackage(
                files.Key,
                files.Sum(file => file.Size),
                files
                    .Select(file => file.Id)
                    .Distinct(StringComparer.OrdinalIgnoreCase)
                    .Sum(id => (long)settings.PackageChanges.GetValueOrDefault(id))
            ));
        _ofTheirOwn = LayerBudget.OfTheirOwn(packages, settings.LayerBudget - kinds.Count);
        Names = [.. NamesOf(settings)];
    }

    /// <summary>The names of the layers that there may be, lowest first.</summary>
    public ImmutableArray<string> Names { get; }

    /// <summary>Files that more than one of the project's own layers claims; the first has them.</summary>
    public ImmutableArray<string> Contested { get; }

    /// <summary>The file's layer, and why it is that one.</summary>
    public LayerReason ReasonOf(string path)
    {
        var kind = KindOf(path);
        if (kind.Layer != LayerNames.Dependencies)
            return kind with { Layer = _joined.GetValueOrDefault(kind.Layer, kind.Layer) };
        var own = LayerNames.OfPackage(_items[path].PackageId!);
        return kind with
        {
            Layer = _ofTheirOwn.Contains(own) ? own : _joined.GetValueOrDefault(kind.Layer, kind.Layer),
        };
    }

    // What the project adds by name changes less often than its code and more often than packages and assets.
    private IEnumerable<string> NamesOf(ContainerSettings settings) =>
        LayerNames
            .InOrder.Except([LayerNames.App])
            .SelectMany(name =>
                name == LayerNames.Dependencies ? _ofTheirOwn.Order(StringComparer.Ordinal).Append(name) : [name]
            )
            .Concat(settings.Layers.Select(layer => layer.Name))
            .Concat(settings.Files.Select(file => file.Layer))
            .Except([LayerNames.App])
            .Append(LayerNames.App)
            .Distinct();

    private LayerReason KindOf(string path)
    {
        if (_claimed.TryGetValue(path, out var name))
            return new LayerReason(name, $"ContainerLayer {name}");
        if (path.StartsWith(FileTimes.Assets, StringComparison.Ordinal))
            return _assets.ReasonOf(path);
        if (
            StaticAssetEndpoints.IsManifest(path)
            && _paths.Any(other => other.StartsWith(FileTimes.Assets, StringComparison.Ordinal))
        )
            return new LayerReason(
                _assets.HasClient ? LayerNames.Client : LayerNames.Assets,
                $"the list of what is below {FileTimes.Assets}"
            );
        if (_items.TryGetValue(path, out var item) && item.PackageId is not null)
            return item.Reason;
        if (AssemblyOf(path) is { } assembly && _paths.Contains(assembly))
            return new LayerReason(LayerNames.Host, $"starts {assembly}");
        return item?.Reason ?? new LayerReason(LayerNames.App, PublishedItem.OfNoPackage);
    }

    // What the SDK calls the app host; a program that holds its code in itself has no assembly beside it.
    private static string? AssemblyOf(string path) =>
        Path.GetExtension(path) switch
        {
            ".dll" => null,
            ".exe" => Path.ChangeExtension(path, ".dll"),
            _ => path + ".dll",
        };
}
