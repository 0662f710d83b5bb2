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
