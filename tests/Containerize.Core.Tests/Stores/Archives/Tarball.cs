using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

namespace Containerize.Core.Tests.Stores.Archives;

/// <summary>A tar as others write it, entry by entry.</summary>
internal sealed class Tarball
{
    private readonly List<TarEntry> _entries = [];

    public Tarball File(string name, string text) => File(name, Encoding.UTF8.GetBytes(text));

    public Tarball File(string name, byte[] bytes) =>
        Add(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(bytes) });

    public Tarball Folder(string name) => Add(new PaxTarEntry(TarEntryType.Directory, name));

    public Tarball SymbolicLink(string name, string target) =>
        Add(new PaxTarEntry(TarEntryType.SymbolicLink, name) { LinkName = target });

    public Tarball HardLink(string name, string target) =>
        Add(new PaxTarEntry(TarEntryType.HardLink, name) { LinkName = target });

    public byte[] ToBytes()
    {
        using var bytes = new MemoryStream();
        using (var tar = new TarWriter(bytes, TarEntryFormat.Pax, leaveOpen: true))
            _entries.ForEach(tar.WriteEntry);
        return bytes.ToArray();
    }

    public static byte[] Gzip(byte[] bytes)
    {
        using var gzipped = new MemoryStream();
        using (var gzip = new GZipStream(gzipped, CompressionLevel.Fastest))
            gzip.Write(bytes);
        return gzipped.ToArray();
    }

    private Tarball Add(TarEntry entry)
    {
        _entries.Add(entry);
        return this;
    }
}
