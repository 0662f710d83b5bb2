using Containerize.Dockerfiles.Syntax;

namespace Containerize.Core.Tests.Dockerfiles.Syntax;

public class DockerIgnoreTests
{
    [Theory]
    [InlineData("a", "a", true)]
    [InlineData("a", "b/a", false)]
    [InlineData("a", "a/b/c", true)]
    [InlineData("/a/", "a", true)]
    [InlineData("./x/../a", "a", true)]
    [InlineData("*", ".hidden", true)]
    [InlineData("*.log", "x.log", true)]
    [InlineData("*.log", "d/x.log", false)]
    [InlineData("*/*.log", "d/x.log", true)]
    [InlineData("**/*.log", "x.log", true)]
    [InlineData("**/*.log", "a/b/x.log", true)]
    [InlineData("a/**", "a/b/c", true)]
    [InlineData("a/**/z", "a/z", true)]
    [InlineData("f?o", "foo", true)]
    [InlineData("f?o", "f/o", false)]
    [InlineData("[a-c]x", "bx", true)]
    [InlineData("[^a-c]x", "bx", false)]
    [InlineData("\\*", "*", true)]
    [InlineData("\\*", "a", false)]
    [InlineData("#a", "#a", false)]
    [InlineData("a\n!a", "a", false)]
    [InlineData("a\n!a/b", "a/b", false)]
    [InlineData("a\n!a/b\na/b/c", "a/b/c", true)]
    [InlineData("!a\na", "a", true)]
    [InlineData("..", "a", false)]
    public void Leaves_out(string patterns, string path, bool isLeftOut) =>
        Assert.Equal(isLeftOut, DockerIgnore.Parse(patterns, line => Assert.Fail(line)).Excludes(path));

    [Theory]
    [InlineData("a", "a", true)]
    [InlineData("a\n!b", "a", true)]
    [InlineData("a\n!a/b", "a", false)]
    [InlineData("a\n!**/keep", "a", false)]
    [InlineData("a\n!a/b/c", "a/b", false)]
    [InlineData("a\n!a/b/c", "a/x", true)]
    public void Nobody_looks_into_a_folder_that_is_left_out_as_a_whole(string patterns, string folder, bool isWhole) =>
        Assert.Equal(isWhole, DockerIgnore.Parse(patterns, line => Assert.Fail(line)).ExcludesAllOf(folder));

    [Theory]
    [InlineData("a\n[b\n", "'[b' is no pattern")]
    [InlineData("!\n", "'!' is no pattern")]
    public async Task A_build_with_such_a_line_is_an_error(string patterns, string words)
    {
        using var build = new TestBuild().With("a").With(".dockerignore", patterns);
        var exception = await build.FailAsync("FROM scratch\nCOPY a /\n");
        Assert.Equal("CTZ0220", exception.Diagnostic.Code);
        Assert.Contains(".dockerignore: " + words, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_that_is_no_pattern_is_told_and_leaves_nothing_out()
    {
        var warnings = new List<string>();
        Assert.False(DockerIgnore.Parse("[a\nb", warnings.Add).Excludes("[a"));
        Assert.Equal(["[a"], warnings);
    }
}
