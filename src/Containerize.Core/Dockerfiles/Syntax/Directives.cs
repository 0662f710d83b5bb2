using System.Text.RegularExpressions;
using Containerize.Diagnostics;

namespace Containerize.Dockerfiles.Syntax;

/// <summary>The directives in the first comments of a Dockerfile (<c># escape=`</c>).</summary>
/// <param name="Escape">What joins lines and takes meanings away.</param>
/// <param name="Frontend">What <c># syntax=</c> names: another builder's business, which we read and leave.</param>
/// <param name="Check">What <c># check=</c> says; null for nothing.</param>
/// <param name="Count">How many lines they take.</param>
public sealed partial record Directives(char Escape, string? Frontend, SourceWord? Check, int Count)
{
    /// <summary>Reads the directives: comments of this form from the first line on, up to any other line.</summary>
    /// <exception cref="ContainerizeException">CTZ0122 for a directive that stands twice or an escape that is
    /// none.</exception>
    public static Directives Read(SourceText source)
    {
        var (escape, frontend, count) = ('\\', (string?)null, 0);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var line in source.Lines)
        {
            if (Match(line.TrimStart()) is not var (name, value))
                break;
            var position = source.At(count, line.Length - line.TrimStart().Length);
            if (!seen.Add(name))
                throw source.Error(
                    DiagnosticTable.DockerfileSyntax,
                    position,
                    $"the directive '{name}' stands here for a second time. Remove one."
                );
            if (name == "syntax")
                frontend = value;
            else if (name == "escape")
                escape = value is "\\" or "`"
                    ? value[0]
                    : throw source.Error(
                        DiagnosticTable.DockerfileSyntax,
                        position,
                        $"'{value}' cannot be the escape. Use a backslash or a backquote: # escape=`"
                    );
            count++;
        }

        return new Directives(escape, frontend, CheckOf(source), count);
    }

    /// <summary>What a comment says that has the form of the directive <c>check</c>; null for any other.</summary>
    /// <param name="comment">The comment without its <c>#</c>.</param>
    internal static string? CheckOf(string comment) => Match("#" + comment) is ("check", var value) ? value : null;

    // As BuildKit looks for it: at the beginning of a line, and below a '#!', which ends the others.
    private static SourceWord? CheckOf(SourceText source)
    {
        for (var i = source.Lines[0].StartsWith("#!", StringComparison.Ordinal) ? 1 : 0; i < source.Lines.Length; i++)
        {
            if (Match(source.Lines[i]) is not var (name, value))
                return null;
            if (name == "check")
                return new SourceWord(value, source.At(i, 0));
        }

        return null;
    }

    private static (string Name, string Value)? Match(string line) =>
        Form().Match(line.TrimEnd('\r')) is { Success: true } match
        && match.Groups["name"].Value.ToLowerInvariant() is "escape" or "syntax" or "check"
            ? (match.Groups["name"].Value.ToLowerInvariant(), match.Groups["value"].Value)
            : null;

    [GeneratedRegex(
        @"^#[\t\f\r ]*(?<name>[a-zA-Z][a-zA-Z0-9]*)[\t\f\r ]*=[\t\f\r ]*(?<value>.+?)[\t\f\r ]*\z",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex Form();
}
