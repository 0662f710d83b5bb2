using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Containerize.Core.Tests.Dockerfiles;
using Containerize.Core.Tests.Dockerfiles.Syntax;
using Containerize.Dockerfiles.Checks;

namespace Containerize.Core.Tests.Documentation;

/// <summary>The numbers of docs/dockerfile.md, "Beside BuildKit", are those of the tests.</summary>
public sealed partial class DockerfilePageTests
{
    private static readonly string Tests = Path.Combine(Repository.Root, "tests");

    private static string[] Page { get; } = File.ReadAllLines(Path.Combine(Repository.Root, "docs/dockerfile.md"));

    [Fact]
    public void What_is_compared_is_as_much_as_the_page_says()
    {
        var corpus = Directory.GetDirectories(Path.Combine(Tests, "Containerize.Tests/Dockerfiles/Corpus"));
        var refused = corpus.Count(IsRefused);
        int[] counts =
        [
            Count("dockerfiles.jsonl.gz"),
            Count("words.jsonl.gz"),
            PatternTests.Globs.Concat(PatternTests.Ignores).Sum(row => row.Data.Item2.Length),
            corpus.Length - refused,
            corpus.Count(folder => Path.GetFileName(folder).Contains("-public-", StringComparison.Ordinal)),
            corpus.Count(folder => File.Exists(Path.Combine(folder, "Dockerfile.peers"))),
            refused,
            ReferenceOptionTests.Lines.Count,
            CheckRule.All.Length,
            Directory.GetDirectories(Path.Combine(Tests, "Containerize.Core.Tests/Compose/Projects")).Length,
        ];
        var rows = Page.SkipWhile(line => line != "| What | Beside | Cases |")
            .Skip(2)
            .TakeWhile(line => line.StartsWith('|'))
            .Select(row => Number().Match(row.Split('|')[^2]).Value.Replace(",", "", StringComparison.Ordinal))
            .ToList();
        Assert.Equal(counts.Select(count => count.ToString(CultureInfo.InvariantCulture)), rows);
    }

    private static bool IsRefused(string folder) =>
        File.ReadLines(Path.Combine(folder, "Dockerfile"))
            .Any(line => line.StartsWith("# corpus: refused ", StringComparison.Ordinal));

    private static int Count(string file) => GoldenData.Read<JsonElement>(file).Count();

    [GeneratedRegex("[0-9,]+")]
    private static partial Regex Number();
}
