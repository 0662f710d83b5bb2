using System.Text;
using System.Text.RegularExpressions;

namespace Containerize.Dockerfiles.Syntax;

/// <summary>
/// A pattern for paths as <c>.dockerignore</c> and <c>COPY</c> have them: <c>*</c> and <c>?</c> stay within a name, <c>**</c> is any
/// number of folders, <c>[a-z]</c> one letter of several, and a backslash takes a meaning away.
/// </summary>
public sealed class PathPattern
{
    private readonly Regex _regex;

    private PathPattern(string text, Regex regex) => (Text, _regex) = (text, regex);

    /// <summary>The pattern as it is written, without slashes at its ends.</summary>
    public string Text { get; }

    /// <summary>Reads a pattern; null for one that is none, such as a bracket that does not end.</summary>
    public static PathPattern? Parse(string text)
    {
        try
        {
            return ToRegex(text) is { } regex ? new PathPattern(text, new Regex(regex, RegexOptions.CultureInvariant | RegexOptions.Singleline | RegexOptions.NonBacktracking)) : null;
        }
        catch (RegexParseException)
        {
            return null;
        }
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

    /// <summary>Whether the whole path fits.</summary>
    /// <param name="path">Names with <c>/</c> between them, none before the first.</param>
    public bool Matches(string path) => _regex.IsMatch(path);

    private static string? ToRegex(string text)
    {
        var regex = new StringBuilder(@"\A");
        for (var i = 0; i < text.Length; i++)
        {
            var letter = text[i];
            if (letter == '*' && i + 1 < text.Length && text[i + 1] == '*')
            {
                i++;
                // "**/" stands for no folder, too.
                var isFolders = i + 1 < text.Length && text[i + 1] == '/';
                i += isFolders ? 1 : 0;
                regex.Append(isFolders ? "(?:.*/)?" : ".*");
            }
            else if (letter == '\\')
            {
                if (++i == text.Length)
                    return null;
                regex.Append(Regex.Escape(text[i].ToString()));
            }
            else if (letter == '[')
            {
                if (EndOfClass(text, i) is not { } end)
                    return null;
                regex.Append(ToClass(text[(i + 1)..end]));
                i = end;
            }
            else
            {
                regex.Append(letter switch { '*' => "[^/]*", '?' => "[^/]", _ => Regex.Escape(letter.ToString()) });
            }
        }

        return regex.Append(@"\z").ToString();
    }

    private static int? EndOfClass(string text, int start)
    {
        for (var i = start + 1; i < text.Length; i++)
        {
            if (text[i] == '\\')
                i++;
            else if (text[i] == ']' && i > start + 1)
                return i;
        }

        return null;
    }

    private static string ToClass(string letters)
    {
        var isNot = letters[0] is '^' or '!';
        var inner = letters[(isNot ? 1 : 0)..].Replace("[", @"\[", StringComparison.Ordinal);
        return $"[{(isNot ? "^/" : "")}{inner}]";
    }
}
