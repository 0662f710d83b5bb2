namespace Containerize.Manifests;

/// <summary>What is at a place of a YAML text, and where its line begins and ends.</summary>
internal static class TextLines
{
    /// <summary>Where the line of a character begins.</summary>
    // A byte order mark is no column.
    public static int Start(string text, int at) =>
        Math.Max(text.AsSpan(0, at).LastIndexOfAny('\n', '\r') + 1, text.StartsWith('\uFEFF') ? 1 : 0);

    /// <summary>Where the line of a character ends, before its line break.</summary>
    public static int End(string text, int at) =>
        text.AsSpan(at).IndexOfAny('\n', '\r') is >= 0 and var length ? at + length : text.Length;

    /// <summary>What follows the line break at a place.</summary>
    public static int AfterBreak(string text, int at) =>
        at >= text.Length ? at
        : text[at] == '\r' && at + 1 < text.Length && text[at + 1] == '\n' ? at + 2
        : at + 1;

    /// <summary>Whether a blank or the end of the text is at a place.</summary>
    public static bool IsSpaceAt(string text, int at) => at >= text.Length || char.IsWhiteSpace(text[at]);

    /// <summary>Whether a sign of a flow collection is at a place.</summary>
    public static bool IsFlowSignAt(string text, int at) =>
        at < text.Length && text[at] is ',' or '[' or ']' or '{' or '}';

    /// <summary>Whether a character breaks a line.</summary>
    public static bool IsBreak(char letter) => letter is '\n' or '\r';

    /// <summary>Whether a marker of documents, <c>---</c> or <c>...</c>, is at a place.</summary>
    public static bool IsMarkerAt(string text, int at) =>
        (string.CompareOrdinal(text, at, "---", 0, 3) == 0 || string.CompareOrdinal(text, at, "...", 0, 3) == 0)
        && (at + 3 == text.Length || char.IsWhiteSpace(text[at + 3]));
}
