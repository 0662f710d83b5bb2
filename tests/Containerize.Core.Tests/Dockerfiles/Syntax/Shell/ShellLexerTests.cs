using Containerize.Dockerfiles.Syntax.Shell;

namespace Containerize.Core.Tests.Dockerfiles.Syntax.Shell;

public class ShellLexerTests
{
    private static readonly ShellVariables Variables = ShellVariables.None.With([
        new("a", "one"),
        new("e", ""),
        new("path", "/usr/local/lib"),
        new("two", "x y"),
        new("f", "foo.tar.gz"),
    ]);

    [Theory]
    [InlineData("$a", "one")]
    [InlineData("${a}b", "oneb")]
    [InlineData("$ab", "")]
    [InlineData("$", "$")]
    [InlineData("a$", "a$")]
    [InlineData("$-x", "x")]
    [InlineData("$1x", "x")]
    [InlineData("'$a'", "$a")]
    [InlineData("\"$a\"", "one")]
    [InlineData("\"'$a'\"", "'one'")]
    [InlineData("\\$a", "$a")]
    [InlineData("\"\\$a\"", "$a")]
    [InlineData("\"a\\b\"", "a\\b")]
    [InlineData("a\\b", "ab")]
    [InlineData("a\\", "a")]
    [InlineData("a\\\\b", "a\\b")]
    [InlineData("${a:-x}", "one")]
    [InlineData("${e:-x}", "x")]
    [InlineData("${e-x}", "")]
    [InlineData("${n-x}", "x")]
    [InlineData("${n:-${a}}", "one")]
    [InlineData("${n:-'a b'}", "a b")]
    [InlineData("${a:+x}", "x")]
    [InlineData("${e:+x}", "")]
    [InlineData("${e+x}", "x")]
    [InlineData("${n+x}", "")]
    [InlineData("${a:?no}", "one")]
    [InlineData("${e?no}", "")]
    [InlineData("${path#*/}", "usr/local/lib")]
    [InlineData("${path##*/}", "lib")]
    [InlineData("${path%/*}", "/usr/local")]
    [InlineData("${path%%/*}", "")]
    [InlineData("${f%.*}", "foo.tar")]
    [InlineData("${f%%.*}", "foo")]
    [InlineData("${f#foo.t?r}", ".gz")]
    [InlineData("${f#bar}", "foo.tar.gz")]
    [InlineData("${f/o/0}", "f0o.tar.gz")]
    [InlineData("${f//o/0}", "f00.tar.gz")]
    [InlineData("${f/.*/$}", "foo$")]
    [InlineData("${path//\\//-}", "-usr-local-lib")]
    public void A_text_becomes(string text, string expanded) =>
        Assert.Equal(expanded, new ShellLexer('\\', Variables).Expand(text));

    [Theory]
    [InlineData("a b  c", new[] { "a", "b", "c" })]
    [InlineData("$two z", new[] { "x", "y", "z" })]
    [InlineData("\"$two\" z", new[] { "x y", "z" })]
    [InlineData("a\\ b", new[] { "a b" })]
    public void Words_are_parted(string text, string[] words) =>
        Assert.Equal(words, new ShellLexer('\\', Variables).Words(text));

    [Theory]
    [InlineData("'a", 0, "single quote")]
    [InlineData("x\"a", 1, "double quote")]
    [InlineData("${a", 0, "'}'")]
    [InlineData("x${", 1, "'}'")]
    [InlineData("${}", 0, "no name")]
    [InlineData("${a!b}", 0, "means nothing")]
    [InlineData("${a:#b}", 0, "means nothing")]
    [InlineData("x${a:-b", 1, "'}'")]
    [InlineData("${n:?give n}", 0, "n: give n")]
    [InlineData("${e:?}", 0, "e: it is empty")]
    [InlineData("${n?}", 0, "n: it is not set")]
    public void What_is_wrong_is_said_with_its_place(string text, int offset, string message)
    {
        var exception = Assert.Throws<ShellSyntaxException>(() => new ShellLexer('\\', Variables).Expand(text));
        Assert.Equal(offset, exception.Offset);
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_escape_leaves_backslashes_alone() =>
        Assert.Equal("c:\\x $a", new ShellLexer('`', Variables).Expand("c:\\x `$a"));

    /// <summary>A stack that is too small would end the process, that of MSBuild too.</summary>
    [Fact]
    public void Variables_in_variables_have_an_end()
    {
        Assert.Equal("x", Nested(100));
        Assert.Contains(
            "nests more than 100 variables",
            Assert.Throws<ShellSyntaxException>(() => Nested(100_000)).Message,
            StringComparison.Ordinal
        );

        static string Nested(int depth) =>
            new ShellLexer('\\', Variables).Expand(
                string.Concat(Enumerable.Repeat("${n:-", depth)) + "x" + new string('}', depth)
            );
    }

    [Theory]
    [InlineData("$a$a")]
    [InlineData("${a//x/$a}")]
    [InlineData("${n:-$a$a}")]
    public void Variables_that_double_each_time_have_an_end(string text)
    {
        var value = new string('x', 1000);
        Assert.Contains(
            "unfold to more than",
            Assert
                .Throws<ShellSyntaxException>(() =>
                {
                    for (var turn = 0; turn < 40; turn++)
                        value = new ShellLexer('\\', ShellVariables.None.With([new("a", value)])).Expand(text);
                })
                .Message,
            StringComparison.Ordinal
        );
    }
}
