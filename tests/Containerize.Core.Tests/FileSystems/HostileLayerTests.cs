using System.Formats.Tar;
using System.Text;
using Containerize.Core.Tests.Stores;
using Containerize.Diagnostics;
using Containerize.Entries;
using Containerize.FileSystems;
using Containerize.Images;
using TarWriter = System.Formats.Tar.TarWriter;

namespace Containerize.Core.Tests.FileSystems;

/// <summary>Layers as no builder writes them, and as old programs did.</summary>
public sealed class HostileLayerTests
{
    [Theory]
    [InlineData("../etc/passwd")]
    [InlineData("/a/../../b")]
    public async Task A_path_out_of_the_root_is_refused(string path) =>
        Assert.Contains(
            $"'{path}', which leads out",
            await FailsAsync(DiagnosticTable.LayerEntryRefused, TestTar.Bytes(TestTar.File(path))),
            StringComparison.Ordinal
        );

    [Fact]
    public async Task Paths_that_are_only_written_badly_are_taken()
    {
        var files = await ReadAsync(
            TestTar.Bytes(
                TestTar.File("/./a//b/../c"),
                TestTar.Folder("./"),
                TestTar.Link("out", "../../../etc/passwd")
            )
        );
        Assert.Equal(["/a", "/a/c", "/out"], files.All.Select(file => file.Path.Text));
        Assert.Equal("/etc/passwd", files.Follow(ContainerPath.Parse("/out")).Text);
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("../../etc/shadow")]
    [InlineData("folder")]
    public async Task A_further_name_of_what_is_no_file_of_the_image_is_refused(string target) =>
        await FailsAsync(
            DiagnosticTable.LayerEntryRefused,
            TestTar.Bytes(TestTar.Folder("folder"), TestTar.HardLink("x", target))
        );

    [Fact]
    public async Task A_file_below_a_link_is_not_where_the_link_leads()
    {
        var files = await ReadAsync(TestTar.Bytes(TestTar.Link("a", "/etc"), TestTar.File("a/passwd")));
        Assert.Equal(["/a", "/a/passwd"], files.All.Select(file => file.Path.Text));
        Assert.Equal(EntryKind.Directory, files.Find(ContainerPath.Parse("/a"))!.Kind);
    }

    [Fact]
    public async Task A_size_that_the_archive_does_not_have_is_an_error_and_takes_no_memory()
    {
        var tar = TestTar.Bytes(
            new UstarTarEntry(TarEntryType.RegularFile, "big") { DataStream = new MemoryStream(new byte[10]) }
        );
        await FailsAsync(DiagnosticTable.InvalidManifest, With(tar, 124, "77777777777\0"));
    }

    [Fact]
    public async Task Records_of_gigabytes_are_not_read()
    {
        var tar = TestTar.Bytes(TestTar.File("x"));
        Assert.Equal((byte)'x', tar[156]);
        Assert.Contains(
            "records of 8589934591 bytes",
            await FailsAsync(DiagnosticTable.InvalidManifest, With(tar, 124, "77777777777\0")),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("5 a=b\n")]
    [InlineData("999 path=x\n")]
    [InlineData("x path=x\n")]
    [InlineData("11 size=-1\n")]
    [InlineData("12 size=ten\n")]
    [InlineData("15 uid=9999999\n")]
    [InlineData("26 uid=99999999999999999\n")]
    public async Task Broken_records_are_an_error(string records)
    {
        var header = TestTar.Bytes(TestTar.File("x"))[..512];
        var body = new byte[512];
        Encoding.ASCII.GetBytes(records, body);
        byte[] tar =
        [
            .. With(header, 124, Convert.ToString(records.Length, 8).PadLeft(11, '0') + "\0"),
            .. body,
            .. TestTar.Bytes(new UstarTarEntry(TarEntryType.RegularFile, "x")),
        ];
        if (records.Contains("9999999\n", StringComparison.Ordinal) && records.Length < 20)
            Assert.Equal(9999999, (await ReadAsync(tar)).All.Single().Uid);
        else
            await FailsAsync(DiagnosticTable.InvalidManifest, tar);
    }

    [Fact]
    public async Task A_header_with_a_wrong_sum_is_an_error()
    {
        var tar = TestTar.Bytes(new UstarTarEntry(TarEntryType.RegularFile, "x"));
        tar[0] = (byte)'y';
        await FailsAsync(DiagnosticTable.InvalidManifest, tar);
    }

    [Fact]
    public async Task An_archive_that_ends_early_is_an_error()
    {
        var tar = TestTar.Bytes(
            new UstarTarEntry(TarEntryType.RegularFile, "x") { DataStream = new MemoryStream(new byte[2000]) }
        );
        await FailsAsync(DiagnosticTable.InvalidManifest, tar[..1500]);
        await FailsAsync(DiagnosticTable.InvalidManifest, tar[..300]);
    }

    [Fact]
    public async Task A_layer_that_is_another_than_the_configuration_says_is_an_error()
    {
        var layer = TestTar.Layer(TestTar.Bytes(TestTar.File("x")), diffId: Digest.Of("other"u8.ToArray()));
        await TestImage.FailsAsync(
            DiagnosticTable.DigestMismatch,
            () => ImageFiles.ReadAsync(TestTar.Of(layer), TestContext.Current.CancellationToken)
        );
    }

    [Theory]
    [InlineData('S')]
    [InlineData('V')]
    public async Task Kinds_that_nobody_writes_are_an_error(char kind)
    {
        var tar = With(TestTar.Bytes(new UstarTarEntry(TarEntryType.RegularFile, "x")), 156, kind.ToString());
        await FailsAsync(kind == 'S' ? DiagnosticTable.InvalidManifest : DiagnosticTable.LayerEntryRefused, tar);
    }

    [Fact]
    public async Task Long_names_of_every_format_are_read()
    {
        var name = string.Join('/', Enumerable.Repeat("a-name-of-some-length", 10));
        using var bytes = new MemoryStream();
        foreach (var format in new[] { TarEntryFormat.Gnu, TarEntryFormat.Pax })
        {
            using var writer = new TarWriter(bytes, format, leaveOpen: true);
            TarEntry entry =
                format == TarEntryFormat.Gnu
                    ? new GnuTarEntry(TarEntryType.SymbolicLink, name + format) { LinkName = "/" + name }
                    : new PaxTarEntry(TarEntryType.SymbolicLink, name + format) { LinkName = "/" + name };
            writer.WriteEntry(entry);
            writer.Dispose();
            var files = await ReadAsync(bytes.ToArray());
            Assert.Equal(("/" + name + format, "/" + name), (files.All.Last().Path.Text, files.All.Last().LinkTarget));
            bytes.SetLength(0);
        }

        var ustar = TestTar.Bytes(
            new UstarTarEntry(TarEntryType.RegularFile, string.Join('/', Enumerable.Repeat("abcdefghi", 15)))
        );
        Assert.Equal(150, (await ReadAsync(ustar)).All.Last().Path.Text.Length);
    }

    [Fact]
    public async Task Attributes_that_are_no_text_keep_their_bytes()
    {
        byte[] capability = [1, 0, 0, 2, 0x80, 0xFF, 0, 10, 0, 0, 0, 0];
        byte[] record = [.. "48 SCHILY.xattr.security.capability="u8, .. capability[..11], (byte)'\n'];
        Assert.Equal(48, record.Length);
        var header = With(TestTar.Bytes(TestTar.File("x"))[..512], 124, "00000000060\0");
        byte[] tar =
        [
            .. header,
            .. record,
            .. new byte[512 - record.Length],
            .. TestTar.Bytes(new UstarTarEntry(TarEntryType.RegularFile, "x")),
        ];
        Assert.Equal(
            capability[..11],
            (await ReadAsync(tar)).All.Single().ExtendedAttributes["security.capability"].ToArray()
        );
    }

    // Overwrites a field of the first header, and makes its sum right.
    private static byte[] With(byte[] tar, int offset, string field)
    {
        var copy = tar.ToArray();
        Encoding.ASCII.GetBytes(field, copy.AsSpan(offset));
        copy.AsSpan(148, 8).Fill((byte)' ');
        var sum = copy.Take(512).Sum(value => value);
        Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ", copy.AsSpan(148));
        return copy;
    }

    private static Task<ImageFiles> ReadAsync(byte[] tar) =>
        ImageFiles.ReadAsync(TestTar.Of(TestTar.Layer(tar)), TestContext.Current.CancellationToken);

    private static Task<string> FailsAsync(Diagnostic expected, byte[] tar) =>
        TestImage.FailsAsync(expected, () => ReadAsync(tar));
}
