using System.Collections.Immutable;

namespace Containerize.Layers;

/// <summary>Which file of a publish lies in which layer, and how.</summary>
/// <param name="Layers">The layers that have something in them, lowest first.</param>
/// <param name="DanglingLinks">Symbolic links that are kept and lead to nothing: their paths below the publish folder.</param>
public sealed record LayerPlan(ImmutableArray<PlannedLayer> Layers, ImmutableArray<string> DanglingLinks)
{
    /// <summary>Plans the layers of a publish.</summary>
    /// <param name="folder">What was published: the truth.</param>
    /// <param name="items">What the build knows of it: the index. A file that none names is <c>app</c>.</param>
    /// <param name="workingDirectory">Where the folder lies in the container; nothing above it gets an entry.</param>
    /// <param name="time">The time of every entry but those below <c>wwwroot</c>.</param>
    /// <exception cref="Diagnostics.ContainerizeException">CTZ0009 to CTZ0014 for a file that cannot be stored or read.</exception>
    public static LayerPlan Create(PublishFolder folder, IEnumerable<PublishedItem> items, ContainerPath workingDirectory, DateTimeOffset time)
    {
        var entries = new PublishedEntries(folder, workingDirectory, time);
        var index = new Dictionary<string, PublishedItem>(StringComparer.Ordinal);
        foreach (var item in items)
            index[item.RelativePath] = item;

        var files = folder.Entries
            .Where(entry => entry.Kind != EntryKind.Directory)
            .ToLookup(entry => LayerOf(entry.RelativePath, index));
        var layers = LayerNames.InOrder
            .Select(name => new PlannedLayer(name, entries.For(files[name], withEmptyFolders: name == LayerNames.App)))
            .Where(layer => !layer.Entries.IsEmpty);
        return new LayerPlan([.. layers], entries.DanglingLinks());
    }

    private static string LayerOf(string path, Dictionary<string, PublishedItem> index) =>
        path.StartsWith(AssetTime.Folder, StringComparison.Ordinal) ? LayerNames.Assets
        : index.TryGetValue(path, out var item) ? item.LayerName
        : LayerNames.App;
}
