using Containerize.Diagnostics;
using Containerize.IO;
using Containerize.Stores.Files;
using Containerize.Tar;

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
            using var bytes = new BufferedStream(file.Slice(0, file.Length), 1 << 16);
            using var tar = new TarItemReader(bytes, isHashed: false);
            while (tar.Read() is { } item)
                Add(item);
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or OverflowException)
        {
            throw new ContainerizeException(
                Invalid,
                $"{Where} is not an image tarball: {exception.Message.TrimEnd('.')}. Fetch or make it again.",
                exception
            );
        }
    }

    public string Where => $"'{_path}'";

    public Diagnostic Invalid => DiagnosticTable.InvalidArchive;

    public Stream? Open(string name)
    {
        var resolved =
            TreePath.Resolve(name, _links.GetValueOrDefault)
            ?? throw new ContainerizeException(
                Invalid,
                $"'{name}' in {Where} leads out of the tarball by a link, or in circles. Make the tarball again."
            );
        return _files.TryGetValue(resolved, out var place) ? _file.Slice(place.Offset, place.Length) : null;
    }

    // An entry that leaves the tree counts for nothing: it is not unpacked, and no name leads to it. Of two the last
    // one counts, as in any tar.
    private void Add(TarItem item)
    {
        if (TreePath.Normalize(item.Name) is not { } name)
            return;
        _files.Remove(name);
        _links.Remove(name);
        switch (item.Type)
        {
            case TarItem.File:
                _files[name] = (item.Offset, item.Size);
                break;
            case TarItem.SymbolicLink:
                _links[name] = item.LinkName;
                break;
            case TarItem.HardLink:
                _links[name] = "/" + item.LinkName;
                break;
        }
    }
}
