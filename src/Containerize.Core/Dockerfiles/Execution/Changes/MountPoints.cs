using System.Collections.Immutable;
using Containerize.Entries;
using Containerize.FileSystems;

namespace Containerize.Dockerfiles.Execution.Changes;

/// <summary>Takes what mounting left out of what a command changed: empty files and folders that were made for mounts,
/// and the folders that these were made in.</summary>
internal static class MountPoints
{
    /// <summary>The entries without those of mounts.</summary>
    /// <param name="entries">What is new or changed.</param>
    /// <param name="before">The files before.</param>
    /// <param name="targets">Where something was mounted.</param>
    public static IReadOnlyList<LayerEntry> Remove(
        IReadOnlyList<LayerEntry> entries,
        ImageFiles before,
        IEnumerable<ContainerPath> targets
    )
    {
        var kept = entries.ToDictionary(entry => (entry.Path, entry.Kind == EntryKind.OpaqueWhiteout));
        var made = targets.SelectMany(Above).ToImmutableHashSet();
        // From the innermost, since a folder may be empty once what was made in it is gone.
        foreach (var path in made.OrderByDescending(path => path))
        {
            if (
                kept.TryGetValue((path, false), out var entry)
                && IsLeftOver(entry, before.Find(path))
                && !kept.Keys.Any(key => key.Path.Parent == path || (key.Path == path && key.Item2))
            )
                kept.Remove((path, false));
        }

        return [.. entries.Where(entry => kept.ContainsKey((entry.Path, entry.Kind == EntryKind.OpaqueWhiteout)))];
    }

    private static bool IsLeftOver(LayerEntry entry, ImageFile? before) =>
        entry.Kind switch
        {
            EntryKind.Directory => before is null
                || (
                    before.Kind == EntryKind.Directory
                    && before.Mode == entry.Mode
                    && before.Uid == entry.Uid
                    && before.Gid == entry.Gid
                ),
            EntryKind.File => before is null && entry.Content!.Length == 0,
            _ => false,
        };

    private static IEnumerable<ContainerPath> Above(ContainerPath path)
    {
        for (var place = path; place is not null && place != ContainerPath.Root; place = place.Parent)
            yield return place;
    }
}
