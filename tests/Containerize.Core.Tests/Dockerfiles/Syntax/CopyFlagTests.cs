namespace Containerize.Core.Tests.Dockerfiles.Syntax;

/// <summary>The newer flags of <c>COPY</c>: <c>--link</c>, <c>--exclude</c>, <c>--parents</c> and modes by letters.
/// </summary>
public class CopyFlagTests
{
    // "COPY --link": the destination of a link is a path of folders only. An owner by name is refused there, since an
    // empty file system has no users; here it is looked up in the image (docs/dockerfile.md, "Differences to
    // BuildKit").
    [Fact]
    public async Task Link_follows_no_links_and_knows_no_folders()
    {
        using var build = new TestBuild().With("f", "file").WithSystem();
        var image = await build.BuildAsync(
            "FROM system\nCOPY --link f /new/f\nCOPY --link --chown=app f /g\nCOPY --link f /bin/f\n"
        );
        Assert.Contains("d 755 0:0 /bin", await TestBuild.ListAsync(image));
        Assert.DoesNotContain(
            await TestBuild.ListAsync(image),
            line => line.Contains(" /usr/bin/f", StringComparison.Ordinal)
        );
        Assert.Equal(
            ["d 755 0:0 /new", "f 644 0:0 /new/f file", "f 644 1654:1655 /g file"],
            (await TestBuild.ListAsync(image))
                .Where(line =>
                    line.Contains(" /new", StringComparison.Ordinal) || line.Contains(" /g", StringComparison.Ordinal)
                )
                .Order()
        );
    }

    // "COPY --exclude": its two examples, with what they say of them.
    [Fact]
    public async Task Excluded_names_are_those_of_the_reference()
    {
        using var build = new TestBuild()
            .With("home.md", "m")
            .With("home.txt", "t")
            .With("homely", "h")
            .With("other", "o");
        Assert.Equal(
            ["d 755 0:0 /mydir", "f 644 0:0 /mydir/home.md m", "f 644 0:0 /mydir/homely h"],
            await build.ListAsync("FROM scratch\nCOPY --exclude=*.txt hom* /mydir/\n")
        );
        Assert.Equal(
            ["d 755 0:0 /mydir", "f 644 0:0 /mydir/homely h"],
            await build.ListAsync("FROM scratch\nCOPY --exclude=*.txt --exclude=*.md hom* /mydir/\n")
        );
    }

    // "COPY --exclude" has wildcards only; ** and ! are patterns of .dockerignore, which BuildKit reads these with. Of
    // a folder a path is relative to the folder.
    [Fact]
    public async Task Excluded_files_stay_away()
    {
        using var build = new TestBuild()
            .With("d/a.txt", "a")
            .With("d/b.md", "b")
            .With("d/s/c.txt", "c")
            .With("d/s/keep.txt", "k")
            .With("e.md", "e")
            .With("e.txt", "e");
        Assert.Equal(
            [
                "d 755 0:0 /x",
                "f 644 0:0 /x/b.md b",
                "d 755 0:0 /x/s",
                "f 644 0:0 /x/s/keep.txt k",
                "d 755 0:0 /y",
                "f 644 0:0 /y/e.md e",
            ],
            await build.ListAsync(
                """
                FROM scratch
                COPY --exclude=**/*.txt --exclude=!s/keep.txt d /x
                COPY --exclude=*.txt e.* /y/
                """
            )
        );
    }

    // "COPY --parents": its four examples.
    [Fact]
    public async Task Parents_are_those_of_the_reference()
    {
        using var build = new TestBuild()
            .With("x/a.txt", "1")
            .With("y/a.txt", "2")
            .With("x/y/a.txt", "3")
            .With("x/y/b.txt", "4")
            .With("src/a.txt", "5")
            .With("src/x/b.txt", "6")
            .With("src/x/y/c.txt", "7");
        Assert.Equal(
            ["/no_parents/a.txt", "/parents/x/a.txt", "/parents/y/a.txt"],
            await FilesAsync("COPY ./x/a.txt ./y/a.txt /no_parents/\nCOPY --parents ./x/a.txt ./y/a.txt /parents/\n")
        );
        Assert.Equal(
            ["/parents/y/a.txt", "/parents/y/b.txt"],
            await FilesAsync("COPY --parents ./x/./y/*.txt /parents/\n")
        );
        Assert.Equal(
            ["/parents/src/a.txt", "/parents/src/x/b.txt", "/parents/src/x/y/c.txt"],
            await FilesAsync("COPY --parents ./src/**/*.txt /parents/\n")
        );

        async Task<IEnumerable<string>> FilesAsync(string instructions) =>
            (await build.ListAsync("FROM scratch\n" + instructions))
                .Where(line => line[0] == 'f')
                .Select(line => line.Split(' ')[3]);
    }

    // "COPY --parents" again, of files whose folders are made, from a stage too.
    [Fact]
    public async Task Parents_are_kept()
    {
        using var build = new TestBuild()
            .With("x/a.txt", "1")
            .With("y/a.txt", "2")
            .With("y/s/b.txt", "3")
            .With("z/q/c.txt", "4");
        Assert.Equal(
            [
                "d 755 0:0 /p",
                "d 755 0:0 /p/x",
                "f 644 0:0 /p/x/a.txt 1",
                "d 755 0:0 /p/y",
                "f 644 0:0 /p/y/a.txt 2",
                "d 755 0:0 /q",
                "d 755 0:0 /q/q",
                "f 644 0:0 /q/q/c.txt 4",
                "d 755 0:0 /r",
                "d 755 0:0 /r/x",
                "f 644 0:0 /r/x/a.txt 1",
                "d 755 0:0 /r/y",
                "f 644 0:0 /r/y/a.txt 2",
            ],
            await build.ListAsync(
                """
                FROM scratch
                COPY --parents ./x/a.txt ./y/a.txt /p/
                COPY --parents z/./q/c.txt /q/
                COPY --parents **/a.txt /r/
                """
            )
        );
    }

    // "COPY --chmod": octal digits or symbols, for which it points to chmod(1); u=rwX,go=rX with what it says of it.
    [Fact]
    public async Task Folders_and_programs_stay_what_they_are()
    {
        using var build = new TestBuild().With("d/f", "f").With("d/program", "p", isExecutable: true);
        Assert.Equal(
            ["d 755 0:0 /d", "f 644 0:0 /d/f f", "f 755 0:0 /d/program p"],
            await build.ListAsync("FROM scratch\nCOPY --chmod=u=rwX,go=rX d /d\n")
        );
    }

    // chmod(1).
    [Theory]
    [InlineData("u+x", "f 744")]
    [InlineData("a=r", "f 444")]
    [InlineData("go-r,u+s", "f 4600")]
    [InlineData("+X", "f 644")]
    [InlineData("g=u", "f 664")]
    [InlineData("1777", "f 1777")]
    public async Task Modes_are_changed_as_chmod_does_it(string mode, string expected)
    {
        using var build = new TestBuild().With("f", "");
        Assert.StartsWith(
            expected,
            Assert.Single(await build.ListAsync($"FROM scratch\nCOPY --chmod={mode} f /f\n")),
            StringComparison.Ordinal
        );
    }
}
