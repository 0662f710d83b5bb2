using Containerize.Entries;

namespace Containerize.Packages.Unpacking;

/// <summary>Keeps hard links right when their targets move, are left out or sort after them.</summary>
internal static class HardLinks
{
    /// <summary>
    /// Makes the first of several links whose target is left out the file itself, and the others links to that.
    /// </summary>
    /// <param name="kept">The entries of a package that stay.</param>
    /// <param name="all">All its entries.</param>
    /// <param name="excluded">The paths that are left out.</param>
    public static IEnumerable<PackageEntry> WithoutTargets(
        IEnumerable<PackageEntry> kept,
        IEnumerable<PackageEntry> all,
        HashSet<ContainerPath> excluded
    )
    {
        var heirs = new Dictionary<string, ContainerPath>(StringComparer.Ordinal);
        var files = all.Where(entry => entry.Entry.Kind == EntryKind.File && excluded.Contains(entry.Entry.Path))
            .ToDictionary(entry => entry.Entry.Path.Text, StringComparer.Ordinal);
        foreach (var entry in kept)
        {
            if (entry.Entry.Kind != EntryKind.HardLink || !files.TryGetValue(entry.Entry.LinkTarget!, out var file))
                yield return entry;
            else if (heirs.TryAdd(entry.Entry.LinkTarget!, entry.Entry.Path))
                yield return file with
                {
                    Entry = file.Entry with { Path = entry.Entry.Path },
                };
            else
                yield return entry with
                {
                    Entry = entry.Entry with { LinkTarget = heirs[entry.Entry.LinkTarget!].Text },
                };
        }
    }

    /// <summary>Orders the links as <see cref="HardLinkOrder"/> does.</summary>
    public static void Settle(SortedDictionary<ContainerPath, PackageEntry> entries) =>
        HardLinkOrder.Settle(entries, file => file.Entry, (file, entry) => file with { Entry = entry });
}
