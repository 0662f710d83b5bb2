using System.Text;
using System.Text.RegularExpressions;

namespace Containerize.Dockerfiles.Syntax;

/// <summary>
/// Compiles the regular expressions that patterns for paths become: Go's syntax (RE2), of which they use literals,
/// classes, escapes, <c>.*</c>, <c>(…)?</c> and anchors. Classes and escapes mean other things in .NET.
/// </summary>
internal static class GoRegex
{
    // One character outside of the basic plane is two chars here, of which none counts alone.
    private const string Half = @"\uD800-\uDBFF";
    private const string Pair = $@"[{Half}][\uDC00-\uDFFF]";

    private static readonly Dictionary<string, string> Posix = new(StringComparer.Ordinal)
    {
        ["alnum"] = "0-9A-Za-z",
        ["alpha"] = "A-Za-z",
        ["ascii"] = @"\x00-\x7F",
        ["blank"] = @"\t\x20",
        ["cntrl"] = @"\x00-\x1F\x7F",
        ["digit"] = "0-9",
        ["graph"] = "!-~",
        ["lower"] = "a-z",
        ["print"] = @"\x20-~",
        ["punct"] = @"!-/:-@\[-`{-~",
        ["space"] = @"\t-\r\x20",
        ["upper"] = "A-Z",
        ["word"] = "0-9A-Za-z_",
        ["xdigit"] = "0-9A-Fa-f",
    };

    /// <summary>Compiles an expression; null for an invalid one.</summary>
    public static Regex? Compile(string text)
    {
        var regex = new StringBuilder();
        for (var at = 0; at < text.Length; )
        {
            var letter = text[at++];
            if (letter == '[')
            {
                if (ReadClass(text, ref at) is not { } letters)
                    return null;
                regex.Append(letters);
            }
            else if (letter == '\\')
            {
                if (Escape(text[at++]) is not { } escaped)
                    return null;
                regex.Append(escaped.Length > 2 ? $"[{escaped}]" : escaped);
            }
            else
                regex.Append(
                    letter switch
                    {
                        '^' => @"\A",
                        '$' => @"\z",
                        '.' or '*' or '?' or '(' or ')' => letter.ToString(),
                        _ => Regex.Escape(letter.ToString()),
                    }
                );
        }

        try
        {
            return new Regex(regex.ToString(), RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
        }
        catch (RegexParseException)
        {
            return null;
        }
    }

    private static string? ReadClass(string text, ref int at)
    {
        var isNot = at < text.Length && text[at] == '^';
        at += isNot ? 1 : 0;
        var letters = new StringBuilder();
        for (var isFirst = true; at < text.Length; isFirst = false)
        {
            if (text[at] == ']' && !isFirst)
            {
                at++;
                return isNot ? $"(?:{Pair}|[^{letters}{Half}])" : $"[{letters}]";
            }

            if (ReadName(text, ref at) is { } named)
            {
                letters.Append(named);
                continue;
            }

            if (ReadLetter(text, ref at) is not { } first)
                return null;
            if (at + 1 >= text.Length || text[at] != '-' || text[at + 1] == ']')
            {
                letters.Append(first);
                continue;
            }

            at++;
            if (
                ReadLetter(text, ref at) is not { } last
                || first.Length > 6
                || last.Length > 6
                || string.CompareOrdinal(first, last) > 0
            )
                return null;
            letters.Append(first).Append('-').Append(last);
        }

        return null;
    }

    // [:alpha:] within a class.
    private static string? ReadName(string text, ref int at)
    {
        if (
            !text.AsSpan(at).StartsWith("[:", StringComparison.Ordinal)
            || text.IndexOf(":]", at, StringComparison.Ordinal) is not (var end and >= 0)
            || !Posix.TryGetValue(text[(at + 2)..end], out var letters)
        )
            return null;
        at = end + 2;
        return letters;
    }

    // As \uXXXX, so that the order of the texts is that of the letters; longer for a set of letters.
    private static string? ReadLetter(string text, ref int at)
    {
        var letter = text[at++];
        if (letter != '\\')
            return $"\\u{(int)letter:X4}";
        if (at == text.Length || Escape(text[at++]) is not { } escaped)
            return null;
        return escaped.Length > 2 ? escaped : $"\\u{(int)Regex.Unescape(escaped)[0]:X4}";
    }

    // What stands after a backslash: a set as the inner part of a class, else one letter.
    private static string? Escape(char letter) =>
        letter switch
        {
            'd' => @"\u0030-\u0039",
            'w' => "0-9A-Za-z_",
            's' => @"\t\n\f\r\x20",
            'a' or 'f' or 'n' or 'r' or 't' or 'v' => $"\\{letter}",
            _ when char.IsAsciiLetterOrDigit(letter) => null,
            _ when letter is ']' or '-' or '}' or '/' => $"\\{letter}",
            _ => Regex.Escape(letter.ToString()),
        };
}
