using System.Collections.Immutable;

namespace Containerize.Core.Tests.Dockerfiles.Syntax;

/// <summary>
/// What Debian's builders are too old for; the rest is compared with theirs in the corpus. Above each test stands where
/// its expectation comes from: a section of the Dockerfile reference (docs.docker.com/reference/dockerfile) that says
/// it, or what BuildKit does where the reference is silent.
/// </summary>
public class NewerSyntaxTests
{
    // "Here-Documents": expansion unless the word is quoted, tabs stripped by <<-, and the word as the file's name in a
    // folder. That a file has 0644 is BuildKit's.
    [Fact]
    public async Task Heredocs_are_files()
    {
        using var build = new TestBuild();
        Assert.Equal(
            [
                "f 644 0:0 /a one=1\n\ttab",
                "f 644 0:0 /b $A \"q\"",
                "f 644 0:0 /c stripped\n x",
                "d 755 0:0 /d",
                "f 644 0:0 /d/one first",
                "f 755 0:0 /d/two second",
                "f 644 0:0 /e esc $A",
            ],
            await build.ListAsync(
                """
                FROM scratch
                ARG A=1
                COPY <<EOF /a
                one=$A
                	tab
                EOF
                COPY <<'EOF' /b
                $A "q"
                EOF
                COPY <<-EOF /c
                	stripped
                		 x
                	EOF
                COPY <<one /d/
                first
                one
                COPY --chmod=u+x,go=rx <<two /d/two
                second
                two
                COPY <<"E" /e
                esc $A
                E
                """
            )
        );
    }

    // "Here-Documents" and "COPY", "Source": any number of sources, then the destination is a folder.
    [Fact]
    public async Task Two_heredocs_and_a_file_go_into_a_folder()
    {
        using var build = new TestBuild().With("f", "file");
        Assert.Equal(
            ["d 755 0:0 /x", "f 644 0:0 /x/f file", "f 644 0:0 /x/one 1", "f 644 0:0 /x/two 2"],
            await build.ListAsync("FROM scratch\nCOPY <<one f <<two /x/\n1\none\n2\ntwo\n")
        );
    }

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

    // "Environment replacement", the modifiers of a shell.
    [Fact]
    public async Task Modifiers_work_where_variables_do()
    {
        using var build = new TestBuild().With("v1/f", "file");
        Assert.Equal(
            ["f 644 0:0 /lib file"],
            await build.ListAsync("FROM scratch\nARG P=/usr/lib V=v1.2\nCOPY ${V%%.*}/f /${P##*/}\n")
        );
    }

    // "Automatic platform ARGs in the global scope".
    [Fact]
    public async Task Every_platform_is_built_for_itself()
    {
        using var build = new TestBuild();
        var options = build.Options(
            "FROM --platform=$BUILDPLATFORM scratch AS b\nARG TARGETARCH TARGETVARIANT\nCOPY <<EOF /arch\n"
                + "$TARGETARCH$TARGETVARIANT\nEOF\nFROM scratch\nCOPY --from=b /arch /\n"
        ) with
        {
            Platforms = [TestBuild.Amd64, new("linux", "arm", "v7")],
        };
        var result = await options.RunAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["f 644 0:0 /arch amd64"], await TestBuild.ListAsync(result.Images[0].Image));
        Assert.Equal(["f 644 0:0 /arch armv7"], await TestBuild.ListAsync(result.Images[1].Image));
        Assert.Equal(
            ["linux/amd64", "linux/arm/v7"],
            result.Images.Select(image => image.Image.Config.Platform.ToString())
        );
        Assert.NotNull(result.Set.Index);
    }

    // Our own.
    [Fact]
    public async Task What_is_suspicious_is_a_warning()
    {
        using var build = new TestBuild();
        var options = build.Options("FROM scratch\nCOPY *.none /x/\nCMD ['a', 'b']\n") with
        {
            BuildArguments = ImmutableDictionary<string, string>.Empty.Add("UNUSED", "1").Add("HTTP_PROXY", "x"),
        };
        var result = await options.RunAsync(TestContext.Current.CancellationToken);
        Assert.Equal(3, result.Warnings.Length);
        Assert.StartsWith("Dockerfile:2:6: '*.none' fits no file", result.Warnings[0], StringComparison.Ordinal);
        Assert.StartsWith(
            "Dockerfile:3:1: '['a', 'b']' looks like a list",
            result.Warnings[1],
            StringComparison.Ordinal
        );
        Assert.Contains("'UNUSED'", result.Warnings[2], StringComparison.Ordinal);
    }
}
