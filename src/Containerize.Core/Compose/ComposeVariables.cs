using System.Collections.Immutable;
using System.Text;
using Containerize.Diagnostics;
using Containerize.IO;

namespace Containerize.Compose;

/// <summary>The variables of a Compose file: those of the environment, then those of the file <c>.env</c>.</summary>
/// <param name="Values">The values by name.</param>
/// <param name="OnUnset">Takes the name of a variable that is replaced, has no value and no default.</param>
internal sealed record ComposeVariables(ImmutableDictionary<string, string> Values, Action<string> OnUnset)
{
    // Far more than a file that somebody wrote has; variables of variables double with each line.
    private const int MostUnfolded = 1 << 20;
    private const int Deepest = 100;

    /// <summary>The variables with those of a folder's <c>.env</c> below them.</summary>
    /// <param name="folder">The absolute path of the folder.</param>
    /// <exception cref="ContainerizeException">CTZ0341.</exception>
    public ComposeVariables WithFileIn(string folder)
    {
        var path = Path.Combine(folder, ".env");
        if (!File.Exists(path))
            return this;
        var all = this;
        foreach (var line in Lines(path).Select(line => line.Trim()))
        {
            if (line is "" or ['#', ..])
                continue;
            var assigned = line.StartsWith("export ", StringComparison.Ordinal) ? line[7..].TrimStart() : line;
            var (name, written) = assigned.Split('=', 2) is [var before, var after]
                ? (before.Trim(), after)
                : (assigned, "");
            if (!Values.ContainsKey(name))
                all = all with { Values = all.Values.SetItem(name, all.Value(written.Trim(), path)) };
        }

        return all;
    }

    /// <summary>
    /// Replaces <c>$NAME</c> and <c>${NAME}</c>, with <c>:-</c>, <c>-</c>, <c>:?</c>, <c>?</c>, <c>:+</c> and <c>+</c>;
    /// <c>$$</c> is a dollar sign.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="place">Where it stands, for messages.</param>
    /// <exception cref="ContainerizeException">CTZ0341.</exception>
    public string Expand(string text, string place) => Expand(text, place, 0);

    private string Expand(string text, string place, int depth)
    {
        if (depth > Deepest)
            throw Invalid(place, $"it nests more than {Deepest} variables");
        var expanded = new StringBuilder();
        for (var at = 0; at < text.Length; )
        {
            if (text[at] != '$')
                expanded.Append(text[at++]);
            else if (at + 1 < text.Length && text[at + 1] == '$')
                at = Append(expanded, "$", at + 2);
            else if (at + 1 < text.Length && text[at + 1] == '{')
            {
                var end = EndOf(text, at + 2, place);
                at = Append(expanded, Replace(text[(at + 2)..end], place, depth), end + 1);
            }
            else
            {
                var end = EndOfName(text, at + 1);
                if (end == at + 1)
                    throw Invalid(place, $"'{text}' has a '$' that begins no name: write '$$' for the sign itself");
                at = Append(expanded, ValueOrNothing(text[(at + 1)..end]), end);
            }

            if (expanded.Length > text.Length + MostUnfolded)
                throw Invalid(place, $"its variables unfold to more than {MostUnfolded} letters");
        }

        return expanded.ToString();
    }

    private string ValueOrNothing(string name)
    {
        if (Values.TryGetValue(name, out var value))
            return value;
        OnUnset(name);
        return "";
    }

    private string Replace(string inside, string place, int depth)
    {
        var end = EndOfName(inside, 0);
        var (name, rest) = (inside[..end], inside[end..]);
        if (end == 0)
            throw Invalid(place, $"'${{{inside}}}' has no name of a variable");
        var value = Values.GetValueOrDefault(name);
        var isEmptyUnset = rest.StartsWith(':');
        var isMissing = value is null || (isEmptyUnset && value.Length == 0);
        var word = rest.Length > (isEmptyUnset ? 1 : 0) ? rest[(isEmptyUnset ? 2 : 1)..] : "";
        return (isEmptyUnset ? rest.ElementAtOrDefault(1) : rest.FirstOrDefault()) switch
        {
            '-' => isMissing ? Expand(word, place, depth + 1) : value!,
            '+' => isMissing ? "" : Expand(word, place, depth + 1),
            '?' => isMissing
                ? throw Invalid(
                    place,
                    $"{name} has no value: {(word.Length > 0 ? Expand(word, place, depth + 1) : "it must be set")}"
                )
                : value!,
            '\0' when !isEmptyUnset => ValueOrNothing(name),
            _ => throw Invalid(place, $"'${{{inside}}}' means nothing: after the name stand :-, -, :?, ?, :+ or +"),
        };
    }

    // In a .env single quotes keep all as it is, double quotes and no quotes know variables.
    private string Value(string written, string place)
    {
        if (written is ['\'', .., '\''])
            return written[1..^1];
        if (written is ['"', .., '"'])
            return Expand(written[1..^1].Replace("\\n", "\n", StringComparison.Ordinal), place);
        var comment = written.IndexOf(" #", StringComparison.Ordinal);
        return Expand((comment < 0 ? written : written[..comment]).TrimEnd(), place);
    }

    private static string[] Lines(string path)
    {
        try
        {
            return RegularFile.ReadAllText(path).Split('\n');
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Invalid(path, $"it cannot be read: {exception.Message.TrimEnd('.')}");
        }
    }

    private static int Append(StringBuilder text, string value, int next)
    {
        text.Append(value);
        return next;
    }

    private static int EndOf(string text, int at, string place)
    {
        for (var open = 1; at < text.Length; at++)
        {
            open +=
                text[at] == '}' ? -1
                : text[at] == '{' && text[at - 1] == '$' ? 1
                : 0;
            if (open == 0)
                return at;
        }

        throw Invalid(place, $"'{text}' has a '${{' without its '}}'");
    }

    private static int EndOfName(string text, int at)
    {
        if (at < text.Length && char.IsAsciiDigit(text[at]))
            return at;
        while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] == '_'))
            at++;
        return at;
    }

    private static ContainerizeException Invalid(string place, string why) =>
        new(DiagnosticTable.ComposeVariable, $"{place}: {why}.");
}
