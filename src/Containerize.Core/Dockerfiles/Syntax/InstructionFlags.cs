using System.Collections.Immutable;
using Containerize.Diagnostics;

namespace Containerize.Dockerfiles.Syntax;

/// <summary>The options between an instruction's name and its arguments (<c>--from=build</c>).</summary>
/// <param name="Line">The instruction.</param>
/// <param name="Values">Each option's name with its value as it is written, in order; a name alone has none.</param>
/// <param name="End">Where the arguments begin in the text.</param>
public sealed record InstructionFlags(
    LogicalLine Line,
    ImmutableArray<(string Name, SourceWord? Value, SourcePosition Position)> Values,
    int End
)
{
    private static readonly string[] MayRepeat = ["mount", "exclude", "device"];

    /// <summary>The option's value; null where it is not given.</summary>
    public SourceWord? this[string name] => Values.LastOrDefault(flag => flag.Name == name).Value;

    /// <summary>The values of an option that may stand several times.</summary>
    public IEnumerable<SourceWord> All(string name) =>
        Values.Where(flag => flag.Name == name).Select(flag => flag.Value).OfType<SourceWord>();

    /// <summary>Whether an option that is on or off is on: <c>--link</c>, <c>--link=true</c>.</summary>
    /// <exception cref="ContainerizeException">CTZ0122 for another value.</exception>
    public bool IsOn(string name)
    {
        var (found, value, position) = Values.LastOrDefault(flag => flag.Name == name);
        return found is not null
            && value?.Text.ToLowerInvariant() switch
            {
                null or "true" or "1" or "t" => true,
                "false" or "0" or "f" => false,
                var other => throw Line.Source.Error(
                    DiagnosticTable.DockerfileSyntax,
                    position,
                    $"--{name} is 'true' or 'false', and not '{other}'."
                ),
            };
    }

    /// <summary>Reads the options of an instruction.</summary>
    /// <param name="line">The instruction.</param>
    /// <param name="start">Where its name ends in the text.</param>
    /// <param name="escape">The escape.</param>
    public static InstructionFlags Read(LogicalLine line, int start, char escape)
    {
        var values = ImmutableArray.CreateBuilder<(string, SourceWord?, SourcePosition)>();
        var at = SkipSpaces(line.Text, start);
        while (
            at + 2 < line.Text.Length
            && line.Text[at] == '-'
            && line.Text[at + 1] == '-'
            && !char.IsWhiteSpace(line.Text[at + 2])
        )
        {
            var end = QuotedText.EndOfWord(line.Text, at, escape);
            var equals = line.Text.IndexOf('=', at, end - at);
            var name = line.Text[(at + 2)..(equals < 0 ? end : equals)];
            values.Add((name, equals < 0 ? null : Unquote(line.Slice(equals + 1, end), escape), line.PositionAt(at)));
            at = SkipSpaces(line.Text, end);
        }

        // Two hyphens alone end the options.
        if (
            line.Text.AsSpan(at).StartsWith("--")
            && (at + 2 == line.Text.Length || char.IsWhiteSpace(line.Text[at + 2]))
        )
            at = SkipSpaces(line.Text, at + 2);
        return new InstructionFlags(line, values.ToImmutable(), at);
    }

    /// <summary>The same options, if the instruction has all of them.</summary>
    /// <param name="known">The options that it has; those that take a value end with <c>=</c>.</param>
    /// <exception cref="ContainerizeException">CTZ0122.</exception>
    public InstructionFlags Check(params ReadOnlySpan<string> known)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, value, position) in Values)
        {
            if (!seen.Add(name) && !MayRepeat.Contains(name))
                throw Line.Source.Error(
                    DiagnosticTable.DockerfileSyntax,
                    position,
                    $"--{name} stands here for a second time. Remove one."
                );
            var takesValue = known.Contains(name + "=");
            if (!takesValue && !known.Contains(name))
            {
                var instruction = Line.Words(0)[0].Text.ToUpperInvariant();
                var names = known.ToArray().Select(option => option.TrimEnd('='));
                var nearest = names.OrderBy(option => EditDistance.Between(option, name, 3)).FirstOrDefault();
                throw Line.Source.Error(
                    DiagnosticTable.DockerfileSyntax,
                    position,
                    $"{instruction} has no option --{name}. "
                        + (
                            nearest is null ? "It has none at all."
                            : EditDistance.Between(nearest, name, 2) <= 2 ? $"Did you mean --{nearest}?"
                            : $"It has {string.Join(", ", names.Select(option => "--" + option))}."
                        )
                );
            }

            if (takesValue && value is null)
                throw Line.Source.Error(
                    DiagnosticTable.DockerfileSyntax,
                    position,
                    $"--{name} needs a value: --{name}=…"
                );
        }

        return this;
    }

    private static int SkipSpaces(string text, int at)
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
            at++;
        return at;
    }

    // Variables are replaced later, so only what the quotes and the escape mean to the option itself goes.
    private static SourceWord Unquote(SourceWord word, char escape)
    {
        var plain = new System.Text.StringBuilder();
        char? quote = null;
        for (var i = 0; i < word.Text.Length; i++)
        {
            var letter = word.Text[i];
            if (letter == escape && quote != '\'' && i + 1 < word.Text.Length)
                plain.Append(word.Text[++i]);
            else if (quote is null && letter is '"' or '\'')
                quote = letter;
            else if (letter == quote)
                quote = null;
            else
                plain.Append(letter);
        }

        return word with
        {
            Text = plain.ToString(),
        };
    }
}
