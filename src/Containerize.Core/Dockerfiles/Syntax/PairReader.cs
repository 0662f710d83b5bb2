using System.Collections.Immutable;
using Containerize.Diagnostics;

namespace Containerize.Dockerfiles.Syntax;

/// <summary>Reads <c>name=value</c>, with quotes and escapes, and the old form <c>name value</c>.</summary>
internal static class PairReader
{
    /// <summary>The pairs of <c>ENV</c> or <c>LABEL</c>.</summary>
    /// <exception cref="ContainerizeException">CTZ0122.</exception>
    public static ImmutableArray<PairSyntax> ReadPairs(LogicalLine line, int start, char escape, string instruction)
    {
        var words = QuotedWords(line, start, escape);
        if (words.IsEmpty)
            throw line.Source.Error(
                DiagnosticTable.DockerfileSyntax,
                line.Start,
                $"{instruction} needs a name and a value: {instruction} NAME=value."
            );
        if (!words[0].Text.Contains('=', StringComparison.Ordinal))
            return [ReadOldForm(line, start, instruction)];
        return
        [
            .. words.Select(word =>
                Split(word) is { Value: not null, Name.Text.Length: > 0 } pair
                    ? pair
                    : throw line.Source.Error(
                        DiagnosticTable.DockerfileSyntax,
                        word.Position,
                        $"'{word}' is no NAME=value. Put quotes round a value with spaces: NAME=\"two words\"."
                    )
            ),
        ];
    }

    /// <summary>The names of <c>ARG</c>, with or without a value.</summary>
    /// <exception cref="ContainerizeException">CTZ0122.</exception>
    public static ImmutableArray<PairSyntax> ReadArguments(LogicalLine line, int start, char escape)
    {
        var words = QuotedWords(line, start, escape);
        return words.IsEmpty
            ? throw line.Source.Error(
                DiagnosticTable.DockerfileSyntax,
                line.Start,
                "ARG needs a name: ARG NAME or ARG NAME=default."
            )
            :
            [
                .. words.Select(word =>
                    Split(word) is { Name.Text.Length: > 0 } pair
                        ? pair
                        : throw line.Source.Error(
                            DiagnosticTable.DockerfileSyntax,
                            word.Position,
                            $"'{word}' has no name before the '='."
                        )
                ),
            ];
    }

    private static PairSyntax ReadOldForm(LogicalLine line, int start, string instruction)
    {
        var name = line.Words(start)[0];
        var value = line.Text.AsSpan(start)[name.Text.Length..].TrimStart(" \t\v\f\r");
        if (value.IsEmpty)
            throw line.Source.Error(
                DiagnosticTable.DockerfileSyntax,
                name.Position,
                $"{instruction} {name} has no value. Write {instruction} {name}=value."
            );
        return new PairSyntax(name, line.Slice(line.Text.Length - value.Length, line.Text.Length)) { IsOldForm = true };
    }

    private static PairSyntax Split(SourceWord word)
    {
        var equals = word.Text.IndexOf('=', StringComparison.Ordinal);
        return equals < 0
            ? new PairSyntax(word, null)
            : new PairSyntax(
                word with
                {
                    Text = word.Text[..equals],
                },
                new SourceWord(
                    word.Text[(equals + 1)..],
                    word.Position with
                    {
                        Column = word.Position.Column + equals + 1,
                    }
                )
            );
    }

    // Words as the shell parts them; their quotes and escapes stay for the expansion.
    private static ImmutableArray<SourceWord> QuotedWords(LogicalLine line, int start, char escape)
    {
        var words = ImmutableArray.CreateBuilder<SourceWord>();
        for (var at = start; at < line.Text.Length; )
        {
            if (char.IsWhiteSpace(line.Text[at]))
            {
                at++;
                continue;
            }

            var end = QuotedText.EndOfWord(line.Text, at, escape);
            var kept = end - (EndsWithEscape(line.Text.AsSpan(at, end - at), escape) ? 1 : 0);
            if (kept > at)
                words.Add(line.Slice(at, kept));
            at = end;
        }

        return words.ToImmutable();
    }

    // What ends a text has nothing to escape and goes.
    private static bool EndsWithEscape(ReadOnlySpan<char> word, char escape) =>
        (word.Length - word.TrimEnd(escape).Length) % 2 == 1;
}
