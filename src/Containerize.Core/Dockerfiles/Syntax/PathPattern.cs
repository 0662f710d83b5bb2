using System.Text;

namespace Containerize.Dockerfiles.Syntax;

/// <summary>
/// A pattern for paths as <c>.dockerignore</c> has them (moby/patternmatcher): <c>*</c> and <c>?</c> stay within a
/// name, <c>**/</c> is any number of folders, <c>[a-z]</c> one letter of several, and a backslash takes a meaning away.
/// </summary>
public sealed class PathPattern
{
    private readonly Func<string, bool> _matches;

    private PathPattern(string text, Func<string, bool> matches) => (Text, _matches) = (text, matches);

    /// <summary>The pattern as it is written.</summary>
    public string Text { get; }

    /// <summary>Reads a pattern; null for an invalid one, such as a bracket that does not end.</summary>
    /// <param name="text">A clean path with wildcards: no <c>.</c> in it, <c>..</c> at its start only.</param>
    public static PathPattern? Parse(string text)
    {
        // The matcher asks Go's path/filepath whether it is a pattern, and then reads it in its own way.
        if (GlobPattern.Parse(text) is null)
            return null;
        if (text.AsSpan().IndexOfAny("*?[]\\") < 0)
            return new PathPattern(text, path => path == text);
        // Without other wildcards "**" is also between letters at the ends of a pattern.
        if (text.StartsWith("**", StringComparison.Ordinal) && text.AsSpan(2).IndexOfAny("*?[]\\") < 0)
        {
            var end = text[2..];
            return new PathPattern(text, path => path.EndsWith(end, StringComparison.Ordinal) || "/" + path == end);
        }

        if (text.EndsWith("**", StringComparison.Ordinal) && text.AsSpan(0, text.Length - 2).IndexOfAny("*?[]\\") < 0)
            return new PathPattern(text, path => path.StartsWith(text[..^2], StringComparison.Ordinal));
        return GoRegex.Compile(ToGoRegex(text)) is { } regex ? new PathPattern(text, regex.IsMatch) : null;
    }

    /// <summary>Whether the whole path fits.</summary>
    /// <param name="path">Names with <c>/</c> between them, none before the first.</param>
    public bool Matches(string path) => _matches(path);

    // Wildcards count within brackets, too.
    private static string ToGoRegex(string text)
    {
        var regex = new StringBuilder("^");
        for (var at = 0; at < text.Length; )
        {
            var letter = text[at++];
            if (letter == '*' && at < text.Length && text[at] == '*')
            {
                at++;
                at += at < text.Length && text[at] == '/' ? 1 : 0;
                regex.Append(at == text.Length ? ".*" : "(.*/)?");
            }
            else if (letter == '\\')
                regex.Append(letter).Append(text[at++]);
            else
                regex.Append(
                    letter switch
                    {
                        '*' => "[^/]*",
                        '?' => "[^/]",
                        '.' or '+' or '(' or ')' or '|' or '{' or '}' or '$' => $"\\{letter}",
                        _ => letter.ToString(),
                    }
                );
        }

        return regex.Append('$').ToString();
    }
}
