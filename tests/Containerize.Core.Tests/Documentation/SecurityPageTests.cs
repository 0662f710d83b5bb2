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
        var classes = Directory
            .EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*Tests.cs", SearchOption.AllDirectories)
            .Select(Path.GetFileNameWithoutExtension)
            .ToHashSet(StringComparer.Ordinal);
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

    [GeneratedRegex("`(\\w+Tests)`")]
    private static partial Regex TestClass();
}
