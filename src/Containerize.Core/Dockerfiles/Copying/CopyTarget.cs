using System.Collections.Immutable;
using Containerize.Entries;
using Containerize.FileSystems;

namespace Containerize.Dockerfiles.Copying;

/// <summary>
/// Where <c>COPY</c> and <c>ADD</c> put things, by BuildKit's rules: links on the way to the destination are followed, links below it are not;
/// a folder takes no file's place and a file no folder's. Collects the layer's entries.
/// </summary>
/// <param name="state">The image's files; null for <c>--link</c>, which knows of none.</param>
/// <param name="owner">The owner of everything; null for each file's own.</param>
/// <param name="mode">What is done to modes; null for nothing.</param>
/// <param name="time">The time of every entry.</param>
internal sealed class CopyTarget(ImageFiles? state, Owner? owner, ModeChange? mode, DateTimeOffset time)
{
    private readonly SortedDictionary<ContainerPath, LayerEntry> _entries = [];

    /// <summary>The entries so far, sorted by path.</summary>
    public ImmutableArray<LayerEntry> Entries => [.. _entries.Values];

    /// <summary>Where the destination is.</summary>
    public ContainerPath Follow(ContainerPath path) => state?.Follow(path) ?? path;

    /// <summary>What is at a path, of this copy or of the image.</summary>
    public EntryKind? KindAt(ContainerPath path) => path == ContainerPath.Root ? EntryKind.Directory
        : _entries.TryGetValue(path, out var entry) ? entry.Kind : state?.Find(path)?.Kind;

    /// <summary>
    /// Puts a file, a link or a folder at a path; folders above it that are missing are made, and those that are there get an entry that
    /// says the same of them as the image does: Docker, which unpacks each layer by itself, would have them 0755 and root's.
    /// </summary>
    /// <param name="entry">The entry; its owner and mode are those of an archive, or become the instruction's.</param>
    /// <param name="isUnpacked">Whether it is of an archive, which takes the place of whatever is there.</param>
    /// <returns>Null, or what stands in the way.</returns>
    public string? Put(LayerEntry entry, bool isUnpacked = false)
    {
        var there = KindAt(entry.Path);
        var isFolder = entry.Kind == EntryKind.Directory;
        if (!isUnpacked && there is not null && isFolder != (there == EntryKind.Directory))
            return isFolder ? $"'{entry.Path}' is {Describe(there.Value)} in the image, and a folder cannot take its place"
                : $"'{entry.Path}' is a folder in the image, and a file cannot take its place";
        if (PutParents(entry.Path) is { } obstacle)
            return obstacle;
        if (entry.Path != ContainerPath.Root)
            _entries[entry.Path] = isUnpacked ? entry with { ModificationTime = time } : Owned(entry);
        return null;
    }

    /// <summary>Makes a folder and those above it where they are missing.</summary>
    /// <returns>Null, or what stands in the way.</returns>
    public string? PutFolder(ContainerPath path) => KindAt(path) switch
    {
        EntryKind.Directory => null,
        { } other => $"'{path}' is {Describe(other)} in the image, and no folder",
        null => PutParents(path) ?? Add(path),
    };

    private string? PutParents(ContainerPath path) => path.Parent is null || path.Parent == ContainerPath.Root ? null : KindAt(path.Parent) switch
    {
        EntryKind.Directory => Repeat(path.Parent),
        null => PutParents(path.Parent) ?? Add(path.Parent),
        var other => $"'{path.Parent}' is {Describe(other.Value)} in the image, and no folder",
    };

    private string? Add(ContainerPath folder)
    {
        _entries[folder] = Owned(new LayerEntry(folder, EntryKind.Directory, FileKind.ExecutableMode), isImplied: true);
        return null;
    }

    private string? Repeat(ContainerPath folder)
    {
        if (_entries.ContainsKey(folder) || state?.Find(folder) is not { } there)
            return null;
        _entries[folder] = there.ToEntry() with { ModificationTime = time };
        return PutParents(folder);
    }

    private LayerEntry Owned(LayerEntry entry, bool isImplied = false) => entry with
    {
        Uid = owner?.Uid ?? entry.Uid,
        Gid = owner?.Gid ?? entry.Gid,
        Mode = isImplied || mode is null || entry.Kind == EntryKind.SymbolicLink ? entry.Mode : mode.Apply(entry.Mode, entry.Kind == EntryKind.Directory),
        ModificationTime = time,
    };

    private static string Describe(EntryKind kind) => kind switch { EntryKind.SymbolicLink => "a symbolic link", EntryKind.Directory => "a folder", _ => "a file" };
}
