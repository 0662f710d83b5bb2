using System.Formats.Tar;
using System.Text;
using Containerize.Diagnostics;
using Containerize.Entries;
using Containerize.FileSystems;
using Containerize.Images;
using Containerize.Layers;

namespace Containerize.Core.Tests.FileSystems;

public sealed class ImageFilesTests
{
    [Fact]
    public async Task Layers_are_laid_over_each_other()
    {
        var files = await ReadAsync(
            [
                TestTar.Folder("a/"),
                TestTar.File("a/x", "lower"),
                TestTar.File("a/y", "y"),
                TestTar.Folder("b"),
                TestTar.File("b/x", "x"),
                TestTar.File("c", "c"),
                TestTar.Link("l", "a"),
            ],
            [
                TestTar.File("a/x", "upper"),
                TestTar.File("c/d/e", "file in place of a file"),
                TestTar.File("b", "file in place of a folder"),
                TestTar.Folder("a", 0b111_000_000),
            ]
        );
        Assert.Equal(
            ["/a", "/a/x", "/a/y", "/b", "/c", "/c/d", "/c/d/e", "/l"],
            files.All.Select(file => file.Path.Text)
        );
        Assert.Equal(("upper", 1), (await TextAsync(files, "/a/x"), Find(files, "/a/x").Layer));
        Assert.Equal(("y", 0), (await TextAsync(files, "/a/y"), Find(files, "/a/y").Layer));
        Assert.Equal(
            (0b111_000_000, EntryKind.File, EntryKind.Directory),
            (Find(files, "/a").Mode, Find(files, "/b").Kind, Find(files, "/c").Kind)
        );
        Assert.Equal(["/c", "/c/d"], files.All.Where(file => file.IsImplied).Select(file => file.Path.Text));
        Assert.Equal(Digest.Of("upper"u8.ToArray()), Find(files, "/a/x").Digest);
    }

    [Fact]
    public async Task Whiteouts_take_away_what_lower_layers_have_wherever_they_stand()
    {
        var files = await ReadAsync(
            [
                TestTar.File("a/x"),
                TestTar.File("a/y"),
                TestTar.File("b/x"),
                TestTar.File("b/c/x"),
                TestTar.File("d/x"),
                TestTar.File("e"),
            ],
            [
                TestTar.File("a/.wh.x"),
                TestTar.File("b/c/new"),
                TestTar.File("b/.wh..wh..opq"),
                TestTar.File("d/new"),
                TestTar.File(".wh.d"),
                TestTar.File("e", "new"),
                TestTar.File(".wh.e"),
                TestTar.File(".wh..wh.plnk"),
                TestTar.File(".wh.never"),
            ]
        );
        Assert.Equal(
            ["/a", "/a/y", "/b", "/b/c", "/b/c/new", "/d", "/d/new", "/e"],
            files.All.Select(file => file.Path.Text)
        );
    }

    [Fact]
    public async Task A_further_name_keeps_the_content_that_the_layer_gave_it()
    {
        var files = await ReadAsync(
            [TestTar.File("a", "old"), TestTar.HardLink("b", "a"), TestTar.HardLink("c", "/b")],
            [TestTar.HardLink("d", "b"), TestTar.File("a", "new")]
        );
        Assert.Equal(
            ("new", "old", "old", "old"),
            (
                await TextAsync(files, "/a"),
                await TextAsync(files, "/b"),
                await TextAsync(files, "/c"),
                await TextAsync(files, "/d")
            )
        );
        Assert.Equal(
            (EntryKind.File, "/a", 1, 3L),
            (
                Find(files, "/d").Kind,
                Find(files, "/d").HardLinkTarget!.Text,
                Find(files, "/d").Layer,
                Find(files, "/d").Size
            )
        );
        Assert.Null(Find(files, "/a").HardLinkTarget);
    }

    [Fact]
    public async Task Links_are_followed_within_the_root_only()
    {
        var files = await ReadAsync([
            TestTar.Link("bin", "usr/bin"),
            TestTar.Folder("usr/bin"),
            TestTar.File("usr/bin/sh"),
            TestTar.Link("usr/out", "../../../../usr/./bin"),
            TestTar.Link("abs", "/usr/out/sh"),
            TestTar.Link("dangling", "nowhere/x"),
            TestTar.Link("loop", "pool"),
            TestTar.Link("pool", "/loop"),
        ]);
        Assert.Equal("/usr/bin/sh", files.Resolve(ContainerPath.Parse("/abs"))!.Path.Text);
        Assert.Equal("/usr/bin/new/file", files.Follow(ContainerPath.Parse("/bin/new/file")).Text);
        Assert.Equal("/abs", files.Follow(ContainerPath.Parse("/abs"), last: false).Text);
        Assert.Equal("/nowhere/x", files.Follow(ContainerPath.Parse("/dangling")).Text);
        Assert.Null(files.Resolve(ContainerPath.Parse("/dangling")));
        Assert.Null(files.Find(ContainerPath.Parse("/bin/sh")));
        Assert.Equal(
            DiagnosticTable.LinksWithoutEnd,
            Assert.Throws<ContainerizeException>(() => files.Follow(ContainerPath.Parse("/loop/x"))).Diagnostic
        );
    }

    [Fact]
    public async Task Children_and_descendants_are_sorted()
    {
        var files = await ReadAsync([TestTar.File("a/c"), TestTar.File("a/b/x"), TestTar.File("a.txt")]);
        Assert.Equal(["/a/b", "/a/c"], files.ChildrenOf(ContainerPath.Parse("/a")).Select(file => file.Path.Text));
        Assert.Equal(
            ["/a/b", "/a/b/x", "/a/c"],
            files.DescendantsOf(ContainerPath.Parse("/a")).Select(file => file.Path.Text)
        );
        Assert.Empty(files.ChildrenOf(ContainerPath.Parse("/nothing")));
    }

    [Fact]
    public async Task Everything_that_a_layer_says_of_a_file_is_told()
    {
        var attributes = new Dictionary<string, string> { ["SCHILY.xattr.user.note"] = "a=b c=d" };
        var files = await ReadAsync([
            new PaxTarEntry(TarEntryType.RegularFile, "f", attributes)
            {
                Mode = (UnixFileMode)0b100_111_101_101,
                Uid = 3_000_000,
                Gid = 5,
                ModificationTime = DateTimeOffset.FromUnixTimeMilliseconds(1_735_689_600_500),
            },
            new PaxTarEntry(TarEntryType.CharacterDevice, "null") { DeviceMajor = 1, DeviceMinor = 3 },
            new PaxTarEntry(TarEntryType.Fifo, "pipe"),
        ]);
        var file = Find(files, "/f");
        Assert.Equal((0b100_111_101_101, 3_000_000, 5), (file.Mode, file.Uid, file.Gid));
        Assert.Equal("a=b c=d", Encoding.UTF8.GetString([.. file.ExtendedAttributes["user.note"]]));
        Assert.Equal(1_735_689_600_500, file.ModificationTime.ToUnixTimeMilliseconds());
        Assert.Equal(
            (EntryKind.CharacterDevice, (1, 3), EntryKind.Fifo),
            (Find(files, "/null").Kind, Find(files, "/null").Device, Find(files, "/pipe").Kind)
        );
    }

    [Theory]
    [InlineData(LayerCompression.None)]
    [InlineData(LayerCompression.Gzip)]
    [InlineData(LayerCompression.Zstd)]
    public async Task Contents_are_fetched_from_layers_of_every_compression(LayerCompression compression)
    {
        var noise = string.Concat(
            Enumerable.Range(0, 50_000).Select(i => i.ToString(System.Globalization.CultureInfo.InvariantCulture))
        );
        var layer = TestTar.Layer(
            TestTar.Bytes(
                TestTar.File("a", "first"),
                TestTar.File("noise", noise),
                TestTar.File("same", "first"),
                TestTar.Folder("d")
            ),
            compression
        );
        var files = await ImageFiles.ReadAsync(TestTar.Of(layer), TestContext.Current.CancellationToken);
        var folder = Directory.CreateTempSubdirectory("containerize-files-").FullName;
        try
        {
            var contents = await files.FetchAsync(files.All, folder, TestContext.Current.CancellationToken);
            Assert.Equal(["/a", "/noise", "/same"], contents.Keys.Order().Select(path => path.Text));
            Assert.Equal((5, 1), (contents[ContainerPath.Parse("/same")].Length, Directory.GetFiles(folder).Length));
            using var text = new StreamReader(contents[ContainerPath.Parse("/noise")].Open());
            Assert.Equal(noise, await text.ReadToEndAsync(TestContext.Current.CancellationToken));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task One_more_layer_leaves_the_files_below_it_as_they_were()
    {
        var files = await ReadAsync([TestTar.File("a/x", "1"), TestTar.File("a/y", "1")]);
        var upper = await files.WithAsync(
            TestTar.Layer(TestTar.Bytes(TestTar.File("a/.wh.x"), TestTar.File("a/y", "2"))),
            TestContext.Current.CancellationToken
        );
        Assert.Equal(["/a", "/a/x", "/a/y"], files.All.Select(file => file.Path.Text));
        Assert.Equal(["/a", "/a/y"], upper.All.Select(file => file.Path.Text));
        Assert.Equal(("1", "2"), (await TextAsync(files, "/a/y"), await TextAsync(upper, "/a/y")));
    }

    [Fact]
    public async Task What_the_layer_writer_writes_is_read_back()
    {
        LayerEntry Entry(string path, EntryKind kind, int mode = 0b110_100_100) =>
            new(ContainerPath.Parse(path), kind, mode);
        byte[] capability = [1, 0, 0, 2, 0x80, 0, 0, 0];
        LayerEntry[] entries =
        [
            Entry("/d/new", EntryKind.Fifo),
            Entry("/d", EntryKind.OpaqueWhiteout),
            Entry("/d", EntryKind.Directory, 0b001_111_111_111),
            Entry("/e/gone", EntryKind.Whiteout),
            Entry("/gone", EntryKind.Whiteout),
            Entry("/null", EntryKind.CharacterDevice) with
            {
                Device = (1, 3),
            },
            Entry("/disk", EntryKind.BlockDevice) with
            {
                Device = (259, 7),
            },
            Entry("/ping", EntryKind.File) with
            {
                Content = FileContent.FromBytes("x"u8.ToArray(), "ping"),
                ExtendedAttributes = LayerEntry.NoAttributes.Add("security.capability", [.. capability]),
            },
        ];
        var folder = Directory.CreateTempSubdirectory("containerize-files-").FullName;
        try
        {
            var layer = new LayerWriter(folder, LayerEncoding.Default).Write(
                new PlannedLayer("run", [.. entries]),
                TestContext.Current.CancellationToken
            );
            Assert.StartsWith(
                "sha256:594d9e716840d35fe9e5a0736d7aa05288f586b42f7",
                layer.DiffId.ToString(),
                StringComparison.Ordinal
            );
            var files = await (
                await ReadAsync([
                    TestTar.File("d/old"),
                    TestTar.File("e/gone"),
                    TestTar.File("e/stays"),
                    TestTar.File("gone/x"),
                ])
            ).WithAsync(layer, TestContext.Current.CancellationToken);
            Assert.Equal(
                ["/d", "/d/new", "/disk", "/e", "/e/stays", "/null", "/ping"],
                files.All.Select(file => file.Path.Text)
            );
            Assert.Equal(
                ((259, 7), (1, 3), EntryKind.Fifo),
                (Find(files, "/disk").Device, Find(files, "/null").Device, Find(files, "/d/new").Kind)
            );
            Assert.Equal(capability, Find(files, "/ping").ExtendedAttributes["security.capability"].ToArray());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Users_and_groups_are_found_by_name_and_by_number()
    {
        var files = await ReadAsync([
            TestTar.File(
                "usr/lib/passwd",
                "root:x:0:0:root:/root:/bin/sh\nbroken\nx:x:many:1::/:\n"
                    + "node:x:1000:1001::/home/node:/bin/sh\n7:x:8:8::/:\n"
            ),
            TestTar.Link("etc/passwd", "../usr/lib/passwd"),
            TestTar.File("etc/group", "root:x:0:\naudio:x:29:node,x\nnode:x:1001:"),
        ]);
        var accounts = await files.ReadAccountsAsync(TestContext.Current.CancellationToken);
        Assert.Equal(new Account("node", 1000, 1001, "/home/node"), accounts.FindUser("node"));
        Assert.Equal(("node", 8), (accounts.FindUser("1000")!.Name, accounts.FindUser("7")!.Uid));
        Assert.Null(accounts.FindUser("x"));
        Assert.Equal((29, 1001), (accounts.FindGroup("audio")!.Gid, accounts.FindGroup("1001")!.Gid));
        Assert.Equal([29], accounts.GroupsOf("node"));
    }

    private static Task<ImageFiles> ReadAsync(params TarEntry[][] layers) =>
        ImageFiles.ReadAsync(TestTar.Of(layers), TestContext.Current.CancellationToken);

    private static ImageFile Find(ImageFiles files, string path) => files.Find(ContainerPath.Parse(path))!;

    private static async Task<string?> TextAsync(ImageFiles files, string path) =>
        await files.ReadTextAsync(ContainerPath.Parse(path), TestContext.Current.CancellationToken);
}
