using System.Text.RegularExpressions;

namespace Containerize.Core.Tests.Documentation;

/// <summary>A promise of docs/security.md names the tests that would fail without it.</summary>
public sealed partial class SecurityPageTests
{
    private static string[] Page { get; } = File.ReadAllLines(Path.Combine(Repository.Root, "docs/security.md"));

    [Fact]
    public void Every_promise_names_classes_of_tests_that_there_are()
    {
        var promises = Page.SkipWhile(line => line != "| Promise | Tests |")
            .TakeWhile(line => line != "## The sandbox of `RUN`")
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal) && line != "| Promise | Tests |")
            .ToList();
        Assert.InRange(promises.Count, 15, 100);
        var classes = Classes();
        foreach (var promise in promises.Where(promise => !promise.Contains("below |", StringComparison.Ordinal)))
        {
            var named = TestClass()
                .Matches(promise.TrimEnd('|', ' ').Split('|')[^1])
                .Select(match => match.Groups[1].Value)
                .ToList();
            Assert.True(named.Count > 0, promise);
            Assert.Empty(named.Except(classes));
        }
    }

    [Fact]
    public void Every_class_of_tests_that_the_page_names_is_there() =>
        Assert.Empty(
            Page.SelectMany(line => TestClass().Matches(line)).Select(match => match.Groups[1].Value).Except(Classes())
        );

    [Fact]
    public void Every_guard_names_classes_of_tests_that_there_are()
    {
        var lines = File.ReadAllLines(Path.Combine(Repository.Root, "docs/security-guards.md"));
        var rows = lines
            .Where(line =>
                line.StartsWith("| ", StringComparison.Ordinal)
                && !line.StartsWith("| Attack |", StringComparison.Ordinal)
                && !line.StartsWith("| Reader |", StringComparison.Ordinal)
            )
            .ToList();
        Assert.InRange(rows.Count, 20, 100);
        var named = rows.ToDictionary(
            row => row,
            row => TestClass().Matches(row).Select(match => match.Groups[1].Value).ToList()
        );
        Assert.All(named, row => Assert.True(row.Value.Count > 0, row.Key));
        Assert.Empty(named.SelectMany(row => row.Value).Except(Classes()));
    }

    private static HashSet<string> Classes() =>
        Directory
            .EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*Tests.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetFileNameWithoutExtension(file))
            .ToHashSet(StringComparer.Ordinal);

    [GeneratedRegex("`(\\w+Tests)`")]
    private static partial Regex TestClass();
}
