using Containerize.Diagnostics;
using Containerize.Entries;
using Containerize.FileSystems;
using Containerize.Images;
using Containerize.Layers;
using Containerize.Publishing.Layering;
using Containerize.Publishing.Settings;

namespace Containerize.Publishing;

/// <summary>
/// The folders of a project's volumes, and those that it only makes, which the image gets so that its user can write to
/// them: engines make a volume as the image has the folder, and one that it has not is root's.
/// </summary>
/// <param name="settings">The volumes, and the user.</param>
/// <param name="below">The image that the project's layers lie upon.</param>
/// <param name="views">Reads the files of images.</param>
internal sealed class VolumeFolders(ContainerSettings settings, Image below, ImageFileSystemCache views)
{
    private readonly Dictionary<ContainerPath, LayerEntry> _volumes = [];
    private readonly Dictionary<ContainerPath, LayerEntry> _above = [];

    // What is published into a volume is its owner's; of a folder that is only made it stays as it is.
    private readonly HashSet<ContainerPath> _withContent = [];

    /// <summary>Whether any volume gets a folder.</summary>
    public static bool AreIn(ContainerSettings settings) => settings.Volumes.Any(volume => volume.IsMade);

    /// <summary>
    /// Adds the folders to the layer <c>app</c>. What the project publishes into one is its owner's too. Folders above
    /// one say what the image below says of them: an engine that unpacks each layer by itself would make them root's
    /// and 0755.
    /// </summary>
    /// <param name="plan">The layers.</param>
    /// <param name="cancellationToken">Ends the reading of the image below.</param>
    /// <exception cref="Diagnostics.ContainerizeException">
    /// CTZ0190 and CTZ0280 for a user that the image does not know, CTZ0010 and CTZ0141 for a path that leads nowhere,
    /// and the codes of the image's source.
    /// </exception>
    public async Task<LayerPlan> AddToAsync(LayerPlan plan, CancellationToken cancellationToken)
    {
        var volumes = settings
            .Volumes.Where(volume => volume.IsMade)
            .DistinctBy(volume => volume.Path)
            .Select(volume => (Volume: volume, Place: ContainerPath.Parse(volume.Path)))
            .Where(pair => pair.Place != ContainerPath.Root)
            .ToList();
        var user = ContainerRecipe.UserOf(below, settings);
        // Where a number and the project's own folders say all, no layer of the base is read, nor fetched for it.
        var files = volumes.Any(pair => IsBelowOthers(pair.Place) || OwnerOf(pair.Volume).Numbers is null)
            ? await views.OfAsync(below.Layers, cancellationToken).ConfigureAwait(false)
            : ImageFiles.Empty;
        var lookup = new OwnerLookup(plan, () => Task.FromResult(files));
        foreach (var (volume, place) in volumes)
        {
            var (uid, gid) = await lookup
                .FindAsync(OwnerOf(volume), name => Unknown(volume, user, name), cancellationToken)
                .ConfigureAwait(false);
            if (files.Follow(place) is not { } path || path == ContainerPath.Root)
                continue;
            _volumes[path] = Folder(path, volume.Mode) with { Uid = uid, Gid = gid };
            if (volume.IsDeclared)
                _withContent.Add(path);
        }

        foreach (var path in _volumes.Keys)
            AddAbove(path, files);
        return plan with { Layers = [.. WithApp(plan).Select(layer => layer with { Entries = [.. Entries(layer)] })] };

        FileOwner OwnerOf(ContainerVolume volume) => volume.Owner ?? FileOwner.OfUser(user);
    }

    // Above a folder of the root there is nothing to say, and the working directory is the project's.
    private bool IsBelowOthers(ContainerPath place) =>
        !settings.WorkingDirectory.Contains(place) && place.Parent != ContainerPath.Root;

    private void AddAbove(ContainerPath path, ImageFiles files)
    {
        for (var above = path.Parent!; above != ContainerPath.Root; above = above.Parent!)
        {
            if (settings.WorkingDirectory.Contains(above) || files.Find(above) is not { } known)
                _above[above] = Owned(Folder(above, FileKind.ExecutableMode));
            else
                _above[above] = Owned(Folder(above, known.Mode) with { Uid = known.Uid, Gid = known.Gid });
        }
    }

    private LayerEntry Folder(ContainerPath path, int mode) =>
        new(path, EntryKind.Directory, mode) { ModificationTime = settings.Created };

    private static IEnumerable<PlannedLayer> WithApp(LayerPlan plan) =>
        plan.Layers.Any(layer => layer.Name == LayerNames.App)
            ? plan.Layers
            : plan.Layers.Append(new PlannedLayer(LayerNames.App, []));

    private IEnumerable<LayerEntry> Entries(PlannedLayer layer)
    {
        var named = settings.Files.Select(file => file.Path).ToHashSet();
        var entries = layer
            .Entries.Select(entry => named.Contains(entry.Path) ? entry : Owned(entry))
            .ToDictionary(entry => entry.Path);
        foreach (var folder in layer.Name == LayerNames.App ? _volumes.Values.Concat(_above.Values) : [])
            entries.TryAdd(folder.Path, folder);
        return entries.Values.OrderBy(entry => entry.Path);
    }

    private LayerEntry Owned(LayerEntry entry)
    {
        for (var path = entry.Path; path != ContainerPath.Root; path = path.Parent!)
        {
            if (!_volumes.TryGetValue(path, out var volume))
                continue;
            var owned = entry with { Uid = volume.Uid, Gid = volume.Gid };
            if (path == entry.Path && entry.Kind == EntryKind.Directory)
                return owned with { Mode = volume.Mode };
            if (_withContent.Contains(path))
                return owned;
        }

        return entry;
    }

    private static ContainerizeException Unknown(ContainerVolume volume, string user, string name)
    {
        var whose = volume.Owner is { } owner
            ? $"its Owner is '{owner}'"
            : $"its folder is for the image's user '{user}'";
        var way = volume.IsDeclared ? $", write Owner=\"{ContainerVolume.LeftToBase}\" to have no folder made," : "";
        return volume.Invalid(
            $"{whose}, and the image has no '{name}' in /etc/passwd or /etc/group. Name a number with "
                + $"Owner=\"1654:1654\"{way} or set ContainerUser to a number"
        );
    }
}
