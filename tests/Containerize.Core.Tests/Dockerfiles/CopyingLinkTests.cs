using System.Formats.Tar;
using Containerize.Core.Tests.FileSystems;
using Containerize.Entries;
using Containerize.FileSystems;

namespace Containerize.Core.Tests.Dockerfiles;

/// <summary>Names and links of files that are copied: from a stage, a context and an archive.</summary>
public class CopyingLinkTests
{
    // kaniko#2594: a toolbox of hundreds of names is stored once.
    [Fact]
    public async Task Names_of_one_file_of_a_stage_stay_that()
    {
        using var build = new TestBuild().WithImage(
            "box",
            TestTar.Of([
                TestTar.Folder("bin/"),
                TestTar.File("bin/sh", "box"),
                TestTar.HardLink("bin/ls", "bin/sh"),
                TestTar.HardLink("bin/zz", "bin/sh"),
                TestTar.File("bin/other", "box"),
            ])
        );
        Assert.Equal(
            ["/b/ls", "/b/other", "/b/sh = /b/ls", "/b/zz = /b/ls"],
            await LinksAsync(build, "FROM scratch\nCOPY --from=box /bin /b\n")
        );
        Assert.Equal(
            ["/b/other", "/b/sh", "/b/zz = /b/sh"],
            await LinksAsync(build, "FROM scratch\nCOPY --from=box --exclude=ls /bin /b\n")
        );
        // Each path that an instruction names is copied by itself, by BuildKit and by buildah.
        Assert.Equal(
            ["/b/ls", "/b/sh", "/b/zz"],
            await LinksAsync(build, "FROM scratch\nCOPY --from=box /bin/ls /bin/[sz]* /b/\n")
        );
    }

    [Fact]
    public async Task Names_of_one_file_of_the_context_stay_that()
    {
        using var build = new TestBuild()
            .With("d/b", "text")
            .WithHardLink("d/a", "d/b")
            .With("d/c", "text")
            .WithHardLink("e", "d/b");
        Assert.Equal(["/x/a", "/x/b = /x/a", "/x/c"], await LinksAsync(build, "FROM scratch\nCOPY d /x\n"));
        Assert.Equal(
            ["/x/d/a", "/x/d/b = /x/d/a", "/x/d/c", "/x/e = /x/d/a"],
            await LinksAsync(build, "FROM scratch\nCOPY . /x\n")
        );
        Assert.Equal(["/x/a", "/x/b"], await LinksAsync(build, "FROM scratch\nCOPY d/a d/b /x/\n"));
        // The instruction's owner and mode are those of all its names.
        Assert.Equal(
            ["d 700 5:6 /x", "f 700 5:6 /x/a text", "f 700 5:6 /x/b text", "f 700 5:6 /x/c text"],
            await build.ListAsync("FROM scratch\nCOPY --chown=5:6 --chmod=700 d /x\n")
        );
    }

    [Fact]
    public async Task A_file_that_takes_the_place_of_a_name_is_a_file_of_its_own()
    {
        using var build = new TestBuild()
            .With("d/a", "one")
            .WithHardLink("d/b", "d/a")
            .WithHardLink("d/c", "d/a")
            .With("e/a", "two");
        Assert.Equal(["/x/a", "/x/b", "/x/c = /x/b"], await LinksAsync(build, "FROM scratch\nCOPY d e /x/\n"));
        Assert.Equal(
            ["d 755 0:0 /x", "f 644 0:0 /x/a two", "f 644 0:0 /x/b one", "f 644 0:0 /x/c one"],
            await build.ListAsync("FROM scratch\nCOPY d e /x/\n")
        );
    }

    [Fact]
    public async Task Two_files_of_one_content_are_another_step_than_two_names()
    {
        using var build = new TestBuild().With("d/a", "text").With("d/b", "text");
        var options = build.Options("FROM scratch\nCOPY d /x\n") with { Cache = build.Cache };
        var apart = (await options.RunAsync(TestContext.Current.CancellationToken)).Images[0];
        File.Delete(Path.Combine(build.Context, "d/b"));
        build.WithHardLink("d/b", "d/a");
        var linked = (
            await (options with { WorkFolder = options.WorkFolder + "2" }).RunAsync(
                TestContext.Current.CancellationToken
            )
        ).Images[0];
        Assert.NotEqual(apart.Image.Digest, linked.Image.Digest);
    }

    // buildah, conformance test add/parent-symlink.
    [Fact]
    public async Task Links_of_an_archive_are_followed_inside_of_the_image()
    {
        using var build = new TestBuild();
        Write(
            build,
            "a.tar",
            TestTar.Folder("d/"),
            TestTar.Link("d/l", "../../../e"),
            TestTar.File("d/l/f", "1"),
            TestTar.HardLink("g", "d/l/f")
        );
        Assert.Equal(
            [
                "d 755 0:0 /e",
                "f 644 0:0 /e/f 1",
                "d 755 0:0 /x",
                "d 755 0:0 /x/d",
                "l 644 0:0 /x/d/l -> ../../../e",
                "f 644 0:0 /x/g 1",
            ],
            await build.ListAsync("FROM scratch\nADD a.tar /x/\n")
        );
    }

    [Fact]
    public async Task What_takes_the_place_of_a_folder_in_an_archive_takes_all_of_it()
    {
        using var build = new TestBuild();
        Write(build, "a.tar", TestTar.Folder("d/"), TestTar.File("d/f", "1"), TestTar.File("d", "2"));
        Assert.Equal(["d 755 0:0 /x", "f 644 0:0 /x/d 2"], await build.ListAsync("FROM scratch\nADD a.tar /x/\n"));
    }

    internal static void Write(TestBuild build, string name, params TarEntry[] entries) =>
        File.WriteAllBytes(Path.Combine(build.Context, name), TestTar.Bytes(entries));

    // Each file with what it is a further name of.
    private static async Task<string[]> LinksAsync(TestBuild build, string dockerfile)
    {
        var files = await ImageFiles.ReadAsync(
            await build.BuildAsync(dockerfile),
            TestContext.Current.CancellationToken
        );
        return
        [
            .. files
                .All.Where(file => file.Kind == EntryKind.File)
                .Select(file => file.HardLinkTarget is { } target ? $"{file.Path} = {target}" : file.Path.Text),
        ];
    }
}
