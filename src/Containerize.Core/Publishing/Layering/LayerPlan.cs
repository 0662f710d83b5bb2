using System.Collections.Immutable;
using Containerize.Entries;
using Containerize.Layers;
using Containerize.Publishing.Files;
using Containerize.Publishing.Settings;

namespace Containerize.Publishing.Layering;

/// <summary>Which file of a publish lies in which layer, and how.</summary>
/// <param name="Layers">The layers that have something in them, lowest first.</param>
/// <param name="DanglingLinks">Symbolic links that are kept and lead to nothing: their paths below the publish
/// folder.</param>
/// <param name="EmptyLayers">Layers of the project's own making that no file lies in: their names.</param>
/// <param name="Contested">Files that more than one such layer claims; the first has them: their paths.</param>
public sealed record LayerPlan(
    ImmutableArray<PlannedLayer> Layers,
    ImmutableArray<string> DanglingLinks,
    ImmutableArray<string> EmptyLayers,
    ImmutableArray<string> Contested
)
{
    /// <summary>Where the publish lies in the image. Behind a link of the base it is the folder that the link leads
    /// to.</summary>
    public required ContainerPath WorkingDirectory { get; init; }

    /// <summary>Plans the layers of a publish of which only its items are known.</summary>
    public static LayerPlan Create(
        PublishFolder folder,
        IEnumerable<PublishedItem> items,
        ContainerSettings settings,
        Func<FileContent, string>? hashOf = null
    ) => Create(folder, new PublishIndex([.. items]), settings, hashOf);

    /// <summary>Plans the layers of a publish.</summary>
    /// <param name="folder">What was published: the truth.</param>
    /// <param name="index">What the build knows of it. A file that it does not name is <c>app</c>.</param>
    /// <param name="settings">Where the folder lies in the container, the time of its files, and layers and files of
    /// the project's own.</param>
    /// <param name="hashOf">The SHA-256 of a content in hexadecimal, where something remembers it; null to compute
    /// it.</param>
    /// <exception cref="Diagnostics.ContainerizeException">CTZ0009 to CTZ0014 for a file that cannot be stored or read,
    /// CTZ0058.</exception>
    public static LayerPlan Create(
        PublishFolder folder,
        PublishIndex index,
        ContainerSettings settings,
        Func<FileContent, string>? hashOf = null
    )
    {
        var entries = new PublishedEntries(folder, settings, hashOf);
        var choice = new LayerChoice(folder, index, settings);
        var layers = Layer(folder, settings, entries, choice, _ => true);
        var empty = settings.Layers.Select(layer => layer.Name).Except(layers.Select(layer => layer.Name));
        return new LayerPlan(layers, entries.DanglingLinks(), [.. empty], choice.Contested)
        {
            WorkingDirectory = settings.WorkingDirectory,
        };
    }

    /// <summary>Plans some of the layers. Files of the others need not be there: only their names are looked
    /// at.</summary>
    /// <param name="folder">What is published, or will be.</param>
    /// <param name="index">What the build knows of it.</param>
    /// <param name="settings">As for all layers.</param>
    /// <param name="isWanted">Whether a layer of this name is planned.</param>
    /// <param name="hashOf">The SHA-256 of a content in hexadecimal.</param>
    /// <exception cref="Diagnostics.ContainerizeException">As for all layers.</exception>
    internal static ImmutableArray<PlannedLayer> Some(
        PublishFolder folder,
        PublishIndex index,
        ContainerSettings settings,
        Func<string, bool> isWanted,
        Func<FileContent, string> hashOf
    ) =>
        Layer(
            folder,
            settings,
            new PublishedEntries(folder, settings, hashOf),
            new LayerChoice(folder, index, settings),
            isWanted
        );

    private static ImmutableArray<PlannedLayer> Layer(
        PublishFolder folder,
        ContainerSettings settings,
        PublishedEntries entries,
        LayerChoice choice,
        Func<string, bool> isWanted
    )
    {
        var extras = settings.Files.ToLookup(file => file.Layer);
        var replaced = settings.Files.Select(file => file.Path).ToHashSet();

        var files = folder
            .Entries.Where(entry =>
                entry.Kind != EntryKind.Directory
                && !replaced.Contains(settings.WorkingDirectory.Combine(entry.RelativePath))
            )
            .ToLookup(entry => choice.ReasonOf(entry.RelativePath).Layer);
        return
        [
            .. choice
                .Names.Where(isWanted)
                .Select(name => new PlannedLayer(
                    name,
                    entries.For(files[name], extras[name], withEmptyFolders: name == LayerNames.App)
                ))
                .Where(layer => !layer.Entries.IsEmpty),
        ];
    }
}
