using System.Formats.Tar;
using Containerize.Diagnostics;
using Containerize.Stores.Files;

namespace Containerize.Stores.Archives;

/// <summary>A tarball as a tree of files: where the content of each name lies in it.</summary>
internal sealed class ArchiveTree : IFileTree
{
    private readonly ArchiveFile _file;
    private readonly string _path;
    private readonly Dictionary<string, (long Offset, long Length)> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _links = new(StringComparer.Ordinal);

    /// <summary>Reads the headers of a tarball.</summary>
    /// <exception cref="ContainerizeException">CTZ0026 when it is no tar or ends too soon.</exception>
    public ArchiveTree(ArchiveFile file, string path)
    {
        _file = file;
        _path = path;
        try
        {
            using var tar = new TarReader(file.Slice(0, file.Length));
            while (tar.GetNextEntry() is { } entry)
                Add(entry);
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or FormatException or ArgumentException)
        {
            throw new ContainerizeException(Invalid, $"{Where} is not an image tarball: {exception.Message.TrimEnd('.')}. Fetch or make it again.", exception);
        }
    }

    public string Where => $"'{_path}'";

    public Diagnostic Invalid => DiagnosticTable.InvalidArchive;

    public Stream? Open(string name)
    {
        var resolved = TreePath.Resolve(name, _links.GetValueOrDefault)
            ?? throw new ContainerizeException(Invalid, $"'{name}' in {Where} leads out of the tarball by a link, or in circles. Make the tarball again.");
        return _files.TryGetValue(resolved, out var place) ? _file.Slice(place.Offset, place.Length) : null;
    }

    // An entry that leaves the tree is nobody's: it is not unpacked, and no name leads to it. Of two the last one counts, as in any tar.
    private void Add(TarEntry entry)
    {
        if (TreePath.Normalize(entry.Name) is not { } name)
            return;
        _files.Remove(name);
        _links.Remove(name);
        switch (entry.EntryType)
        {
            case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile:
                _files[name] = (entry.DataOffset, entry.Length);
                break;
            case TarEntryType.SymbolicLink:
                _links[name] = entry.LinkName;
                break;
            case TarEntryType.HardLink:
                _links[name] = "/" + entry.LinkName;
                break;
        }
    }
}
