using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Containerize.Core.Tests.Packages;

/// <summary>A package file that a test makes.</summary>
internal sealed class TestDeb(string name, string version, string fields = "")
{
    private readonly List<TarEntry> _data = [];
    private readonly SortedDictionary<string, string> _control = new(StringComparer.Ordinal);

    public string Name => name;

    public string Version => version;

    /// <summary>How the tars are compressed: <c>.gz</c>, <c>.zst</c> or nothing.</summary>
    public string Compression { get; init; } = ".gz";

    public string Architecture { get; init; } = "amd64";

    /// <summary>The record, as it stands in the package and in an index.</summary>
    public string Record => $"Package: {name}\nVersion: {version}\nArchitecture: {Architecture}\n{fields}";

    public TestDeb Folder(string path, UnixFileMode mode = (UnixFileMode)0b111_101_101) =>
        Add(new PaxTarEntry(TarEntryType.Directory, path) { Mode = mode });

    public TestDeb File(string path, string content, UnixFileMode mode = (UnixFileMode)0b110_100_100, int owner = 0) =>
        Add(
            new PaxTarEntry(TarEntryType.RegularFile, path)
            {
                DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)),
                Mode = mode,
                Uid = owner,
                Gid = owner,
                ModificationTime = new DateTimeOffset(2026, 2, 3, 4, 5, 6, TimeSpan.Zero),
            }
        );

    public TestDeb Link(string path, string target) =>
        Add(new PaxTarEntry(TarEntryType.SymbolicLink, path) { LinkName = target });

    public TestDeb HardLink(string path, string target) =>
        Add(new PaxTarEntry(TarEntryType.HardLink, path) { LinkName = target });

    public TestDeb Add(TarEntry entry)
    {
        _data.Add(entry);
        return this;
    }

    public TestDeb Control(string file, string text)
    {
        _control[file] = text;
        return this;
    }

    /// <summary>The bytes of the package file.</summary>
    public byte[] ToBytes()
    {
        using var bytes = new MemoryStream();
        bytes.Write("!<arch>\n"u8);
        Member(bytes, "debian-binary", "2.0\n"u8.ToArray());
        var control = _control
            .Append(KeyValuePair.Create("control", Record))
            .Select(file =>
                (TarEntry)
                    new PaxTarEntry(TarEntryType.RegularFile, "./" + file.Key)
                    {
                        DataStream = new MemoryStream(Encoding.UTF8.GetBytes(file.Value)),
                    }
            );
        Member(bytes, "control.tar" + Compression, Compress(Tar(control)));
        Member(bytes, "data.tar" + Compression, Compress(Tar(_data)));
        return bytes.ToArray();
    }

    private static byte[] Tar(IEnumerable<TarEntry> entries)
    {
        using var bytes = new MemoryStream();
        using (var writer = new TarWriter(bytes, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (var entry in entries)
            {
                if (entry.DataStream is { } data)
                    data.Position = 0;
                writer.WriteEntry(entry);
            }
        }

        return bytes.ToArray();
    }

    private byte[] Compress(byte[] content)
    {
        using var bytes = new MemoryStream();
        Stream stream = Compression switch
        {
            ".gz" => new GZipStream(bytes, CompressionLevel.Fastest, leaveOpen: true),
            ".zst" => new ZstdSharp.CompressionStream(bytes, leaveOpen: true),
            _ => bytes,
        };
        stream.Write(content);
        if (stream != bytes)
            stream.Dispose();
        return bytes.ToArray();
    }

    private static void Member(MemoryStream archive, string name, byte[] content)
    {
        archive.Write(
            Encoding.ASCII.GetBytes(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{name, -16}{0, -12}{0, -6}{0, -6}{100644, -8}{content.Length, -10}`\n"
                )
            )
        );
        archive.Write(content);
        if (content.Length % 2 == 1)
            archive.WriteByte((byte)'\n');
    }
}
