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

    /// <summary>The options that there are, by the instruction's name; those that take a value end with <c>=</c>
    /// (docs.docker.com/reference/dockerfile, syntax 1.20).</summary>
    public static ImmutableSortedDictionary<string, ImmutableArray<string>> Known { get; } =
        new Dictionary<string, ImmutableArray<string>>
        {
            ["FROM"] = ["platform="],
            ["RUN"] = ["mount=", "network=", "security=", "device="],
            ["COPY"] = ["from=", "chown=", "chmod=", "link", "parents", "exclude="],
            ["ADD"] = ["chown=", "chmod=", "link", "keep-git-dir", "checksum=", "exclude=", "unpack"],
            ["HEALTHCHECK"] = ["interval=", "timeout=", "start-period=", "start-interval=", "retries="],
        }.ToImmutableSortedDictionary(StringComparer.Ordinal);

    /// <summary>The option's value; null where it is not given or empty.</summary>
    public SourceWord? this[string name] =>
        Values.LastOrDefault(flag => flag.Name == name).Value is { Text.Length: > 0 } value ? value : null;

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
                null or "true" => true,
                "false" => false,
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
        while (line.Text.AsSpan(at).StartsWith("--"))
        {
            var (word, end) = Word(line.Text, at, escape);
            // Two hyphens alone end the options.
            if (word != "--")
                values.Add(Option(line, at, end, word));
            at = SkipSpaces(line.Text, end);
            if (word == "--")
                break;
        }

        return new InstructionFlags(
            line,
            values.ToImmutable(),
            at + line.Text[at..].Length - line.Text[at..].TrimStart().Length
        );
    }

    /// <summary>The same options, if the instruction has all of them.</summary>
    /// <param name="instruction">Its name in capitals.</param>
    /// <exception cref="ContainerizeException">CTZ0122.</exception>
    public InstructionFlags Check(string instruction)
    {
        var known = Known.GetValueOrDefault(instruction, []);
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
                var names = known.Select(option => option.TrimEnd('='));
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

            if (!takesValue)
                IsOn(name);
            else if (value is null)
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
        while (at < text.Length && QuotedText.IsBlank(text[at]))
            at++;
        return at;
    }

    private static (string Name, SourceWord? Value, SourcePosition Position) Option(
        LogicalLine line,
        int start,
        int end,
        string word
    )
    {
        var equals = word.IndexOf('=', StringComparison.Ordinal);
        var written = line.Text.IndexOf('=', start, end - start);
        return equals < 0
            ? (word[2..], null, line.PositionAt(start))
            : (
                word[2..equals],
                new SourceWord(word[(equals + 1)..], line.PositionAt(Math.Max(start, written) + 1)),
                line.PositionAt(start)
            );
    }

    // Variables are replaced later, so only what the quotes and the escape mean to the option itself goes. As in
    // BuildKit an escape counts between single quotes, too.
    private static (string Word, int End) Word(string text, int at, char escape)
    {
        var word = new System.Text.StringBuilder();
        char? quote = null;
        for (; at < text.Length && (quote is not null || !QuotedText.IsBlank(text[at])); at++)
        {
            var letter = text[at];
            if (quote is null ? letter is '"' or '\'' : letter == quote)
                quote = quote is null ? letter : null;
            else if (letter != escape)
                word.Append(letter);
            else if (++at < text.Length)
                word.Append(text[at]);
        }

        return (word.ToString(), Math.Min(at, text.Length));
    }
}
