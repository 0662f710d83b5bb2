using System.Formats.Tar;
using Containerize.Diagnostics;
using Containerize.Entries;
using Containerize.FileSystems;
using Containerize.Images;

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

    private static Task<ImageFiles> ReadAsync(params TarEntry[][] layers) =>
        ImageFiles.ReadAsync(TestTar.Of(layers), TestContext.Current.CancellationToken);

    private static ImageFile Find(ImageFiles files, string path) => files.Find(ContainerPath.Parse(path))!;

    private static async Task<string?> TextAsync(ImageFiles files, string path) =>
        await files.ReadTextAsync(ContainerPath.Parse(path), TestContext.Current.CancellationToken);
}
