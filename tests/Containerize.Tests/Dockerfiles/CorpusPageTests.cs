using Containerize.TestKit.Tools;

namespace Containerize.Tests.Dockerfiles;

/// <summary>The table of docs/dockerfile.md has the corpus' counts. <see cref="CorpusTests"/> shows that a Dockerfile
/// differs where a line of <c>differences.txt</c> says so, and nowhere else.</summary>
public sealed class CorpusPageTests
{
    [Fact]
    public void The_table_is_that_of_the_corpus()
    {
        var kinds = CorpusCase
            .Names.Select(name => new CorpusCase(name, Path.Combine(CorpusCase.Folder, name)))
            .GroupBy(one => one.Kind)
            .OrderBy(kind => kind.Key, StringComparer.Ordinal)
            .ToList();
        string[] rows = [.. kinds.Select(kind => Row(kind.Key, kind)), Row("all", kinds.SelectMany(kind => kind))];
        Assert.Equal(
            rows,
            File.ReadLines(Path.Combine(TestFolder.Repository, "docs", "dockerfile.md"))
                .SkipWhile(line => !line.StartsWith("| Kind ", StringComparison.Ordinal))
                .Skip(2)
                .TakeWhile(line => line.Length > 0)
        );
    }

    private static string Row(string kind, IEnumerable<CorpusCase> cases)
    {
        var all = cases.ToList();
        var refused = all.Count(one => one.Refusal is not null);
        var different = all.Count(one =>
            Difference.All.Any(row => row.Case != "*" && row.Concerns(one.Name, row.Builder))
        );
        return $"| {kind} | {all.Count} | {all.Count - refused - different} | {different} | {refused} | 0 |";
    }
}
