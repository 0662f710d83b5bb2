using System.Collections.Immutable;
using Containerize.Entries;
using Containerize.FileSystems;

namespace Containerize.Dockerfiles.Copying;

/// <summary>
/// Where <c>COPY</c> and <c>ADD</c> put things, by BuildKit's rules: links on the way to the destination are followed,
/// links below it are not; a folder takes no file's place and a file no folder's. Collects the layer's entries.
/// </summary>
/// <param name="state">The image's files; null for <c>--link</c>, which knows of none.</param>
/// <param name="owner">The owner of everything; null for each file's own.</param>
/// <param name="mode">What is done to modes; null for nothing.</param>
/// <param name="time">The time of every entry.</param>
internal sealed class CopyTarget(ImageFiles? state, Owner? owner, ModeChange? mode, DateTimeOffset time)
{
    // Each entry with what tells the file itself, where it may have several names.
    private readonly SortedDictionary<ContainerPath, (LayerEntry Entry, object? File)> _entries = [];

    /// <summary>
    /// The entries so far, sorted by path. Of several names of one file the first is the file, and the others are
    /// links to it: a tar is read from its start.
    /// </summary>
    public ImmutableArray<LayerEntry> Entries
    {
        get
        {
            var first = new Dictionary<object, ContainerPath>();
            return
            [
                .. _entries.Values.Select(put =>
                    put.File is null || first.TryAdd(put.File, put.Entry.Path)
                        ? put.Entry
                        : FurtherName(put.Entry, first[put.File])
                ),
            ];
        }
    }

    /// <summary>Where a path leads to, through the links of this copy and of the image.</summary>
    public ContainerPath Follow(ContainerPath path) =>
        LinkWalk.Follow(
            path,
            place =>
                !_entries.TryGetValue(place, out var put) ? state?.Find(place)?.LinkTarget
                : put.Entry.Kind == EntryKind.SymbolicLink ? put.Entry.LinkTarget
                : null
        );

    /// <summary>What is at a path, of this copy or of the image.</summary>
    public EntryKind? KindAt(ContainerPath path) =>
        path == ContainerPath.Root ? EntryKind.Directory
        : _entries.TryGetValue(path, out var put) ? put.Entry.Kind
        : state?.Find(path)?.Kind;

    /// <summary>
    /// Puts a file, a link or a folder at a path; folders above it that are missing are made, and those that are there
    /// get an entry that says the same of them as the image does: Docker, which unpacks each layer by itself, would
    /// have them 0755 and root's.
    /// </summary>
    /// <param name="entry">The entry; its owner and mode become the instruction's.</param>
    /// <param name="file">What tells the file, where it may have further names; null for one with this name.</param>
    /// <returns>Null, or what stands in the way.</returns>
    public string? Put(LayerEntry entry, object? file = null)
    {
        var there = KindAt(entry.Path);
        var isFolder = entry.Kind == EntryKind.Directory;
        if (there is not null && isFolder != (there == EntryKind.Directory))
            return isFolder
                ? $"'{entry.Path}' is {Describe(there.Value)} in the image, and a folder cannot take its place"
                : $"'{entry.Path}' is a folder in the image, and a file cannot take its place";
        if (PutParents(entry.Path, owner) is { } obstacle)
            return obstacle;
        if (entry.Path != ContainerPath.Root)
            _entries[entry.Path] = (Changed(entry, owner, mode), file);
        return null;
    }

    /// <summary>
    /// Puts an entry of an archive at a path, in the place of whatever is there. It keeps its mode, and its owner where
    /// the instruction has none; folders above it that the archive does not name are root's.
    /// </summary>
    /// <param name="entry">The entry. A hard link names the path of a file.</param>
    /// <returns>Null, or what stands in the way.</returns>
    public string? Unpack(LayerEntry entry)
    {
        if (PutParents(entry.Path, null) is { } obstacle)
            return obstacle;
        if (entry.Path == ContainerPath.Root)
            return null;
        var linked = entry.Kind == EntryKind.HardLink ? ContainerPath.Parse(entry.LinkTarget!) : null;
        if (linked == entry.Path)
            return null;
        if (entry.Kind != EntryKind.Directory && KindAt(entry.Path) == EntryKind.Directory)
        {
            foreach (var below in _entries.Keys.Where(path => path != entry.Path && entry.Path.Contains(path)).ToList())
                _entries.Remove(below);
        }

        if (linked is null || !_entries.TryGetValue(linked, out var target) || target.Entry.Kind == EntryKind.Directory)
        {
            _entries[entry.Path] = (Changed(entry, owner, null), null);
            return null;
        }

        // A file that has another one's place later is still under its further names.
        if (target is { Entry.Kind: EntryKind.File, File: null })
            _entries[linked] = target = (target.Entry, new object());
        _entries[entry.Path] = (target.Entry with { Path = entry.Path }, target.File);
        return null;
    }

    /// <summary>Makes a folder and those above it where they are missing.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="isCopied">Whether it is a folder that is copied, which takes the instruction's mode.</param>
    /// <returns>Null, or what stands in the way.</returns>
    public string? PutFolder(ContainerPath path, bool isCopied = false) =>
        KindAt(path) switch
        {
            EntryKind.Directory => null,
            { } other => $"'{path}' is {Describe(other)} in the image, and no folder",
            null => PutParents(path, owner) ?? Add(path, owner, isCopied ? mode : null),
        };

    private string? PutParents(ContainerPath path, Owner? parentsOwner)
    {
        if (path.Parent is not { } parent || parent == ContainerPath.Root)
            return null;
        return KindAt(parent) switch
        {
            EntryKind.Directory => Repeat(parent),
            null => PutParents(parent, parentsOwner) ?? Add(parent, parentsOwner, null),
            var other => $"'{parent}' is {Describe(other.Value)} in the image, and no folder",
        };
    }

    private string? Add(ContainerPath folder, Owner? folderOwner, ModeChange? change)
    {
        var entry = new LayerEntry(folder, EntryKind.Directory, FileKind.ExecutableMode);
        _entries[folder] = (Changed(entry, folderOwner, change), null);
        return null;
    }

    private string? Repeat(ContainerPath folder)
    {
        if (_entries.ContainsKey(folder) || state?.Find(folder) is not { } there)
            return null;
        _entries[folder] = (there.ToEntry() with { ModificationTime = time }, null);
        return PutParents(folder, null);
    }

    private LayerEntry Changed(LayerEntry entry, Owner? newOwner, ModeChange? change) =>
        entry with
        {
            Uid = newOwner?.Uid ?? entry.Uid,
            Gid = newOwner?.Gid ?? entry.Gid,
            Mode =
                change is null || entry.Kind == EntryKind.SymbolicLink
                    ? entry.Mode
                    : change.Apply(entry.Mode, entry.Kind == EntryKind.Directory),
            ModificationTime = time,
        };

    private static LayerEntry FurtherName(LayerEntry entry, ContainerPath file) =>
        entry with
        {
            Kind = EntryKind.HardLink,
            Content = null,
            LinkTarget = file.Text,
            ExtendedAttributes = LayerEntry.NoAttributes,
        };

    private static string Describe(EntryKind kind) =>
        kind switch
        {
            EntryKind.SymbolicLink => "a symbolic link",
            EntryKind.Directory => "a folder",
            _ => "a file",
        };
}
