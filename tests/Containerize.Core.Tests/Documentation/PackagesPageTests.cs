using System.Text.RegularExpressions;
using Containerize.Packages.Resolving;

namespace Containerize.Core.Tests.Documentation;

/// <summary>The page about packages says what is left out, and why.</summary>
public sealed partial class PackagesPageTests
{
    [Fact]
    public void Every_package_that_is_left_out_is_on_the_page_with_its_reason()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "settings", "packages.md"));
        var rows = Row()
            .Matches(page)
            .Select(row =>
                row.Groups["one"].Success
                    ? ($"{row.Groups["one"].Value} → {row.Groups["name"].Value}", row.Groups["reason"].Value)
                    : (row.Groups["name"].Value, row.Groups["reason"].Value)
            );
        Assert.Equal(
            ScriptOnlyPackages.Entries,
            rows.Where(row => !row.Item1.StartsWith("Container", StringComparison.Ordinal))
                .OrderBy(row => row.Item1, StringComparer.Ordinal)
        );
    }

    [GeneratedRegex(
        @"^\| `(?<name>[^`]+)`(?:, for `(?<one>[^`]+)`)? \| (?<reason>[^|]+) \|$",
        RegexOptions.CultureInvariant | RegexOptions.Multiline
    )]
    private static partial Regex Row();
}
