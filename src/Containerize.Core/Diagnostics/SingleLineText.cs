using System.Text.RegularExpressions;

namespace Containerize.Diagnostics;

/// <summary>What others wrote, fit for a line of ours: no markup, no control characters, not long.</summary>
internal static partial class SingleLineText
{
    private const int Longest = 200;

    // What is looked at: the patterns below take the square of a text's length.
    private const int Read = 8 << 10;

    /// <summary>The words of the text, up to 200 characters; empty when it says nothing.</summary>
    public static string Of(string text)
    {
        var span = text.AsSpan().TrimStart();
        var start = span[..Math.Min(span.Length, Read)].ToString();
        var words =
            start.Contains("<html", StringComparison.OrdinalIgnoreCase)
            || start.StartsWith("<!doctype", StringComparison.OrdinalIgnoreCase)
                ? Tag().Replace(Unseen().Replace(start, " "), " ")
                : start;
        var line = PlainText.Line(Blank().Replace(words, " ").Trim());
        return line.Length <= Longest ? line : line[..Longest].TrimEnd() + "…";
    }

    [GeneratedRegex(
        @"<(script|style|head)\b.*?</\1\s*>",
        RegexOptions.IgnoreCase | RegexOptions.Singleline | RegexOptions.CultureInvariant
    )]
    private static partial Regex Unseen();

    [GeneratedRegex("<[^>]*>", RegexOptions.CultureInvariant)]
    private static partial Regex Tag();

    [GeneratedRegex(@"[\s\p{C}]+", RegexOptions.CultureInvariant)]
    private static partial Regex Blank();
}
