namespace Containerize.Core.Tests.Dockerfiles.Syntax;

public class BadDockerfileTests
{
    [Theory]
    [InlineData(
        "FROM scratch\nCOPPY a b\n",
        "CTZ0121",
        "Dockerfile:2:1: 'COPPY' is no instruction of a Dockerfile. Did you mean COPY?\n  2 | COPPY a b\n    | ^"
    )]
    [InlineData(
        "FROM scratch\n  \tFROBNICATE\n",
        "CTZ0121",
        "Dockerfile:2:4: 'FROBNICATE' is no instruction of a Dockerfile. There are ADD, ARG"
    )]
    [InlineData("", "CTZ0122", "Dockerfile:1:1: there is no FROM")]
    [InlineData("# only a comment\n", "CTZ0122", "there is no FROM")]
    [InlineData("RUN x\nFROM scratch\n", "CTZ0122", "Dockerfile:1:1: nothing but ARG may stand before the first FROM")]
    [InlineData("# escape=x\nFROM scratch\n", "CTZ0122", "Dockerfile:1:1: 'x' cannot be the escape")]
    [InlineData("# escape=`\n# escape=`\nFROM scratch\n", "CTZ0122", "Dockerfile:2:1: the directive 'escape'")]
    [InlineData("FROM a b\n", "CTZ0122", "Dockerfile:1:8: FROM is followed by one image")]
    [InlineData("FROM scratch AS 1x\n", "CTZ0122", "Dockerfile:1:17: '1x' cannot be a stage's name")]
    [InlineData("FROM scratch\nCOPY a\n", "CTZ0122", "Dockerfile:2:1: COPY needs what to copy and where to")]
    [InlineData(
        "FROM scratch\nCOPY app.txt b.txt c\n",
        "CTZ0131",
        "Dockerfile:2:20: COPY cannot put it there: several files go into a folder, and 'c' is not one: write 'c/'"
    )]
    [InlineData("FROM scratch\nCOPY app.txt dir c\n", "CTZ0131", "'/c' is a file in the image, and no folder")]
    [InlineData("FROM scratch\nCOPY nowhere /x\n", "CTZ0129", "'nowhere' is a symbolic link to 'nope' in the context")]
    [InlineData(
        "FROM scratch\nCOPY http://example.test/x /x\n",
        "CTZ0122",
        "Dockerfile:2:6: 'http://example.test/x' is a URL, which COPY does not fetch. Write ADD instead."
    )]
    [InlineData(
        "FROM scratch\nARG B=system\nCOPY --from=$B /etc /x\n",
        "CTZ0122",
        "Dockerfile:3:13: '$B' has a variable"
    )]
    [InlineData(
        "FROM scratch\nADD --checksum=sha256:0000000000000000000000000000000000000000000000000000000000000000 "
            + "app.txt /x\n",
        "CTZ0122",
        "--checksum is of what a URL gives, and 'app.txt' is a path"
    )]
    [InlineData(
        "FROM scratch\nADD --checksum=sha256:0000000000000000000000000000000000000000000000000000000000000000 "
            + "http://a.test/x http://a.test/y /x/\n",
        "CTZ0122",
        "--checksum is of one file"
    )]
    [InlineData("FROM scratch\nCOPY [a /x\n", "CTZ0220", "Dockerfile:2:6: '[a' is no pattern")]
    [InlineData("FROM scratch\nCOPY --exclude=! dir /x\n", "CTZ0220", "--exclude=! is no pattern")]
    [InlineData(
        "FROM scratch\nCOPY --form=x a b\n",
        "CTZ0122",
        "Dockerfile:2:6: COPY has no option --form. Did you mean --from?"
    )]
    [InlineData("FROM scratch\nCOPY --from a b\n", "CTZ0122", "Dockerfile:2:6: --from needs a value")]
    [InlineData("FROM scratch\nCOPY --link=maybe a b\n", "CTZ0122", "Dockerfile:2:6: --link is 'true' or 'false'")]
    [InlineData("FROM scratch\nCOPY --chmod=9 a b\n", "CTZ0122", "Dockerfile:2:14: --chmod is '9', which is no mode")]
    [InlineData("FROM scratch\nENV\n", "CTZ0122", "Dockerfile:2:1: ENV needs a name and a value")]
    [InlineData("FROM scratch\nENV A\n", "CTZ0122", "Dockerfile:2:5: ENV A has no value")]
    [InlineData("FROM scratch\nENV A=1 \\\n  B\n", "CTZ0122", "Dockerfile:3:3: 'B' is no NAME=value")]
    [InlineData("FROM scratch\nEXPOSE 80 x\n", "CTZ0122", "Dockerfile:2:11: 'x' is no port")]
    [InlineData("FROM scratch\nEXPOSE 90-80\n", "CTZ0122", "Dockerfile:2:8: '90-80' is no port")]
    [InlineData("FROM scratch\nSTOPSIGNAL ?\n", "CTZ0122", "Dockerfile:2:12: '?' is no signal")]
    [InlineData("FROM scratch\nSTOPSIGNAL SIGTREM\n", "CTZ0122", "Did you mean 'SIGTERM'?")]
    [InlineData(
        "FROM scratch\nHEALTHCHECK --interval=soon CMD x\n",
        "CTZ0122",
        "Dockerfile:2:24: --interval is 'soon'"
    )]
    [InlineData("FROM scratch\nHEALTHCHECK x\n", "CTZ0122", "Dockerfile:2:13: HEALTHCHECK is followed by CMD")]
    [InlineData(
        "FROM scratch\nONBUILD FROM x\n",
        "CTZ0122",
        "Dockerfile:2:9: FROM cannot be an instruction of ONBUILD"
    )]
    [InlineData(
        "FROM scratch\nRUN --mount=type=what,target=/x x\n",
        "CTZ0122",
        "Dockerfile:2:13: --mount=type=what,target=/x: 'what' is no type of a mount"
    )]
    [InlineData("FROM scratch\nRUN --mount=tpye=bind x\n", "CTZ0122", "'tpye' in --mount means nothing")]
    [InlineData(
        "FROM scratch\nRUN --mount=type=secret,id=k,env=X;id;Y x\n",
        "CTZ0122",
        "Dockerfile:2:13: --mount=type=secret,id=k,env=X;id;Y: env is 'X;id;Y', which is no name of a variable"
    )]
    [InlineData(
        "FROM scratch\nRUN --mount=type=secret,id=k,env= x\n",
        "CTZ0122",
        "env is '', which is no name of a variable"
    )]
    [InlineData(
        "FROM scratch\nRUN --mount=type=secret,id=k,env=1X x\n",
        "CTZ0122",
        "env is '1X', which is no name of a variable"
    )]
    [InlineData(
        "FROM scratch\nRUN --network=some x\n",
        "CTZ0122",
        "Dockerfile:2:15: --network is 'default', 'none' or 'host'"
    )]
    [InlineData("ARG X\nFROM $X\n", "CTZ0122", "Dockerfile:2:6: '$X' is empty")]
    [InlineData("FROM --platform=x scratch\n", "CTZ0122", "Dockerfile:1:17: 'x' is no platform")]
    [InlineData(
        "FROM scratch\nCOPY <<EOF /a\nx\n",
        "CTZ0123",
        "Dockerfile:2:6: the text that begins here does not end: a line with nothing but 'EOF' is missing.\n  "
            + "2 | COPY <<EOF /a\n    |      ^"
    )]
    [InlineData("FROM scratch\nSHELL sh -c\n", "CTZ0124", "Dockerfile:2:7: SHELL takes a list in JSON")]
    [InlineData("FROM scratch\nCMD [\"a\", 1]\n", "CTZ0124", "Dockerfile:2:5: a list of words holds texts")]
    [InlineData("FROM scratch\nENV A=\"x\n", "CTZ0125", "Dockerfile:2:7: '\"x' cannot be understood: the double quote")]
    [InlineData("FROM scratch\nLABEL a=b${\n", "CTZ0125", "Dockerfile:2:10:")]
    [InlineData(
        "FROM scratch\nARG V\nENV A=\"x-${V:?give me V}\"\n",
        "CTZ0126",
        "Dockerfile:3:10: V: give me V. Give it a value"
    )]
    [InlineData("FROM scratch\nCOPY --from=3 a b\n", "CTZ0127", "Dockerfile:2:13: there is no stage 3: the file has 1")]
    [InlineData(
        "FROM scratch AS build\nFROM scratch\nCOPY --from=bulid a b\n",
        "CTZ0127",
        "Dockerfile:3:13: there is no stage 'bulid'. Did you mean 'build'?"
    )]
    [InlineData(
        "FROM scratch AS a\nCOPY --from=a x y\n",
        "CTZ0128",
        "Dockerfile:2:13: the stage 'a' cannot be copied from while it is built"
    )]
    [InlineData(
        "FROM scratch AS a\nCOPY --from=b x y\nFROM scratch AS b\nCOPY --from=a x y\n",
        "CTZ0128",
        "Dockerfile:4:13: the stage 'b' needs 'a'"
    )]
    [InlineData("FROM scratch\nCOPY missing /\n", "CTZ0129", "Dockerfile:2:6: 'missing' does not exist in the context")]
    [InlineData("FROM scratch\nCOPY app.tzt /\n", "CTZ0129", "Did you mean 'app.txt'?")]
    [InlineData("FROM scratch\nCOPY hidden /\n", "CTZ0129", "A .dockerignore file leaves it out")]
    [InlineData("FROM scratch\nCOPY ../x /\n", "CTZ0130", "Dockerfile:2:6: '../x' lies outside of the context")]
    [InlineData(
        "FROM scratch\nCOPY a/../../x /\n",
        "CTZ0130",
        "Dockerfile:2:6: 'a/../../x' lies outside of the context"
    )]
    [InlineData("FROM scratch\nCOPY out /\n", "CTZ0130", "Dockerfile:2:6: 'out' lies outside of the context")]
    [InlineData("FROM scratch\nCOPY folder/passwd /\n", "CTZ0130", "'folder/passwd' lies outside of the context")]
    [InlineData("FROM scratch\nADD up/x /\n", "CTZ0130", "'up/x' lies outside of the context")]
    [InlineData(
        "FROM scratch\nCOPY app.txt /x\nCOPY dir /x\n",
        "CTZ0131",
        "Dockerfile:3:10: COPY cannot put it there: '/x' is a file in the image, and no folder"
    )]
    [InlineData(
        "FROM system\nCOPY tree /\n",
        "CTZ0131",
        "'/bin' is a symbolic link in the image, and a folder cannot take its place"
    )]
    [InlineData("FROM scratch\nCOPY *.txt /x\n", "CTZ0131", "several files go into a folder, and '/x' is not one")]
    [InlineData(
        "FROM system\nCOPY --chown=nobody app.txt /x\n",
        "CTZ0132",
        "Dockerfile:2:14: the image has no user or group 'nobody'"
    )]
    [InlineData(
        "FROM scratch\nADD https://example.test/x.git /x\n",
        "CTZ0344",
        "Dockerfile:2:5: 'https://example.test/x.git' cannot be added"
    )]
    [InlineData(
        "FROM scratch\nRUN --security=insecure x\n",
        "CTZ0135",
        "Dockerfile:2:5: --security=insecure would give"
    )]
    [InlineData("FROM scratch\nRUN make\n", "CTZ0135", "Dockerfile:2:1: RUN cannot be done here")]
    [InlineData("# containerize: packages=curl\nFROM system\n", "CTZ0135", "Dockerfile:1:1: packages are asked for")]
    [InlineData(
        "# containerize: package=curl\nFROM system\n",
        "CTZ0122",
        "Dockerfile:1:1: 'package=curl' after '# containerize:' means nothing"
    )]
    [InlineData("FROM scratch\nRUN --mount=type=secret,id=k,required x\n", "CTZ0137", "the secret 'k' is needed")]
    public async Task Is_told_with_its_place_and_what_to_do(string dockerfile, string code, string message)
    {
        using var build = new TestBuild()
            .With("app.txt", "a")
            .With("b.txt", "b")
            .With("dir/x", "x")
            .With("hidden", "h")
            .With("tree/bin/x", "x")
            .With(".dockerignore", "hidden\n")
            .WithLink("out", "/etc/passwd")
            .WithLink("folder", "/etc")
            .WithLink("up", "..")
            .WithLink("nowhere", "nope")
            .WithSystem();
        var exception = await build.FailAsync(dockerfile);
        Assert.Equal(code, exception.Diagnostic.Code);
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dockerfile_that_is_not_there_is_told()
    {
        using var build = new TestBuild();
        var exception = await Assert.ThrowsAsync<Containerize.Diagnostics.ContainerizeException>(() =>
            (build.Options("") with { DockerfileText = null }).RunAsync(TestContext.Current.CancellationToken)
        );
        Assert.Equal("CTZ0120", exception.Diagnostic.Code);
        Assert.Contains(Path.Combine(build.Context, "Dockerfile"), exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_target_is_told_with_the_stages_that_there_are()
    {
        using var build = new TestBuild();
        var exception = await Assert.ThrowsAsync<Containerize.Diagnostics.ContainerizeException>(() =>
            (build.Options("FROM scratch AS build\nFROM scratch AS final\n") with { Target = "fnal" }).RunAsync(
                TestContext.Current.CancellationToken
            )
        );
        Assert.Equal("Dockerfile has no stage 'fnal' to build. Did you mean 'final'?", exception.Message);
    }
}
