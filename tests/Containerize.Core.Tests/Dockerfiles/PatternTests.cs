using Containerize.Dockerfiles.Syntax;

namespace Containerize.Core.Tests.Dockerfiles;

/// <summary>
/// Patterns against what Go says of them. <c>Patterns/generate.go</c> wrote the results, with Go 1.19's path/filepath
/// and Debian's moby/patternmatcher 0.5.0: the first line has names, each other one a pattern and for each name 1, 0,
/// or e for an error.
/// </summary>
public class PatternTests
{
    public static TheoryData<string, string> Globs => Rows("globs.txt");

    public static TheoryData<string, string> Ignores => Rows("ignores.txt");

    [Theory]
    [MemberData(nameof(Globs))]
    public void A_source_fits_what_it_fits_in_Go(string pattern, string expected)
    {
        var parsed = GlobPattern.Parse(pattern);
        Assert.Equal(expected, Results("globs.txt", name => parsed?.Matches(name)));
    }

    // A pattern that Go refuses for some names only is refused for all: BuildKit's build ends there.
    [Theory]
    [MemberData(nameof(Ignores))]
    public void An_ignore_file_leaves_out_what_it_does_in_Go(string patterns, string expected)
    {
        var isRefused = false;
        var ignore = DockerIgnore.Parse(patterns.Replace(' ', '\n'), _ => isRefused = true);
        Assert.Equal(
            expected.Contains('e', StringComparison.Ordinal) ? new string('e', expected.Length) : expected,
            Results("ignores.txt", name => isRefused ? null : ignore.Excludes(name))
        );
    }

    [Fact]
    public void There_are_thousands_of_results() =>
        Assert.InRange(Globs.Concat(Ignores).Sum(row => row.Data.Item2.Length), 4000, 20000);

    private static string Results(string file, Func<string, bool?> matches) =>
        string.Concat(
            Lines(file)[0]
                .Split(' ')
                .Select(name =>
                    matches(name) switch
                    {
                        null => 'e',
                        true => '1',
                        false => '0',
                    }
                )
        );

    private static TheoryData<string, string> Rows(string file)
    {
        var rows = new TheoryData<string, string>();
        foreach (var parts in Lines(file).Skip(1).Distinct(StringComparer.Ordinal).Select(line => line.Split('\t')))
            rows.Add(parts[0], parts[1]);
        return rows;
    }

    private static string[] Lines(string file) =>
        File.ReadAllLines(
            Path.Combine(Repository.Root, "tests", "Containerize.Core.Tests", "Dockerfiles", "Patterns", file)
        );
}
