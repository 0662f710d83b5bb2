using System.Text.RegularExpressions;
using Containerize.Diagnostics;

namespace Containerize.Core.Tests.Diagnostics;

/// <summary>The table of codes and the pages in docs/diagnostics say the same.</summary>
public sealed partial class DiagnosticPagesTests
{
    private static readonly string Root = Repository.Root;

    public static TheoryData<string> Codes => [.. DiagnosticTable.All.Select(diagnostic => diagnostic.Code)];

    [Theory]
    [MemberData(nameof(Codes))]
    public void A_code_has_a_page_with_its_title_and_the_three_answers(string code)
    {
        var diagnostic = DiagnosticTable.All.Single(each => each.Code == code);
        var path = Path.Combine(Root, diagnostic.Page);
        Assert.True(File.Exists(path), $"{diagnostic.Page} is missing");

        var lines = File.ReadAllLines(path);
        Assert.Equal($"# {diagnostic.Code}: {diagnostic.Title}", lines[0]);
        Assert.Equal(
            ["## What happened", "## Why", "## What to do"],
            lines.Where(line => line.StartsWith("## ", StringComparison.Ordinal))
        );
        Assert.All(Sections(lines), section => Assert.Contains(section, line => line.Length > 0));
    }

    [Fact]
    public void Every_page_belongs_to_a_code()
    {
        var pages = Directory
            .GetFiles(Path.Combine(Root, "docs", "diagnostics"))
            .Select(path => Path.GetFileNameWithoutExtension(path));
        Assert.Equal(DiagnosticTable.All.Select(diagnostic => diagnostic.Code), pages.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void No_code_is_given_twice_and_each_has_four_digits()
    {
        Assert.All(DiagnosticTable.All, diagnostic => Assert.Matches(Code(), diagnostic.Code));
        Assert.Distinct(DiagnosticTable.All.Select(diagnostic => diagnostic.Code));
        Assert.Distinct(DiagnosticTable.All.Select(diagnostic => diagnostic.Title));
    }

    private static IEnumerable<string[]> Sections(string[] lines) =>
        string.Join('\n', lines).Split("\n## ").Skip(1).Select(section => section.Split('\n')[1..]);

    [GeneratedRegex(@"^CTZ\d{4}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Code();
}
