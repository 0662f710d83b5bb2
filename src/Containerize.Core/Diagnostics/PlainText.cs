using System.Text.RegularExpressions;

namespace Containerize.Diagnostics;

/// <summary>
/// Text of others (images, registries, file names) made fit for a terminal and for the log of a pipeline: an escape
/// sequence would be the terminal's, a line break would be a line of ours, and <c>##vso[</c> is a command to Azure
/// Pipelines wherever it stands in a line. Bytes of names that are not UTF-8 are shown as <c>\xE9</c>.
/// </summary>
internal static partial class PlainText
{
    /// <summary>The text in one line: control characters and those that turn the direction of writing are
    /// spaces.</summary>
    public static string Line(string text) => Clean(text, keepLines: false);

    /// <summary>The same for a text of several lines: line breaks and tabs stay.</summary>
    public static string Lines(string text) => Clean(text, keepLines: true);

    private static string Clean(string text, bool keepLines)
    {
        text = NameBytes.Show(text);
        var clean =
            text.AsSpan().IndexOfAnyExceptInRange(' ', '~') < 0
                ? text
                : string.Create(
                    text.Length,
                    (text, keepLines),
                    static (span, state) =>
                    {
                        for (var i = 0; i < span.Length; i++)
                        {
                            var isKept = state.keepLines && state.text[i] is '\n' or '\t';
                            span[i] = IsUnfit(state.text[i]) && !isKept ? ' ' : state.text[i];
                        }
                    }
                );
        return clean.Contains("##", StringComparison.Ordinal) ? Command().Replace(clean, "# #") : clean;
    }

    private static bool IsUnfit(char letter) =>
        char.IsControl(letter)
        || letter is '\u2028' or '\u2029' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');

    // Azure Pipelines, GitHub's first form and TeamCity: ##vso[, ##[, ##teamcity[.
    [GeneratedRegex(@"##(?=[A-Za-z]*\[)", RegexOptions.CultureInvariant)]
    private static partial Regex Command();
}
