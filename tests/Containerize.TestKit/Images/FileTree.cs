using System.Formats.Tar;
using System.Security.Cryptography;

namespace Containerize.TestKit.Images;

/// <summary>What a container sees at a path.</summary>
/// <param name="Kind">File, Directory, SymbolicLink or another kind of tar entry. A hard link is the file it leads
/// to.</param>
/// <param name="Mode">Permission bits with setuid, setgid and sticky.</param>
/// <param name="Size">Bytes of content; 0 for what has none.</param>
/// <param name="Hash">SHA-256 of the content in hexadecimal; empty for what has none.</param>
/// <param name="Link">Where a symbolic link leads, as written.</param>
/// <param name="Modified">The time of modification in whole seconds.</param>
public sealed record TreeEntry(
    TarEntryType Kind,
    int Mode,
    int Uid,
    int Gid,
    long Size,
    string Hash,
    string Link,
    DateTimeOffset Modified
)
{
    /// <summary>A folder that no layer has an entry for; engines make it up.</summary>
    public static readonly TreeEntry Implied = new(
        TarEntryType.Directory,
        0x1ED,
        0,
        0,
        0,
        "",
        "",
        DateTimeOffset.UnixEpoch
    );

    public override string ToString() =>
        FormattableString
            .Invariant(
                $"{Kind} {Convert.ToString(Mode, 8)} {Uid}:{Gid} {Size} {(Hash.Length > 12 ? Hash[..12] : Hash)} {Link}"
            )
            .TrimEnd();
}

/// <summary>The layers of an image laid over each other: what a container sees, path by path.</summary>
public sealed class FileTree
{
    private const string Whiteout = ".wh.";
    private const string Opaque = ".wh..wh..opq";

    private readonly SortedDictionary<string, TreeEntry> _entries = new(StringComparer.Ordinal);

    /// <summary>Every path, without a slash at either end, and what is there.</summary>
    public IReadOnlyDictionary<string, TreeEntry> Entries => _entries;

    /// <summary>Lays the layers of an image over each other (image-spec, layer.md).</summary>
    /// <param name="tag">The image's tag in the layout; none for the only image.</param>
    /// <param name="skip">How many layers from the bottom are left out, to see what an image adds to its base.</param>
    public static FileTree Of(OciLayout layout, string? tag = null, int skip = 0)
    {
        var tree = new FileTree();
        foreach (var digest in layout.LayerDigests(tag).Skip(skip))
            tree.Apply(layout.ReadLayer(digest));
        return tree;
    }

    /// <summary>The path of an entry in the form that this tree uses.</summary>
    public static string PathOf(TarEntry entry) => PathOf(entry.Name);

    /// <summary>The part of this tree below a folder, with the paths as they are there.</summary>
    public FileTree Below(string folder)
    {
        var tree = new FileTree();
        foreach (var (path, entry) in _entries)
            if (path.StartsWith(folder + "/", StringComparison.Ordinal))
                tree._entries.Add(path[(folder.Length + 1)..], entry);
        return tree;
    }

    /// <summary>What differs between this tree and another, a line for each path; empty where they are equal.</summary>
    /// <param name="times">Whether the times of files count too; builders stamp them as they like.</param>
    public IReadOnlyList<string> Differences(FileTree other, bool times = false)
    {
        var lines = new List<string>();
        foreach (var path in _entries.Keys.Union(other._entries.Keys).Order(StringComparer.Ordinal))
        {
            var (here, there) = (_entries.GetValueOrDefault(path), other._entries.GetValueOrDefault(path));
            if (here is null || there is null)
                lines.Add(here is null ? $"+ {path}: {there}" : $"- {path}: {here}");
            else if ((times ? here : here with { Modified = there.Modified }) != there)
                lines.Add($"~ {path}: {here} | {there}" + (times ? $" | {here.Modified:u} | {there.Modified:u}" : ""));
        }
        return lines;
    }

    /// <summary>A failed test that lists every path at which two trees differ.</summary>
    public void AssertSame(FileTree other, bool times = false)
    {
        var lines = Differences(other, times);
        if (lines.Count > 0)
            Assert.Fail($"{lines.Count} of {_entries.Count} paths differ:\n{string.Join('\n', lines)}");
    }

    private void Apply(IEnumerable<TarEntry> layer)
    {
        // What a whiteout hides is in the layers below; what this layer brings stays, whatever the order.
        var own = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in layer)
        {
            var path = PathOf(entry);
            if (path.Length == 0)
                continue;
            var (folder, name) = (Path.GetDirectoryName(path)!, Path.GetFileName(path));
            if (name == Opaque)
                RemoveBelow(folder, own);
            else if (name.StartsWith(Whiteout, StringComparison.Ordinal))
                Remove(Join(folder, name[Whiteout.Length..]), own);
            else
                Put(path, entry, own);
        }
    }

    private void Put(string path, TarEntry entry, HashSet<string> own)
    {
        for (var folder = Path.GetDirectoryName(path)!; folder.Length > 0; folder = Path.GetDirectoryName(folder)!)
        {
            _entries.TryAdd(folder, TreeEntry.Implied);
            own.Add(folder);
        }
        if (entry.EntryType != TarEntryType.Directory)
            RemoveBelow(path, []);
        own.Add(path);
        _entries[path] = entry.EntryType == TarEntryType.HardLink ? _entries[PathOf(entry.LinkName)] : Read(entry);
    }

    private static string PathOf(string name) =>
        (name.StartsWith("./", StringComparison.Ordinal) ? name[2..] : name).Trim('/');

    private void Remove(string path, HashSet<string> own)
    {
        RemoveBelow(path, own);
        if (!own.Contains(path))
            _entries.Remove(path);
    }

    private void RemoveBelow(string folder, HashSet<string> own)
    {
        var prefix = folder.Length == 0 ? "" : folder + "/";
        foreach (
            var path in _entries
                .Keys.Where(path => path.StartsWith(prefix, StringComparison.Ordinal) && !own.Contains(path))
                .ToList()
        )
            _entries.Remove(path);
    }

    private static TreeEntry Read(TarEntry entry)
    {
        var hash = entry.DataStream is { } content ? Convert.ToHexStringLower(SHA256.HashData(content)) : "";
        var isFile =
            entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile;
        return new TreeEntry(
            isFile ? TarEntryType.RegularFile : entry.EntryType,
            // The mode of a link means nothing, and writers put different things there.
            entry.EntryType == TarEntryType.SymbolicLink
                ? 0x1FF
                : (int)entry.Mode,
            entry.Uid,
            entry.Gid,
            isFile ? entry.Length : 0,
            isFile && hash.Length == 0 ? Convert.ToHexStringLower(SHA256.HashData([])) : hash,
            entry.EntryType == TarEntryType.SymbolicLink ? entry.LinkName : "",
            DateTimeOffset.FromUnixTimeSeconds(entry.ModificationTime.ToUnixTimeSeconds())
        );
    }

    private static string Join(string folder, string name) => folder.Length == 0 ? name : folder + "/" + name;
}
