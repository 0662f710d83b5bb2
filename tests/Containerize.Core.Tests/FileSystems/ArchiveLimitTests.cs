using Containerize.Diagnostics;
using Containerize.FileSystems;
using Containerize.Tar;
using Containerize.TestKit.Images;

namespace Containerize.Core.Tests.FileSystems;

/// <summary>
/// How much an archive may say: per entry what Go's archive/tar and Linux take, and in all what fits into memory. An
/// image of 1.6 MB took 7 GB, where <c>umoci raw unpack</c> took 45 MiB.
/// </summary>
public sealed class ArchiveLimitTests
{
    [Fact]
    public async Task Of_several_headers_before_an_entry_the_last_counts_as_in_Go()
    {
        byte[][] parts =
        [
            RawTar.Pax(("SCHILY.xattr.user.a", "1"), ("uid", "7")),
            RawTar.Pax(("SCHILY.xattr.user.b", "2")),
            RawTar.Entry('0', "x"),
        ];
        var file = (await ReadAsync(RawTar.Of(parts))).All.Single();
        Assert.Equal(["user.b"], file.ExtendedAttributes.Keys);
        Assert.Equal(0, file.Uid);
    }

    [Fact]
    public async Task A_long_name_counts_before_a_record_as_in_Go()
    {
        byte[][] parts = [RawTar.Long('L', "long"), RawTar.Pax(("path", "record")), RawTar.Entry('0', "x")];
        Assert.Equal("/long", (await ReadAsync(RawTar.Of(parts))).All.Single().Path.Text);
    }

    [Fact]
    public async Task An_empty_record_leaves_what_the_header_says_as_in_Go()
    {
        byte[][] parts = [RawTar.Pax(("path", ""), ("uid", "")), RawTar.Entry('0', "x", uid: "0000005")];
        var file = (await ReadAsync(RawTar.Of(parts))).All.Single();
        Assert.Equal(("/x", 5), (file.Path.Text, (int)file.Uid));
    }

    [Theory]
    [InlineData(4095, true)]
    [InlineData(4097, false)]
    public async Task A_path_is_as_long_as_Linux_takes_it(int length, bool isTaken)
    {
        var name = string.Join('/', Enumerable.Repeat(new string('a', 99), 50))[..length].TrimEnd('/');
        await AssertAsync(isTaken, "is the most that Linux takes", RawTar.Pax(("path", name)), RawTar.Entry('0', "x"));
        await AssertAsync(isTaken, "is the most that Linux takes", RawTar.Long('L', name), RawTar.Entry('0', "x"));
        await AssertAsync(
            isTaken,
            "is the most that Linux takes",
            RawTar.Pax(("linkpath", name)),
            RawTar.Entry('2', "x")
        );
        await AssertAsync(isTaken, "is the most that Linux takes", RawTar.Long('K', name), RawTar.Entry('2', "x"));
    }

    [Theory]
    [InlineData(255, 10, true)]
    [InlineData(256, 10, false)]
    [InlineData(10, 65536, true)]
    [InlineData(10, 65537, false)]
    public async Task An_attribute_is_as_large_as_Linux_takes_it(int name, int value, bool isTaken) =>
        await AssertAsync(
            isTaken,
            "attribute",
            RawTar.Pax(("SCHILY.xattr." + new string('a', name), new string('v', value))),
            RawTar.Entry('0', "x")
        );

    [Theory]
    [InlineData(600, true)]
    [InlineData(700, false)]
    public async Task The_names_of_attributes_are_as_many_as_Linux_lists(int count, bool isTaken) =>
        await AssertAsync(
            isTaken,
            "whose names",
            RawTar.Pax([.. Enumerable.Range(0, count).Select(i => ($"SCHILY.xattr.user.{i:D95}", "v"))]),
            RawTar.Entry('0', "x")
        );

    // umoci takes them, and directory services give them; the last number means no user to the kernel (chown(2)).
    [Theory]
    [InlineData(2147483648, true)]
    [InlineData(4294967294, true)]
    [InlineData(4294967295, false)]
    [InlineData(-1, false)]
    public async Task Owners_are_all_that_Linux_has(long id, bool isTaken)
    {
        byte[][] parts = [RawTar.Pax(("uid", $"{id}"), ("gid", $"{id}")), RawTar.Entry('0', "x")];
        await AssertAsync(isTaken, "is no number of a user or a group", parts);
        if (isTaken)
            Assert.Equal(
                (id, id),
                (
                    (await ReadAsync(RawTar.Of(parts))).All.Single().Uid,
                    (await ReadAsync(RawTar.Of(parts))).All.Single().ToEntry().Gid
                )
            );
    }

    [Theory]
    [InlineData("path", "a\0b")]
    [InlineData("linkpath", "a\0b")]
    public async Task A_NUL_in_a_path_is_refused_as_in_Go(string key, string value) =>
        await AssertAsync(false, "NUL", RawTar.Pax((key, value)), RawTar.Entry('2', "x", link: "y"));

    [Fact]
    public async Task Blocks_after_one_of_zeros_are_an_error_as_in_Go() =>
        await AssertAsync(false, "zeros", RawTar.Entry('0', "x"), new byte[512], RawTar.Entry('0', "y"));

    // 64 MiB of names, targets or attributes of 16,000 entries are some hundred kilobytes in an image.
    [Theory]
    [InlineData("path")]
    [InlineData("linkpath")]
    [InlineData("SCHILY.xattr.user.a")]
    public async Task Text_that_adds_up_is_refused(string key)
    {
        var text = string.Join('/', Enumerable.Repeat(new string('a', 99), 41))[..4000];
        await AssertAsync(
            false,
            "the most",
            [
                .. Enumerable
                    .Range(0, 8_000)
                    .SelectMany(i =>
                        new[] { RawTar.Pax((key, i + text)), RawTar.Entry(key == "linkpath" ? '2' : '0', $"f{i}") }
                    ),
            ]
        );
    }

    // Each path of 2,000 folders is 4 MiB of paths when every folder on the way has its own.
    [Fact]
    public async Task Folders_on_the_way_count()
    {
        var deep = string.Concat(Enumerable.Repeat("/a", 2_000));
        await AssertAsync(true, "", RawTar.Pax(("path", "1" + deep)), RawTar.Entry('0', "x"));
        Assert.Contains(
            "folders on the way",
            await TestImageFailsAsync(
                DiagnosticTable.LayerEntryRefused,
                [
                    .. Enumerable
                        .Range(0, 20)
                        .SelectMany(i => new[] { RawTar.Pax(("path", i + deep)), RawTar.Entry('0', "x") }),
                ]
            ),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Folders_on_the_way_count_through_all_layers()
    {
        var deep = string.Concat(Enumerable.Repeat("/a", 2_000));
        var layers = Enumerable
            .Range(0, 20)
            .Select(i => TestTar.Layer(RawTar.Of([RawTar.Pax(("path", i + deep)), RawTar.Entry('0', "x")])));
        await Stores.TestImage.FailsAsync(
            DiagnosticTable.LayerEntryRefused,
            () => ImageFiles.ReadAsync(TestTar.Of([.. layers]), TestContext.Current.CancellationToken)
        );
    }

    [Fact]
    public void A_million_entries_of_usual_paths_fit()
    {
        var budget = new EntryBudget();
        for (var i = 0; i < 1_000_000; i++)
            Assert.Null(budget.Take(300));
        for (var i = 1_000_000; i < EntryBudget.MostEntries; i++)
            Assert.Null(budget.Take(0));
        Assert.Contains("entries", budget.Take(0), StringComparison.Ordinal);
    }

    private static async Task AssertAsync(bool isTaken, string expected, params byte[][] parts)
    {
        if (isTaken)
            Assert.NotEmpty((await ReadAsync(RawTar.Of(parts))).All);
        else
            Assert.Contains(
                expected,
                await TestImageFailsAsync(DiagnosticTable.InvalidManifest, parts),
                StringComparison.Ordinal
            );
    }

    private static Task<string> TestImageFailsAsync(Diagnostic expected, byte[][] parts) =>
        Stores.TestImage.FailsAsync(expected, () => ReadAsync(RawTar.Of(parts)));

    private static Task<ImageFiles> ReadAsync(byte[] tar) =>
        ImageFiles.ReadAsync(TestTar.Of(TestTar.Layer(tar)), TestContext.Current.CancellationToken);
}
