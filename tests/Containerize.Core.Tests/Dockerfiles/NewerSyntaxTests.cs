using System.Collections.Immutable;

namespace Containerize.Core.Tests.Dockerfiles;

/// <summary>What Debian's builders are too old for, by the words of the Dockerfile reference; the rest is compared with theirs in the corpus.</summary>
public class NewerSyntaxTests
{
    [Fact]
    public async Task Heredocs_are_files()
    {
        using var build = new TestBuild();
        Assert.Equal(["f 644 0:0 /a one=1\n\ttab", "f 644 0:0 /b $A \"q\"", "f 644 0:0 /c stripped\n x", "d 755 0:0 /d", "f 644 0:0 /d/one first", "f 755 0:0 /d/two second", "f 644 0:0 /e esc $A"], await build.ListAsync("""
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
            """));
    }

    [Fact]
    public async Task Two_heredocs_and_a_file_go_into_a_folder()
    {
        using var build = new TestBuild().With("f", "file");
        Assert.Equal(["d 755 0:0 /x", "f 644 0:0 /x/f file", "f 644 0:0 /x/one 1", "f 644 0:0 /x/two 2"],
            await build.ListAsync("FROM scratch\nCOPY <<one f <<two /x/\n1\none\n2\ntwo\n"));
    }

    [Fact]
    public async Task Link_follows_no_links_and_knows_no_folders()
    {
        using var build = new TestBuild().With("f", "file").WithSystem();
        var image = await build.BuildAsync("FROM system\nCOPY --link f /new/f\nCOPY --link --chown=app f /g\n");
        Assert.Equal(["d 755 0:0 /new", "f 644 0:0 /new/f file", "f 644 1654:1655 /g file"],
            (await TestBuild.ListAsync(image)).Where(line => line.Contains(" /new", StringComparison.Ordinal) || line.Contains(" /g", StringComparison.Ordinal)).Order());
    }

    [Fact]
    public async Task Excluded_files_stay_away()
    {
        using var build = new TestBuild().With("d/a.txt", "a").With("d/b.md", "b").With("d/s/c.txt", "c").With("d/s/keep.txt", "k").With("e.md", "e").With("e.txt", "e");
        Assert.Equal(["d 755 0:0 /x", "f 644 0:0 /x/b.md b", "d 755 0:0 /x/s", "f 644 0:0 /x/s/keep.txt k", "d 755 0:0 /y", "f 644 0:0 /y/e.md e"], await build.ListAsync("""
            FROM scratch
            COPY --exclude=**/*.txt --exclude=!s/keep.txt d /x
            COPY --exclude=*.txt e.* /y/
            """));
    }

    [Fact]
    public async Task Parents_are_kept()
    {
        using var build = new TestBuild().With("x/a.txt", "1").With("y/a.txt", "2").With("y/s/b.txt", "3").With("z/q/c.txt", "4");
        Assert.Equal(["d 755 0:0 /p", "d 755 0:0 /p/x", "f 644 0:0 /p/x/a.txt 1", "d 755 0:0 /p/y", "f 644 0:0 /p/y/a.txt 2", "d 755 0:0 /q", "d 755 0:0 /q/q", "f 644 0:0 /q/q/c.txt 4",
            "d 755 0:0 /r", "d 755 0:0 /r/x", "f 644 0:0 /r/x/a.txt 1", "d 755 0:0 /r/y", "f 644 0:0 /r/y/a.txt 2"], await build.ListAsync("""
            FROM scratch
            COPY --parents ./x/a.txt ./y/a.txt /p/
            COPY --parents z/./q/c.txt /q/
            COPY --parents **/a.txt /r/
            """));
    }

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
        Assert.StartsWith(expected, Assert.Single(await build.ListAsync($"FROM scratch\nCOPY --chmod={mode} f /f\n")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Modifiers_work_where_variables_do()
    {
        using var build = new TestBuild().With("v1/f", "file");
        Assert.Equal(["f 644 0:0 /lib file"], await build.ListAsync("FROM scratch\nARG P=/usr/lib V=v1.2\nCOPY ${V%%.*}/f /${P##*/}\n"));
    }

    [Fact]
    public async Task Every_platform_is_built_for_itself()
    {
        using var build = new TestBuild();
        var options = build.Options("FROM --platform=$BUILDPLATFORM scratch AS b\nARG TARGETARCH TARGETVARIANT\nCOPY <<EOF /arch\n$TARGETARCH$TARGETVARIANT\nEOF\nFROM scratch\nCOPY --from=b /arch /\n")
            with
        { Platforms = [TestBuild.Amd64, new("linux", "arm", "v7")] };
        var result = await options.RunAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["f 644 0:0 /arch amd64"], await TestBuild.ListAsync(result.Images[0].Image));
        Assert.Equal(["f 644 0:0 /arch armv7"], await TestBuild.ListAsync(result.Images[1].Image));
        Assert.Equal(["linux/amd64", "linux/arm/v7"], result.Images.Select(image => image.Image.Config.Platform.ToString()));
        Assert.NotNull(result.Set.Index);
    }

    [Fact]
    public async Task What_is_suspicious_is_a_warning()
    {
        using var build = new TestBuild();
        var options = build.Options("FROM scratch\nCOPY *.none /x/\nCMD ['a', 'b']\n") with { BuildArguments = ImmutableDictionary<string, string>.Empty.Add("UNUSED", "1").Add("HTTP_PROXY", "x") };
        var result = await options.RunAsync(TestContext.Current.CancellationToken);
        Assert.Equal(3, result.Warnings.Length);
        Assert.StartsWith("Dockerfile:2:6: '*.none' fits no file", result.Warnings[0], StringComparison.Ordinal);
        Assert.StartsWith("Dockerfile:3:1: '['a', 'b']' looks like a list", result.Warnings[1], StringComparison.Ordinal);
        Assert.Contains("'UNUSED'", result.Warnings[2], StringComparison.Ordinal);
    }
}
