using System.Text;
using System.Text.RegularExpressions;

namespace Containerize.Dockerfiles.Syntax;

/// <summary>
/// A pattern for one name in a source of <c>COPY</c>, as Go's path/filepath has it: <c>*</c> is any letters, <c>?</c>
/// one, <c>[a-z]</c> one of several, <c>[^a-z]</c> one of all others, and a backslash takes a meaning away.
/// </summary>
public sealed class GlobPattern
{
    // One character outside of the basic plane is two chars here, of which none counts alone.
    private const string Half = @"\uD800-\uDBFF";
    private const string Pair = $@"[{Half}][\uDC00-\uDFFF]";

    // No name of a file has a NUL.
    private const string NoLetter = @"\u0000";

    private readonly Regex _regex;

    private GlobPattern(Regex regex) => _regex = regex;

    /// <summary>Reads a pattern; null for an invalid one, such as a bracket that does not end.</summary>
    public static GlobPattern? Parse(string text)
    {
        var regex = new StringBuilder(@"\A");
        for (var at = 0; at < text.Length; )
        {
            var letter = text[at++];
            if (letter == '[')
            {
                if (ReadClass(text, ref at) is not { } letters)
                    return null;
                regex.Append(letters);
            }
            else if (letter == '\\' && at == text.Length)
                return null;
            else
                regex.Append(
                    letter switch
                    {
                        '*' => "[^/]*",
                        '?' => $"(?:{Pair}|[^/{Half}])",
                        '\\' => Regex.Escape(text[at++].ToString()),
                        _ => Regex.Escape(letter.ToString()),
                    }
                );
        }

        return new GlobPattern(
            new Regex(
                regex.Append(@"\z").ToString(),
                RegexOptions.CultureInvariant | RegexOptions.Singleline | RegexOptions.NonBacktracking
            )
        );
    }

    /// <summary>Whether a text is more than a plain path.</summary>
    public static bool HasWildcards(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\')
                i++;
            else if (text[i] is '*' or '?' or '[')
                return true;
        }

        return false;
    }

    /// <summary>The name that a pattern without wildcards is.</summary>
    public static string Unescape(string text)
    {
        var name = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
            name.Append(text[i] == '\\' && i + 1 < text.Length ? text[++i] : text[i]);
        return name.ToString();
    }

    /// <summary>Whether the whole text fits.</summary>
    public bool Matches(string text) => _regex.IsMatch(text);

    // What follows '[': perhaps '^', then at least one letter or range. ']' and '-' are letters after a backslash only.
    private static string? ReadClass(string text, ref int at)
    {
        var isNot = at < text.Length && text[at] == '^';
        at += isNot ? 1 : 0;
        var ranges = new StringBuilder();
        for (var count = 0; ; count++)
        {
            if (at < text.Length && text[at] == ']' && count > 0)
            {
                at++;
                // A class of empty ranges only fits nothing.
                var letters = ranges.Length > 0 ? ranges.ToString() : NoLetter;
                return isNot ? $"(?:{Pair}|[^{letters}{Half}])" : $"[{letters}]";
            }

            if (ReadLetter(text, ref at) is not { } first)
                return null;
            var last = first;
            if (at < text.Length && text[at] == '-')
            {
                at++;
                if (ReadLetter(text, ref at) is not { } end)
                    return null;
                last = end;
            }

            if (first <= last)
                ranges.Append($"\\u{(int)first:X4}-\\u{(int)last:X4}");
        }
    }

    private static char? ReadLetter(string text, ref int at)
    {
        if (at == text.Length || text[at] is '-' or ']')
            return null;
        if (text[at] == '\\' && ++at == text.Length)
            return null;
        var letter = text[at++];
        // The class must end behind it.
        return at < text.Length ? letter : null;
    }
}
