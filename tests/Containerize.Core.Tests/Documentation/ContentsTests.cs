using System.Text.RegularExpressions;

namespace Containerize.Core.Tests.Documentation;

/// <summary>The pages of contents name everything in their folders, and nothing else.</summary>
public sealed partial class ContentsTests
{
    private static string Docs => Path.Combine(Repository.Root, "docs");

    [Fact]
    public void Every_decision_is_in_the_index_with_its_title()
    {
        var decisions = Path.Combine(Docs, "decisions");
        var expected = Directory
            .GetFiles(decisions, "0*.md")
            .Order(StringComparer.Ordinal)
            .Select(path =>
                $"| [{Path.GetFileName(path)[..4]}]({Path.GetFileName(path)}) | "
                + $"{TitlePattern().Match(File.ReadLines(path).First()).Groups[1].Value} |"
            );
        var rows = File.ReadLines(Path.Combine(decisions, "README.md"))
            .Where(line => line.StartsWith("| [", StringComparison.Ordinal));
        Assert.Equal(expected, rows);
    }

    [Fact]
    public void Every_diagnostic_is_in_the_index_with_its_title()
    {
        var expected = Directory
            .GetFiles(Path.Combine(Docs, "diagnostics"), "CTZ*.md")
            .Order(StringComparer.Ordinal)
            .Select(path =>
            {
                var code = Path.GetFileNameWithoutExtension(path);
                return $"| [{code}](diagnostics/{code}.md) | {File.ReadLines(path).First()[$"# {code}: ".Length..]} |";
            });
        var rows = File.ReadLines(Path.Combine(Docs, "diagnostics-index.md"))
            .Where(line => line.StartsWith("| [", StringComparison.Ordinal));
        Assert.Equal(expected, rows);
    }

    [Fact]
    public void Every_page_is_in_the_contents()
    {
        var pages = Directory
            .GetFiles(Docs)
            .Concat(Directory.GetFiles(Path.Combine(Docs, "settings")))
            .Select(path => Path.GetRelativePath(Docs, path).Replace('\\', '/'))
            .Where(page => page != "README.md" && Path.GetExtension(page) is ".md" or ".json");
        Assert.All(pages, page => Assert.Contains(page, Links(Docs)));
    }

    [Fact]
    public void Every_link_between_pages_leads_to_a_file() =>
        Assert.Empty(
            Directory
                .EnumerateFiles(Docs, "*.md", SearchOption.AllDirectories)
                .Concat(Directory.EnumerateFiles(Repository.Root, "*.md"))
                .Concat(Directory.EnumerateFiles(Path.Combine(Repository.Root, "samples"), "README.md"))
                .SelectMany(page =>
                    LinkPattern()
                        .Matches(File.ReadAllText(page))
                        .Select(match => match.Groups[1].Value)
                        .Where(link => !link.Contains("://", StringComparison.Ordinal))
                        .Select(link => Path.Combine(Path.GetDirectoryName(page)!, link))
                        .Where(target => !Path.Exists(target))
                        .Select(target => $"{Path.GetRelativePath(Repository.Root, page)}: {target}")
                )
        );

    [Fact]
    public void Every_sample_is_in_the_contents()
    {
        var samples = Path.Combine(Repository.Root, "samples");
        var projects = Directory
            .GetFiles(samples, "*.csproj", SearchOption.AllDirectories)
            .Select(path => Path.GetFileName(Path.GetDirectoryName(path)!))
            .Order(StringComparer.Ordinal);
        Assert.Equal(projects, Links(samples).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Contents_name_what_is_there()
    {
        foreach (var folder in new[] { Docs, Path.Combine(Repository.Root, "samples") })
            Assert.All(
                Links(folder),
                link => Assert.True(Path.Exists(Path.Combine(folder, link)), $"{link} is not there")
            );
    }

    private static IEnumerable<string> Links(string folder) =>
        LinkPattern()
            .Matches(File.ReadAllText(Path.Combine(folder, "README.md")))
            .Select(match => match.Groups[1].Value);

    [GeneratedRegex(@"^# \d+[.:] (.+)$")]
    private static partial Regex TitlePattern();

    [GeneratedRegex(@"\]\(([^)#]+)\)")]
    private static partial Regex LinkPattern();
}
