using System.Text.RegularExpressions;
using Containerize.Dockerfiles.Syntax.Shell;

namespace Containerize.Core.Tests.Dockerfiles.Syntax.Shell;

/// <summary>Generated words against what BuildKit's lexer makes of them (<c>Golden/record.go</c>).</summary>
public partial class GoldenWordTests
{
    private static readonly ShellVariables Variables = ShellVariables.None.With([
        new("a", "1"),
        new("e", ""),
        new("w", "x  y"),
        new("p", "a/b.c/b.a b"),
        new("é", "f"),
        new("1", "one"),
    ]);

    [Fact]
    public void A_word_means_what_it_does_to_BuildKit()
    {
        var all = GoldenData.Read<Golden>("words.jsonl.gz").ToList();
        Assert.InRange(all.Count, 2000, 10000);
        Assert.InRange(all.Count(golden => golden.Word is not null), 1000, 10000);
        var parted = all.Where(golden => !LosesText().IsMatch(golden.Text)).ToList();
        Assert.InRange(parted.Count, 1000, all.Count);
        var different = all.Where(golden => Word(golden) != golden.Word)
            .Concat(parted.Where(golden => Words(golden) != Show(golden.Words)))
            .ToList();
        Assert.True(
            different.Count == 0,
            $"{different.Count} differ:\n"
                + string.Join(
                    "\n",
                    different
                        .Take(20)
                        .Select(golden =>
                            $"{golden.Escape} {GoldenData.Quote(golden.Text)}\n   BuildKit: "
                            + $"{GoldenData.Quote(golden.Word ?? "error")} {Show(golden.Words)}\n   here:     "
                            + $"{GoldenData.Quote(Word(golden) ?? "error")} {Words(golden)}"
                        )
                )
        );
    }

    private static string? Word(Golden golden)
    {
        try
        {
            return new ShellLexer(golden.Escape[0], Variables).Expand(golden.Text);
        }
        catch (ShellSyntaxException)
        {
            return null;
        }
    }

    private static string Words(Golden golden)
    {
        try
        {
            return Show([.. new ShellLexer(golden.Escape[0], Variables).Words(golden.Text)]);
        }
        catch (ShellSyntaxException)
        {
            return Show(null);
        }
    }

    private static string Show(string[]? words) =>
        words is null ? "error" : string.Join(" | ", words.Select(GoldenData.Quote));

    // BuildKit loses what stands in a word before an expansion with an alternative or a pattern, but only where it
    // parts words.
    [GeneratedRegex(@"[^ \t].*\$\{\w+[^}\w]")]
    private static partial Regex LosesText();

    private sealed record Golden(string Text, string Escape, string? Word, string[]? Words);
}
