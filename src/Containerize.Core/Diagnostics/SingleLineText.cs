using System.Text.RegularExpressions;

namespace Containerize.Diagnostics;

/// <summary>What others wrote, fit for a line of ours: no markup, no control characters, not long.</summary>
internal static partial class SingleLineText
{
    private const int Longest = 200;

    /// <summary>The words of the text, up to 200 characters; empty when it says nothing.</summary>
    public static string Of(string text)
    {
        var words =
            text.Contains("<html", StringComparison.OrdinalIgnoreCase)
            || text.TrimStart().StartsWith("<!doctype", StringComparison.OrdinalIgnoreCase)
                ? Tag().Replace(Unseen().Replace(text, " "), " ")
                : text;
        var line = PlainText.Line(Blank().Replace(words, " ").Trim());
        return line.Length <= Longest ? line : line[..Longest].TrimEnd() + "…";
    }

    [GeneratedRegex(
        @"<(script|style|head)\b.*?</\1\s*>",
        RegexOptions.IgnoreCase | RegexOptions.Singleline | RegexOptions.CultureInvariant,
        1000
    )]
    private static partial Regex Unseen();

    [GeneratedRegex("<[^>]*>", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Tag();

    [GeneratedRegex(@"[\s\p{C}]+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Blank();
}
