using Containerize.Entries;
using Containerize.FileSystems;
using Containerize.Images;
using Containerize.Layers;
using Containerize.Publishing.Layering;
using Containerize.Publishing.Settings;

namespace Containerize.Publishing;

/// <summary>
/// The folders above a project's own files (<c>ContainerFile</c>) outside of the working directory. An engine that
/// unpacks each layer by itself makes a folder without an entry root's and 0755, and hides with it what the image below
/// has there: a folder of another owner or mode, or a symbolic link.
/// </summary>
/// <param name="settings">The files, and the working directory.</param>
/// <param name="below">The image that the project's layers lie upon.</param>
/// <param name="views">Reads the files of images.</param>
internal sealed class FoldersAbove(ContainerSettings settings, Image below, ImageFileSystemCache views)
{
    // Folders, root's and 0755, in every image that follows the Filesystem Hierarchy Standard 3.0. /bin, /lib and /sbin
    // may be links, and so may /var/run.
    private static readonly HashSet<string> Usual = new(StringComparer.Ordinal)
    {
        "/",
        "/etc",
        "/etc/ssl",
        "/etc/ssl/certs",
        "/home",
        "/mnt",
        "/opt",
        "/srv",
        "/usr",
        "/usr/bin",
        "/usr/lib",
        "/usr/local",
        "/usr/local/bin",
        "/usr/local/lib",
        "/usr/local/sbin",
        "/usr/local/share",
        "/usr/sbin",
        "/usr/share",
        "/var",
        "/var/lib",
    };

    /// <summary>Whether anything lies in a folder that only the image below can tell of.</summary>
    public static bool AreIn(ContainerSettings settings) =>
        !settings.IsWindows
        && settings
            .Files.Select(file => file.Path)
            .Where(path => !settings.WorkingDirectory.Contains(path))
            .Append(settings.WorkingDirectory)
            .Any(path => path.Parent is { } above && !Usual.Contains(above.Text));

    /// <summary>
    /// Adds the folders that differ from what an engine makes, as the image below has them. What lies behind a link of
    /// the image comes where the link leads.
    /// </summary>
    /// <param name="plan">The layers.</param>
    /// <param name="cancellationToken">Ends the reading of the image below.</param>
    /// <exception cref="Diagnostics.ContainerizeException">
    /// CTZ0010 and CTZ0141 for a path that leads nowhere, and the codes of the image's source.
    /// </exception>
    public async Task<LayerPlan> AddToAsync(LayerPlan plan, CancellationToken cancellationToken)
    {
        var files = await views.OfAsync(below.Layers, cancellationToken).ConfigureAwait(false);
        var working = files.Follow(settings.WorkingDirectory);
        // A folder that the project names stays as it says in every layer: the highest counts.
        var named = plan
            .Layers.SelectMany(layer => layer.Entries)
            .Where(entry => entry.Kind == EntryKind.Directory)
            .Select(entry => entry with { Path = PlaceOf(entry) })
            .DistinctBy(entry => entry.Path)
            .ToDictionary(entry => entry.Path);
        return plan with
        {
            Layers = [.. plan.Layers.Select(layer => layer with { Entries = [.. Entries(layer)] })],
            WorkingDirectory = working,
        };

        IEnumerable<LayerEntry> Entries(PlannedLayer layer)
        {
            var placed = layer
                .Entries.Select(entry => entry with { Path = PlaceOf(entry) })
                .DistinctBy(entry => entry.Path)
                .ToDictionary(entry => entry.Path);
            foreach (var path in placed.Keys.ToList())
            {
                for (var above = path.Parent; above is not null && above != ContainerPath.Root; above = above.Parent)
                {
                    if (files.Find(above) is { Kind: EntryKind.Directory } known && !IsAsMade(known))
                        placed.TryAdd(above, named.GetValueOrDefault(above) ?? AsKnown(known));
                }
            }

            return placed.Values.OrderBy(entry => entry.Path);
        }

        // What is published replaces what the image below has in the working directory, its links too.
        ContainerPath PlaceOf(LayerEntry entry) =>
            settings.WorkingDirectory.Contains(entry.Path)
                ? working.Combine(entry.Path.Text[settings.WorkingDirectory.Text.Length..])
                : files.Follow(entry.Path, last: entry.Kind == EntryKind.Directory);
    }

    private LayerEntry AsKnown(ImageFile folder) =>
        new(folder.Path, EntryKind.Directory, folder.Mode)
        {
            Uid = folder.Uid,
            Gid = folder.Gid,
            ModificationTime = settings.Created,
        };

    private static bool IsAsMade(ImageFile folder) =>
        (folder.Mode, folder.Uid, folder.Gid) == (FileKind.ExecutableMode, 0, 0);
}
