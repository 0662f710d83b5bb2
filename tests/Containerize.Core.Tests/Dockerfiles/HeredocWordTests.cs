namespace Containerize.Core.Tests.Dockerfiles;

/// <summary>Which words begin a text in the lines below (BuildKit, frontend/dockerfile/parser and
/// shell/lex.go).</summary>
public sealed class HeredocWordTests
{
    [Theory]
    [InlineData("<< EOF", "x\n")]
    [InlineData("<<\t'EOF'", "x\n")]
    [InlineData("<<  \"EOF\"", "x\n")]
    [InlineData("<<EOF", "x\n")]
    [InlineData("5<<EOF", "x\n")]
    public async Task A_blank_may_stand_before_the_word(string word, string script)
    {
        using var build = new TestBuild();
        var request = Assert.Single(await RunAsync(build, $"FROM scratch\nRUN {word}\nx\nEOF\n"));
        Assert.Equal(["/bin/sh", "-c", script], request.Command);
    }

    [Fact]
    public async Task A_command_before_it_keeps_the_line_as_it_is_written()
    {
        using var build = new TestBuild();
        var request = Assert.Single(await RunAsync(build, "FROM scratch\nRUN cat << 'EOF' > /out\nx $HOME\nEOF\n"));
        Assert.Equal(["/bin/sh", "-c", "cat << 'EOF' > /out\nx $HOME\nEOF"], request.Command);
    }

    [Theory]
    [InlineData("RUN <<- EOF\nx\nEOF\n", "CTZ0121", "Dockerfile:3:1: 'x' is no instruction")]
    [InlineData("COPY << EOF /a\nx\nEOF\n", "CTZ0129", "Dockerfile:2:6: '<<' does not exist in the context")]
    [InlineData(
        "COPY <<a.txt <<\"b c\" /d/\nx\na.txt\ny\nb c\n",
        "CTZ0125",
        "Dockerfile:2:16: '<<\"b' cannot be understood: the double quote"
    )]
    public async Task Other_words_are_no_text(string instruction, string code, string message)
    {
        using var build = new TestBuild();
        var exception = await build.FailAsync("FROM scratch\n" + instruction);
        Assert.Equal(code, exception.Diagnostic.Code);
        Assert.StartsWith(message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_word_of_a_list_has_no_text()
    {
        using var build = new TestBuild();
        Assert.Equal(
            ["f 644 0:0 /c"],
            (await build.ListAsync("FROM scratch\nCOPY [\"<<EOF\", \"/c\"]\n")).Select(line => line.TrimEnd())
        );
    }

    [Fact]
    public async Task Texts_of_one_name_are_told_apart()
    {
        using var build = new TestBuild();
        Assert.Equal(
            ["d 755 0:0 /d", "f 644 0:0 /d/E second"],
            await build.ListAsync("FROM scratch\nCOPY <<E <<E /d/\nfirst\nE\nsecond\nE\n")
        );
    }

    private static async Task<IReadOnlyList<Containerize.Dockerfiles.Execution.Requests.RunRequest>> RunAsync(
        TestBuild build,
        string file
    )
    {
        var runner = new TestRunner();
        await (build.Options(file) with { Runner = runner }).RunAsync(TestContext.Current.CancellationToken);
        return runner.Requests;
    }
}
