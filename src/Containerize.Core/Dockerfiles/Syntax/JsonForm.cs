using System.Collections.Immutable;
using System.Text.Json;
using System.Text.RegularExpressions;
using Containerize.Diagnostics;

namespace Containerize.Dockerfiles.Syntax;

/// <summary>Arguments that are written as a list in JSON: <c>["program", "argument"]</c>.</summary>
internal static partial class JsonForm
{
    /// <summary>The words of the list; null for anything else, which is then read as a line.</summary>
    /// <exception cref="ContainerizeException">CTZ0124 for a list that holds something else than texts.</exception>
    public static ImmutableArray<string>? Read(LogicalLine line, int start)
    {
        if (start >= line.Text.Length || line.Text[start] != '[')
            return null;
        try
        {
            using var json = JsonDocument.Parse(line.Text.AsMemory(start));
            return json.RootElement.EnumerateArray().All(element => element.ValueKind == JsonValueKind.String)
                ? [.. json.RootElement.EnumerateArray().Select(element => element.GetString()!)]
                : throw line.Source.Error(
                    DiagnosticTable.InvalidJsonForm,
                    line.PositionAt(start),
                    "a list of words holds texts in double quotes and nothing else."
                );
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>The words of a list where there must be one.</summary>
    /// <exception cref="ContainerizeException">CTZ0124.</exception>
    public static ImmutableArray<string> Require(LogicalLine line, int start, string instruction) =>
        Read(line, start) is { Length: > 0 } words
            ? words
            : throw line.Source.Error(
                DiagnosticTable.InvalidJsonForm,
                line.PositionAt(Math.Min(start, line.Text.Length)),
                $"{instruction} takes a list in JSON, with double quotes: {instruction} [\"/bin/bash\", \"-c\"]."
            );

    /// <summary>
    /// Whether a line looks as if it were meant as a list, which the shell would get as it is. A bracket with a space
    /// after it is the command <c>[</c>, unless a comma follows its first word in quotes; two brackets are that of
    /// Bash.
    /// </summary>
    public static bool LooksLike(string text) =>
        text is ['[', not '[', .., ']'] && (!char.IsWhiteSpace(text[1]) || SpacedList().IsMatch(text));

    [GeneratedRegex("""^\[\s*("[^"]*"|'[^']*')\s*,""", RegexOptions.CultureInvariant)]
    private static partial Regex SpacedList();
}
