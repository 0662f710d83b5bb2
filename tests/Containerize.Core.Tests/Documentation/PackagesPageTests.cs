using System.Text.RegularExpressions;
using Containerize.Packages;
using Containerize.Packages.Resolving;

namespace Containerize.Core.Tests.Documentation;

/// <summary>The page about packages says what is left out, and why.</summary>
public sealed partial class PackagesPageTests
{
    [Fact]
    public void Every_package_that_is_left_out_is_on_the_page_with_its_reason() =>
        Assert.Equal(
            ScriptOnlyPackages.Entries,
            Rows()
                .Where(row =>
                    !row.Name.StartsWith("Container", StringComparison.Ordinal)
                    && !row.Name.StartsWith("usr/", StringComparison.Ordinal)
                )
                .OrderBy(row => row.Name, StringComparer.Ordinal)
        );

    [Fact]
    public void Every_file_of_the_base_that_no_app_reads_is_on_the_page_with_its_reason() =>
        Assert.Equal(UnreadFiles.Entries, Rows().Where(row => row.Name.StartsWith("usr/", StringComparison.Ordinal)));

    private static IEnumerable<(string Name, string Reason)> Rows() =>
        Row()
            .Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "settings", "packages.md")))
            .Select(row =>
                (
                    row.Groups["one"].Success
                        ? $"{row.Groups["one"].Value} → {row.Groups["name"].Value}"
                        : row.Groups["name"].Value,
                    row.Groups["reason"].Value
                )
            );

    [GeneratedRegex(
        @"^\| `(?<name>[^`]+)`(?:, for `(?<one>[^`]+)`)? \| (?<reason>[^|]+) \|$",
        RegexOptions.CultureInvariant | RegexOptions.Multiline
    )]
    private static partial Regex Row();
}
