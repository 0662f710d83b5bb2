using System.Text.RegularExpressions;

namespace Containerize.Core.Tests.Documentation;

/// <summary>Comments, messages and pages avoid the words that CONTRIBUTING.md lists, which only make sense in context.
/// </summary>
public sealed partial class WordsTests
{
    private static readonly string[] Folders = ["src", "tests", "docs", "build", "samples"];

    [Fact]
    public void No_comment_message_or_page_has_a_word_of_the_list() =>
        Assert.Empty(
            Folders
                .SelectMany(folder =>
                    Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*", SearchOption.AllDirectories)
                )
                .Concat(Directory.EnumerateFiles(Repository.Root, "*.md"))
                .Select(path => Path.GetRelativePath(Repository.Root, path).Replace('\\', '/'))
                .Where(path => !GeneratedPattern().IsMatch(path))
                .SelectMany(path => Findings(path, File.ReadLines(Path.Combine(Repository.Root, path))))
        );

    [Theory]
    [InlineData("src/A.cs", "    /// <summary>Told how far it is.</summary>")]
    [InlineData("src/A.cs", "    $\"The output '{text}' cannot be told: {why}.\"")]
    [InlineData("src/A.cs", "    // A line that is none.")]
    [InlineData("tests/A.cs", "    // Nobody listens here.")]
    [InlineData("docs/a.md", "It is made anew.")]
    [InlineData("docs/a.md", "Whoever reads it, as is said above, is none the wiser.")]
    [InlineData("src/build/A.targets", "  <!-- What is said by then. -->")]
    public void A_word_of_the_list_is_found(string path, string line) => Assert.NotEmpty(Findings(path, [line]));

    [Theory]
    [InlineData("src/A.cs", "    /// <summary>Null where there is none, and the user <c>nobody</c>.</summary>")]
    [InlineData("tests/A.cs", "    var said = 1;")]
    [InlineData("docs/a.md", "the users `root` and `nobody`")]
    public void A_plain_sentence_and_a_name_pass(string path, string line) => Assert.Empty(Findings(path, [line]));

    private static IEnumerable<string> Findings(string path, IEnumerable<string> lines) =>
        lines
            .Select((line, index) => (Text: line, Number: index + 1))
            .Where(line => !path.StartsWith("tests/", StringComparison.Ordinal) || CommentPattern().IsMatch(line.Text))
            .Where(line => WordPattern().IsMatch(NamePattern().Replace(line.Text, "")))
            .Select(line => $"{path}:{line.Number}: {line.Text.Trim()}");

    [GeneratedRegex(
        @"\b(told|said|anew|nobody|whoever)\b|(?<!\bthere )\bis none\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex WordPattern();

    // Code in a page, and the account of that name, in code or in a line of /etc/passwd.
    [GeneratedRegex("`[^`]*`|<c>nobody</c>|'nobody'|nobody:x:.*")]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"^\s*(//|\*|<!--)")]
    private static partial Regex CommentPattern();

    [GeneratedRegex(
        @"(^|/)(bin|obj)/|(^|/)(Corpus|Golden|Data)/|^tests/.*(?<!\.cs)$|\.(svg|png|json|txt|gz|snk)$|WordsTests\.cs$"
    )]
    private static partial Regex GeneratedPattern();
}
