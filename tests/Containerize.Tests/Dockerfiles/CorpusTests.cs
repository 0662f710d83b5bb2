using Containerize.TestKit.Images;

namespace Containerize.Tests.Dockerfiles;

/// <summary>
/// Every corner of the syntax that Debian's builders know, one Dockerfile each: our image has the config and the files
/// of theirs, but for the differences that <c>differences.txt</c> explains.
/// </summary>
public sealed class CorpusTests(Corpus corpus) : IClassFixture<Corpus>
{
    public static TheoryData<string> Names => [.. CorpusCase.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_image_is_that_of_the_other_builders(string name)
    {
        if (corpus.Case(name).Refusal is { } code)
        {
            // With a place and its own words, as the user sees it.
            Assert.Contains($"error {code}: ", corpus.Failure(name, Corpus.Ours), StringComparison.Ordinal);
            return;
        }

        ImageValidator.AssertValid(corpus.Image(name, Corpus.Ours).Folder);
        var unexplained = Corpus.Others.SelectMany(builder => corpus.Unexplained(name, builder)).ToList();
        Assert.True(unexplained.Count == 0, $"{name}:\n{string.Join('\n', unexplained)}");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Twice_the_same_build_with_a_cold_cache_is_the_same_image(string name)
    {
        if (corpus.Case(name).Refusal is null)
            Assert.Equal(corpus.Image(name, Corpus.Ours).Digest(), corpus.Image(name, Corpus.Again).Digest());
        else
            Assert.NotEmpty(corpus.Failure(name, Corpus.Again));
    }

    [Fact]
    public void There_are_enough_of_them_and_every_explanation_explains_something()
    {
        Assert.InRange(CorpusCase.Names.Count, 300, 400);
        Assert.Equal("", corpus.Failure(Corpus.WholeRun, Corpus.Ours));
        Assert.InRange(CorpusCase.Names.Count(name => corpus.Case(name).Kind == "public"), 40, 100);
        var unused = Difference
            .All.Where(difference =>
                !Built.Any(name =>
                    corpus
                        .Findings(name, difference.Builder)
                        .Any(finding => difference.Explains(name, difference.Builder, finding.What))
                )
            )
            .ToList();
        Assert.True(unused.Count == 0, string.Join('\n', unused));
    }

    /// <summary>The table of the last run, which <c>build/test.sh</c> prints.</summary>
    [Fact]
    public void The_table_has_nothing_that_is_wrong()
    {
        const string Row = "{0,-12} {1,6} {2,6} {3,24} {4,18} {5,6}";
        var kinds = CorpusCase.Names.Select(corpus.Case).GroupBy(one => one.Kind).OrderBy(kind => kind.Key).ToList();
        string[][] lines =
        [
            .. kinds.Select(kind => Counts(kind.Key, kind)),
            Counts("all", kinds.SelectMany(kind => kind)),
        ];
        TestContext.Current.TestOutputHelper!.WriteLine(
            string.Format(null, Row, "Dockerfiles", "cases", "same", "different on purpose", "refused (code)", "wrong")
        );
        foreach (var line in lines.Select(line => string.Format(null, Row, line)))
            TestContext.Current.TestOutputHelper.WriteLine(line);
        TestContext.Current.TestOutputHelper.WriteLine(
            $"peer builds made again: {corpus.Repeated.Count} {string.Join(", ", corpus.Repeated)}".TrimEnd()
        );
        Assert.Equal("0", lines[^1][^1]);
    }

    private string[] Counts(string kind, IEnumerable<CorpusCase> cases)
    {
        var verdicts = cases.Select(one => VerdictOf(one)).ToList();
        return
        [
            kind,
            $"{verdicts.Count}",
            .. new[] { "same", "different", "refused", "wrong" }.Select(verdict => $"{verdicts.Count(verdict.Equals)}"),
        ];
    }

    private string VerdictOf(CorpusCase one)
    {
        var failure = corpus.Failure(one.Name, Corpus.Ours);
        if (one.Refusal is { } code)
            return failure.Contains($"error {code}: ", StringComparison.Ordinal) ? "refused" : "wrong";
        if (failure.Length > 0 || Corpus.Others.SelectMany(builder => corpus.Unexplained(one.Name, builder)).Any())
            return "wrong";
        return Corpus.Others.Any(builder =>
            corpus.Findings(one.Name, builder).Any(finding => !IsOfAll(builder, finding.What))
        )
            ? "different"
            : "same";
    }

    // What a builder does with every Dockerfile is no difference of one.
    private static bool IsOfAll(string builder, string what) =>
        Difference.All.Any(difference => difference.Case == "*" && difference.Explains("", builder, what));

    private IEnumerable<string> Built => CorpusCase.Names.Where(name => corpus.Case(name).Refusal is null);
}
