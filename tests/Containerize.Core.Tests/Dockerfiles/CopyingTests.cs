using System.Formats.Tar;
using Containerize.Core.Tests.FileSystems;
using Containerize.Diagnostics;
using Containerize.Entries;
using Containerize.FileSystems;

namespace Containerize.Core.Tests.Dockerfiles;

/// <summary>
/// What <c>COPY</c> and <c>ADD</c> put into an image, as a BuildKit of 2026 (73ed682) does it. Where Debian's builders
/// agree, the corpus has it instead.
/// </summary>
public class CopyingTests
{
    [Fact]
    public async Task Several_files_may_go_into_a_folder_of_the_image()
    {
        using var build = new TestBuild().With("a.txt", "a").With("b.txt", "b").With("d/x", "x").WithSystem();
        Assert.Equal(
            ["/tmp/a.txt", "/tmp/b.txt", "/tmp/x"],
            await PathsAsync(build, "FROM system\nCOPY a.txt b.txt d /tmp\n", "/tmp/")
        );
        Assert.Equal(["/tmp/a.txt", "/tmp/b.txt"], await PathsAsync(build, "FROM system\nCOPY *.txt /tmp\n", "/tmp/"));
        Assert.Equal(["/hello"], await PathsAsync(build, "FROM system\nCOPY nothing* a.txt /hello\n", "/hello"));
        // The first is a folder, so the destination is one.
        Assert.Equal(["/n", "/n/a.txt", "/n/x"], await PathsAsync(build, "FROM system\nCOPY d a.txt /n\n", "/n"));
    }

    // BuildKit, testDockerfileAddArchiveWildcard.
    [Fact]
    public async Task Several_archives_go_into_one_folder()
    {
        using var build = new TestBuild();
        Write(build, "a.tar", TestTar.File("a", "1"));
        Write(build, "b.tar", TestTar.File("b", "2"));
        Assert.Equal(
            ["d 755 0:0 /x", "f 644 0:0 /x/a 1", "f 644 0:0 /x/b 2"],
            await build.ListAsync("FROM scratch\nADD *.tar /x\n")
        );
    }

    // moby#52739, buildkit#4945: a folder that is to be private is that. Folders that are only on the way are not
    // meant.
    [Fact]
    public async Task A_mode_reaches_the_folder_that_is_copied()
    {
        using var build = new TestBuild()
            .With("d/s/f", "f")
            .WithImage("box", TestTar.Of([TestTar.Folder("t/")]))
            .WithSystem();
        Assert.Equal(
            ["d 755 0:0 /a", "d 750 0:0 /a/b", "d 750 0:0 /a/b/s", "f 750 0:0 /a/b/s/f f"],
            await build.ListAsync("FROM scratch\nCOPY --chmod=750 d /a/b\n")
        );
        Assert.Equal(["d 700 0:0 /t"], await build.ListAsync("FROM scratch\nCOPY --from=box --chmod=700 /t /t/\n"));
        Assert.Equal(
            ["d 755 0:0 /b", "f 640 0:0 /b/f f"],
            await build.ListAsync("FROM scratch\nCOPY --chmod=640 d/s/f /b/f\n")
        );
        // One that is there stays as it is.
        Assert.Contains("d 1777 0:0 /tmp", await build.ListAsync("FROM system\nCOPY --chmod=750 d /tmp/\n"));
    }

    // buildkit#5987, of BuildKit 0.23. Folders that the archive does not name are root's.
    [Fact]
    public async Task An_owner_is_that_of_what_an_archive_holds()
    {
        using var build = new TestBuild();
        Write(
            build,
            "a.tar",
            TestTar.File("app/x", "1"),
            TestTar.Folder("d/", 0b111_000_000),
            TestTar.Link("d/l", "x"),
            TestTar.HardLink("z", "app/x")
        );
        Assert.Equal(
            [
                "d 755 5:6 /o",
                "d 755 0:0 /o/app",
                "f 644 5:6 /o/app/x 1",
                "d 700 5:6 /o/d",
                "l 644 5:6 /o/d/l -> x",
                "f 644 5:6 /o/z 1",
            ],
            await build.ListAsync("FROM scratch\nADD --chown=5:6 a.tar /o/\n")
        );
    }

    // BuildKit, testCopyParentsMissingDirectory.
    [Fact]
    public async Task Parents_keep_owner_and_mode()
    {
        using var build = new TestBuild().WithImage(
            "box",
            TestTar.Of([
                TestTar.Folder("s/"),
                Owned(TestTar.Folder("s/a/", 0b111_000_000)),
                TestTar.Folder("s/a/b/"),
                TestTar.File("s/a/b/c", "1"),
                TestTar.File("s/a/other", "2"),
            ])
        );
        Assert.Equal(
            ["d 755 0:0 /o", "d 755 0:0 /o/s", "d 700 5:6 /o/s/a", "d 755 0:0 /o/s/a/b", "f 644 0:0 /o/s/a/b/c 1"],
            await build.ListAsync("FROM scratch\nCOPY --from=box --parents /s/a/b/c /o/\n")
        );
        Assert.Equal(
            ["d 755 0:0 /o", "d 700 5:6 /o/a", "d 755 0:0 /o/a/b", "f 644 0:0 /o/a/b/c 1"],
            await build.ListAsync("FROM scratch\nCOPY --from=box --parents /s/./a/b/./c /o/\n")
        );
        Assert.Equal(["d 755 0:0 /o"], await build.ListAsync("FROM scratch\nCOPY --from=box --parents nomatch* /o/\n"));
        // A folder that is there stays as it is.
        Assert.Equal(
            ["d 755 0:0 /s", "d 755 0:0 /s/a", "d 755 0:0 /s/a/b", "f 644 0:0 /s/a/b/c 1"],
            await build.ListAsync("FROM scratch\nWORKDIR /s/a\nCOPY --from=box --parents /s/a/b/c /\n")
        );
    }

    // Go's path/filepath: only --parents reads "**" as any number of folders.
    [Fact]
    public async Task Two_asterisks_are_one()
    {
        using var build = new TestBuild().With("a.x", "1").With("d/b.x", "2").With("d/e/c.x", "3");
        Assert.Equal(["/g/b.x"], await PathsAsync(build, "FROM scratch\nCOPY **/*.x /g/\n", "/g/"));
        Assert.Equal(
            ["/g/a.x", "/g/b.x", "/g/e", "/g/e/c.x"],
            await PathsAsync(build, "FROM scratch\nCOPY ** /g/\n", "/g/")
        );
        Assert.Equal(
            ["/g/a.x", "/g/d", "/g/d/b.x", "/g/d/e", "/g/d/e/c.x"],
            await PathsAsync(build, "FROM scratch\nCOPY --parents **/*.x /g/\n", "/g/")
        );
    }

    // BuildKit, testCopyLinkEmptyDestDir.
    [Fact]
    public async Task An_empty_destination_is_the_working_folder()
    {
        using var build = new TestBuild().With("f", "1");
        Assert.Equal(
            ["d 755 0:0 /w", "f 644 0:0 /w/f 1"],
            await build.ListAsync("FROM scratch\nWORKDIR /w\nENV e=\nCOPY f $e\n")
        );
    }

    [Theory]
    [InlineData(":10", "0:10")]
    [InlineData(":", "0:0")]
    [InlineData(":staff", "0:50")]
    [InlineData("7", "7:7")]
    public async Task An_owner_that_is_not_said_is_root(string owner, string expected)
    {
        using var build = new TestBuild().With("f", "1").WithSystem();
        Assert.Contains($"f 644 {expected} /f 1", await build.ListAsync($"FROM system\nCOPY --chown={owner} f /f\n"));
    }

    // The root of an image is a root.
    [Fact]
    public async Task Nothing_lies_above_the_root_of_a_stage()
    {
        using var build = new TestBuild().WithSystem();
        Assert.Equal(
            ["f 644 0:0 /m hello"],
            await build.ListAsync("FROM scratch\nCOPY --from=system ../../etc/../../etc/motd /m\n")
        );
    }

    [Fact]
    public async Task A_pipe_is_a_pipe()
    {
        using var build = new TestBuild().WithShell("mkdir d; mkfifo d/pipe");
        var files = await ImageFiles.ReadAsync(
            await build.BuildAsync("FROM scratch\nCOPY d /x\n"),
            TestContext.Current.CancellationToken
        );
        Assert.Equal(EntryKind.Fifo, files.All.Single(file => file.Path.Text == "/x/pipe").Kind);
    }

    // The device of whiteouts, which every user may make.
    [Theory]
    [InlineData("COPY d /x")]
    [InlineData("ADD d /x")]
    public async Task A_device_is_refused_where_it_is_copied(string instruction)
    {
        using var build = new TestBuild().WithShell("mkdir d; mknod d/null c 0 0; echo a > f");
        var exception = await build.FailAsync($"FROM scratch\n{instruction}\n");
        Assert.Equal(DiagnosticTable.DockerfileUnreadable, exception.Diagnostic);
        Assert.Contains("d/null' is a device", exception.Message, StringComparison.Ordinal);
        Assert.Equal(["f 644 0:0 /f a"], await build.ListAsync("FROM scratch\nCOPY f /f\n"));
    }

    // They come from below, where no Dockerfile is known.
    [Theory]
    [InlineData("COPY wh /x", "CTZ0009", "Dockerfile:2:6: ")]
    [InlineData("COPY --from=box /c/f /x", "CTZ0141", "Dockerfile:2:17: ")]
    [InlineData("ADD cut.tar /x/", "CTZ0131", "Dockerfile:2:1: ")]
    [InlineData("ADD wh.tar /x/", "CTZ0009", "Dockerfile:2:1: ")]
    public async Task Errors_of_names_links_and_archives_have_a_place(string instruction, string code, string place)
    {
        using var build = new TestBuild()
            .With("wh/.wh.a", "1")
            .WithImage("box", TestTar.Of([TestTar.Link("c", "d"), TestTar.Link("d", "c")]));
        File.WriteAllBytes(
            Path.Combine(build.Context, "cut.tar"),
            TestTar.Bytes(TestTar.File("a", new string('x', 5000)))[..4000]
        );
        Write(build, "wh.tar", TestTar.File(".wh.a", "1"));
        var exception = await build.FailAsync($"FROM scratch\n{instruction}\n");
        Assert.Equal(code, exception.Diagnostic.Code);
        Assert.StartsWith(place, exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(
            "..",
            exception.Message.Split('\n')[0].Replace(".wh..", "", StringComparison.Ordinal),
            StringComparison.Ordinal
        );
    }

    internal static void Write(TestBuild build, string name, params TarEntry[] entries) =>
        File.WriteAllBytes(Path.Combine(build.Context, name), TestTar.Bytes(entries));

    private static TarEntry Owned(TarEntry entry)
    {
        (entry.Uid, entry.Gid) = (5, 6);
        return entry;
    }

    private static async Task<string[]> PathsAsync(TestBuild build, string dockerfile, string start) =>
        [
            .. (await build.ListAsync(dockerfile))
                .Select(line => line.Split(' ')[3])
                .Where(path => path.StartsWith(start, StringComparison.Ordinal)),
        ];
}
