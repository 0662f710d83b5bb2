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
        var (escape, frontend, check, count) = ('\\', (string?)null, (SourceWord?)null, 0);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var line in source.Lines)
        {
            if (Form().Match(line.TrimStart()) is not { Success: true } match)
                break;
            var name = match.Groups["name"].Value.ToLowerInvariant();
            if (name is not ("escape" or "syntax" or "check"))
                break;
            var position = source.At(count, line.Length - line.TrimStart().Length);
            if (!seen.Add(name))
                throw source.Error(
                    DiagnosticTable.DockerfileSyntax,
                    position,
                    $"the directive '{name}' stands here for a second time. Remove one."
                );
            var value = match.Groups["value"].Value;
            if (name == "syntax")
                frontend = value;
            else if (name == "check")
                check = new SourceWord(value, position);
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

        return new Directives(escape, frontend, check, count);
    }

    [GeneratedRegex(@"^#\s*(?<name>[a-zA-Z][a-zA-Z0-9]*)\s*=\s*(?<value>.+?)\s*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
