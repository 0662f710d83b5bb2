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
        ImageValidator.AssertValid(corpus.Image(name, Corpus.Ours).Folder);
        var unexplained = Corpus.Others.SelectMany(builder => Unexplained(name, builder)).ToList();
        Assert.True(unexplained.Count == 0, $"{name}:\n{string.Join('\n', unexplained)}");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Twice_the_same_build_with_a_cold_cache_is_the_same_image(string name) =>
        Assert.Equal(corpus.Image(name, Corpus.Ours).Digest(), corpus.Image(name, Corpus.Again).Digest());

    [Fact]
    public void There_are_enough_of_them_and_every_explanation_explains_something()
    {
        Assert.InRange(CorpusCase.Names.Count, 60, 400);
        var unused = Difference
            .All.Where(difference =>
                !CorpusCase.Names.Any(name =>
                    Findings(name, difference.Builder)
                        .Any(finding => difference.Explains(name, difference.Builder, finding.What))
                )
            )
            .ToList();
        Assert.True(unused.Count == 0, string.Join('\n', unused));
    }

    private IEnumerable<string> Unexplained(string name, string builder) =>
        Findings(name, builder)
            .Where(finding => !Difference.All.Any(difference => difference.Explains(name, builder, finding.What)))
            .Select(finding => $"{builder}: {finding.Text}");

    // What runc mounts upon is made where the base has none. BuildKit 0.8 removes the empty file afterwards, and now
    // and then does not, so differences.txt cannot name the Dockerfiles.
    private static bool IsStub(string builder, (string What, string Text) finding) =>
        builder == "buildkit"
        && finding.What is ("/etc/hosts" or "/etc/resolv.conf")
        && finding.Text.StartsWith('+')
        && finding.Text.Contains(" 0:0 0 ", StringComparison.Ordinal);

    // That a builder does not build the file at all is a difference like any other.
    private IReadOnlyList<(string What, string Text)> Findings(string name, string builder)
    {
        try
        {
            return [.. corpus.Differences(name, builder).Where(finding => !IsStub(builder, finding))];
        }
        catch (InvalidOperationException exception)
            when (exception.Message.StartsWith(builder, StringComparison.Ordinal))
        {
            return [("failure", exception.Message)];
        }
    }
}
