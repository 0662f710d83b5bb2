using Containerize.Entries;
using Containerize.FileSystems;
using Containerize.Images;

namespace Containerize.Dockerfiles.Execution.Changes;

/// <summary>Tells what a command changed by comparing all files with those before, where the kernel does not keep them
/// apart.</summary>
internal static class TreeDiff
{
    /// <summary>The entries that overlayfs would have given: what is new or other, the folders above it, and
    /// whiteouts.</summary>
    /// <param name="before">The files before the command.</param>
    /// <param name="after">All entries after it, with their own times.</param>
    /// <param name="time">The latest time that an entry may have.</param>
    public static IReadOnlyList<LayerEntry> Changes(
        ImageFiles before,
        IReadOnlyList<LayerEntry> after,
        DateTimeOffset time
    )
    {
        var entries = after.ToDictionary(entry => entry.Path);
        var changed = after
            .Where(entry => !IsSame(before.Find(entry.Path), entry, entries))
            .Select(entry => entry.Path)
            .ToHashSet();
        // A name of a file whose other names stay the same must still be a name of that file.
        foreach (var file in after.Where(entry => entry.Kind == EntryKind.HardLink && changed.Contains(entry.Path)))
            changed.Add(ContainerPath.Parse(file.LinkTarget!));
        var gone = before
            .All.Where(file => !entries.ContainsKey(file.Path) && IsFolder(file.Path.Parent!))
            .Select(file => file.Path)
            .ToHashSet();
        foreach (var path in changed.Concat(gone).ToList())
        {
            for (var parent = path.Parent; parent is not null && parent != ContainerPath.Root; parent = parent.Parent)
                changed.Add(parent);
        }

        return
        [
            .. after
                .Where(entry => changed.Contains(entry.Path))
                .Select(entry =>
                    entry with
                    {
                        ModificationTime = entry.ModificationTime < time ? entry.ModificationTime : time,
                    }
                ),
            .. gone.Select(path => new LayerEntry(path, EntryKind.Whiteout, FileKind.PlainMode)
            {
                ModificationTime = time,
            }),
        ];

        bool IsFolder(ContainerPath path) =>
            path == ContainerPath.Root
            || (entries.TryGetValue(path, out var entry) && entry.Kind == EntryKind.Directory);
    }

    private static bool IsSame(ImageFile? before, LayerEntry after, Dictionary<ContainerPath, LayerEntry> entries)
    {
        var file = after.Kind == EntryKind.HardLink ? entries[ContainerPath.Parse(after.LinkTarget!)] : after;
        return before is not null
            && before.Kind == file.Kind
            && (before.Mode == file.Mode || before.Kind == EntryKind.SymbolicLink)
            && before.Uid == file.Uid
            && before.Gid == file.Gid
            && before.Device == file.Device
            && before.LinkTarget == file.LinkTarget
            && before.ModificationTime.ToUnixTimeSeconds() == file.ModificationTime.ToUnixTimeSeconds()
            && before.Size == (file.Content?.Length ?? 0)
            && KeptAttributes
                .Of(before.ExtendedAttributes)
                .Select(Text)
                .SequenceEqual(file.ExtendedAttributes.Select(Text))
            && (file.Content is null || before.Digest == DigestOf(file.Content));
    }

    private static string Text(KeyValuePair<string, System.Collections.Immutable.ImmutableArray<byte>> attribute) =>
        attribute.Key + "=" + Convert.ToHexString(attribute.Value.AsSpan());

    private static Digest DigestOf(FileContent content)
    {
        using var hashing = new HashingStream(Stream.Null);
        using var stream = content.Open();
        stream.CopyTo(hashing);
        return hashing.Finish();
    }
}
