namespace Containerize.Entries;

/// <summary>
/// Makes the first path of each group of hard links the file, and the others links to it: a tar is read from its start,
/// and a link to an entry that comes later cannot be made.
/// </summary>
internal static class HardLinkOrder
{
    /// <summary>Changes the entries in place.</summary>
    /// <param name="files">The entries by their paths, each in what the caller keeps of it.</param>
    /// <param name="entryOf">The entry in what the caller keeps.</param>
    /// <param name="with">The same with another entry.</param>
    public static void Settle<T>(
        SortedDictionary<ContainerPath, T> files,
        Func<T, LayerEntry> entryOf,
        Func<T, LayerEntry, T> with
    )
    {
        var groups = files
            .Values.Select(entryOf)
            .Where(entry => entry.Kind == EntryKind.HardLink)
            .GroupBy(entry => entry.LinkTarget!, StringComparer.Ordinal)
            .ToList();
        foreach (var group in groups)
        {
            var target = ContainerPath.Parse(group.Key);
            if (
                !files.TryGetValue(target, out var file)
                || entryOf(file).Kind != EntryKind.File
                || group.All(link => link.Path > target)
            )
                continue;
            var first = group.Min(link => link.Path)!;
            var entry = entryOf(file);
            foreach (var path in group.Select(link => link.Path).Append(target))
                files[path] = with(
                    file,
                    entry with
                    {
                        Path = path,
                        Kind = EntryKind.HardLink,
                        Content = null,
                        LinkTarget = first.Text,
                    }
                );
            files[first] = with(file, entry with { Path = first });
        }
    }

    /// <summary>The entries in the order of their paths, with hard links to earlier entries only.</summary>
    public static IEnumerable<LayerEntry> Settle(IEnumerable<LayerEntry> entries)
    {
        var byPath = new SortedDictionary<ContainerPath, LayerEntry>(entries.ToDictionary(entry => entry.Path));
        Settle(byPath, entry => entry, (_, entry) => entry);
        return byPath.Values;
    }
}
