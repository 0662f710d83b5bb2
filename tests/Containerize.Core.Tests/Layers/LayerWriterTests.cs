using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Containerize.Diagnostics;
using Containerize.Entries;
using Containerize.Images;
using Containerize.Layers;

namespace Containerize.Core.Tests.Layers;

public sealed class LayerWriterTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("containerize-layers-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Layer_format_2_has_these_digests()
    {
        var layer = Write(Sample());
        Assert.Equal(
            "sha256:5530826559522bda64485f02b38ee4c698a685426afe2a24c1ed77713a463fdd "
                + "sha256:4aa6c44043e25f2ab4a7fb1d1a85225f60899807d2e86c50ee87d7889ba12132",
            $"{layer.DiffId} {layer.Blob.Descriptor.Digest}"
        );
        Assert.Equal(layer.Blob.Descriptor.Digest, Digest.Of(await Bytes(layer)));
    }

    [Theory]
    [InlineData(
        LayerCompression.None,
        null,
        "application/vnd.oci.image.layer.v1.tar",
        "5530826559522bda64485f02b38ee4c698a685426afe2a24"
    )]
    [InlineData(
        LayerCompression.Gzip,
        9,
        "application/vnd.oci.image.layer.v1.tar+gzip",
        "2576a0168c74d3fbd12da77acf3d730f1ab38fe14b128b28"
    )]
    [InlineData(
        LayerCompression.Zstd,
        null,
        "application/vnd.oci.image.layer.v1.tar+zstd",
        "dcdc48908bfcd27f3a426164d47247030fe12ac6b92b8888"
    )]
    public async Task Other_encodings_have_these_digests_and_the_same_tar(
        LayerCompression compression,
        int? level,
        string mediaType,
        string digest
    )
    {
        var layer = Write(Sample(), new LayerEncoding(compression, level));
        Assert.Equal((digest, mediaType), (layer.Blob.Descriptor.Digest.Hex[..48], layer.Blob.Descriptor.MediaType));
        await using var plain = await LayerEncoding.OpenPlainAsync(layer, TestContext.Current.CancellationToken);
        using var bytes = new MemoryStream();
        await plain.CopyToAsync(bytes, TestContext.Current.CancellationToken);
        Assert.Equal(layer.DiffId, Digest.Of(bytes.ToArray()));
        Assert.Equal(Write(Sample()).DiffId, layer.DiffId);
    }

    [Fact]
    public void The_order_of_entries_does_not_matter() =>
        Assert.Equal(Write(Sample()).DiffId, Write([.. Sample().Reverse()]).DiffId);

    [Fact]
    public async Task Every_reader_gets_back_what_was_written()
    {
        var layer = Write(Sample());
        using var tar = new TarReader(new GZipStream(new MemoryStream(await Bytes(layer)), CompressionMode.Decompress));
        var expected = Sample().OrderBy(entry => entry.Path).Select(Describe);
        var actual = new List<string>();
        while (tar.GetNextEntry() is { } entry)
        {
            actual.Add(Describe(entry));
            Assert.Equal("", ((PosixTarEntry)entry).UserName + ((PosixTarEntry)entry).GroupName);
        }
        Assert.Equal(expected, actual);
    }

    [Fact]
    public void A_file_of_nine_gigabytes_keeps_its_size()
    {
        const long size = 9L << 30;
        using var file = new FileStream(Path.Combine(_folder, "sparse.tar"), FileMode.CreateNew);
        var content = new FileContent(
            size,
            () => throw new InvalidOperationException("only the header is written"),
            "sparse"
        );
        new Containerize.Tar.TarWriter(file).WriteHeader(
            new LayerEntry(ContainerPath.Parse("/sparse"), EntryKind.File, 420) { Content = content }
        );
        file.SetLength(file.Length + size + 1024);
        file.Position = 0;
        using var tar = new TarReader(file);
        Assert.Equal(size, tar.GetNextEntry()!.Length);
        Assert.Null(tar.GetNextEntry());
    }

    [Fact]
    public async Task A_layer_of_many_blocks_is_a_valid_gzip_file_of_that_digest()
    {
        var noise = new byte[3_000_001];
        new Random(7).NextBytes(noise.AsSpan(1_000_000));
        var layer = Write([File("/app/noise", noise)]);
        using var gzip = new GZipStream(new MemoryStream(await Bytes(layer)), CompressionMode.Decompress);
        using var plain = new MemoryStream();
        await gzip.CopyToAsync(plain, TestContext.Current.CancellationToken);
        Assert.Equal(layer.DiffId, Digest.Of(plain.ToArray()));
        Assert.Equal(noise, plain.ToArray().AsSpan(512, noise.Length).ToArray());
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    public void A_file_of_another_length_is_an_error_and_leaves_nothing(int length)
    {
        var content = new FileContent(length, () => new MemoryStream("four"u8.ToArray()), "x");
        var exception = Assert.Throws<ContainerizeException>(() =>
            Write([new LayerEntry(ContainerPath.Parse("/x"), EntryKind.File, 420) { Content = content }])
        );
        Assert.Equal(DiagnosticTable.FileChanged, exception.Diagnostic);
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void A_file_that_vanishes_is_an_error_and_leaves_nothing()
    {
        var path = Path.Combine(_folder, "gone");
        System.IO.File.WriteAllText(path, "gone");
        var content = FileContent.FromFile(path);
        System.IO.File.Delete(path);
        var exception = Assert.Throws<ContainerizeException>(() =>
            Write([new LayerEntry(ContainerPath.Parse("/x"), EntryKind.File, 420) { Content = content }])
        );
        Assert.Equal(DiagnosticTable.FileChanged, exception.Diagnostic);
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public async Task A_finished_layer_that_somebody_changes_is_not_taken_for_ours()
    {
        var layer = Write(Sample());
        var path = Directory.GetFiles(_folder).Single();
        var bytes = await System.IO.File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        bytes[^20] ^= 1;
        await System.IO.File.WriteAllBytesAsync(path, bytes, TestContext.Current.CancellationToken);
        var exception = await Assert.ThrowsAsync<ContainerizeException>(() => Bytes(layer));
        Assert.Equal(DiagnosticTable.DigestMismatch, exception.Diagnostic);
    }

    private static LayerEntry[] Sample() =>
        [
            Folder("/app"),
            Folder("/app/a"),
            File("/app/a/b", "b"u8.ToArray()),
            File("/app/a.txt", []),
            File("/app/program", "#!/bin/sh\n"u8.ToArray()) with
            {
                Mode = 493,
            },
            File("/app/" + new string('x', 200), "long"u8.ToArray()),
            File("/app/ğüşiöç İı", "tr"u8.ToArray()),
            File("/app/" + string.Join('/', Enumerable.Repeat("e\u0301 👋\\", 300)), "deep"u8.ToArray()),
            new(ContainerPath.Parse("/app/link"), EntryKind.SymbolicLink, 511) { LinkTarget = "a/b" },
            new(ContainerPath.Parse("/app/long-link"), EntryKind.SymbolicLink, 511)
            {
                LinkTarget = new string('y', 150),
            },
            new(ContainerPath.Parse("/app/same"), EntryKind.HardLink, 420) { LinkTarget = "/app/a/b" },
            File("/app/owned", []) with
            {
                Uid = 3_000_000,
                Gid = 1654,
                Mode = 2541,
                ModificationTime = DateTimeOffset.FromUnixTimeSeconds(1735689600),
            },
        ];

    private static LayerEntry Folder(string path) => new(ContainerPath.Parse(path), EntryKind.Directory, 493);

    private static LayerEntry File(string path, byte[] bytes) =>
        new(ContainerPath.Parse(path), EntryKind.File, 420) { Content = FileContent.FromBytes(bytes, path) };

    private Layer Write(LayerEntry[] entries, LayerEncoding? encoding = null) =>
        new LayerWriter(_folder, encoding ?? LayerEncoding.Default).Write(
            new PlannedLayer("app", [.. entries]),
            TestContext.Current.CancellationToken
        );

    private static async Task<byte[]> Bytes(Layer layer)
    {
        await using var stream = await layer.Blob.OpenAsync(TestContext.Current.CancellationToken);
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes, TestContext.Current.CancellationToken);
        return bytes.ToArray();
    }

    private static string Describe(LayerEntry entry) =>
        string.Join(
            '|',
            entry.Path.Text[1..],
            entry.Kind,
            entry.Mode,
            entry.Uid,
            entry.Gid,
            entry.ModificationTime.ToUnixTimeSeconds(),
            entry.Kind == EntryKind.HardLink ? entry.LinkTarget![1..] : entry.LinkTarget,
            Text(entry.Content?.Open())
        );

    private static string Describe(TarEntry entry) =>
        string.Join(
            '|',
            entry.Name.TrimEnd('/'),
            entry.EntryType switch
            {
                TarEntryType.RegularFile => EntryKind.File,
                TarEntryType.Directory => EntryKind.Directory,
                TarEntryType.SymbolicLink => EntryKind.SymbolicLink,
                TarEntryType.HardLink => EntryKind.HardLink,
                _ => throw new InvalidOperationException(entry.EntryType.ToString()),
            },
            (int)entry.Mode,
            entry.Uid,
            entry.Gid,
            entry.ModificationTime.ToUnixTimeSeconds(),
            entry.LinkName,
            Text(entry.DataStream)
        );

    private static string Text(Stream? stream) =>
        stream is null ? "" : new StreamReader(stream, Encoding.UTF8).ReadToEnd();
}
