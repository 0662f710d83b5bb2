using System.Text.RegularExpressions;
using Containerize.Dockerfiles.Syntax.Shell;

namespace Containerize.Dockerfiles.Syntax;

/// <summary>A text that stands in the lines below its instruction (<c>COPY &lt;&lt;EOF /file</c>).</summary>
/// <param name="Name">The word that ends it, without quotes; for <c>COPY</c> also the file's name.</param>
/// <param name="Expands">Whether variables in it are replaced: not where the word was quoted.</param>
/// <param name="StripsTabs">Whether tabs at the beginning of lines do not count (<c>&lt;&lt;-</c>).</param>
/// <param name="Position">Where the instruction names it.</param>
public sealed partial record Heredoc(string Name, bool Expands, bool StripsTabs, SourcePosition Position)
{
    /// <summary>The lines as they are written, each with its line feed.</summary>
    public string RawContent { get; init; } = "";

    /// <summary>The text that is meant: without leading tabs where they do not count.</summary>
    public string Content => StripsTabs ? LeadingTabs().Replace(RawContent, "") : RawContent;

    /// <summary>
    /// Reads a word such as <c>&lt;&lt;EOF</c>, <c>&lt;&lt;-"EOF"</c>, <c>3&lt;&lt;EOF</c> or <c>&lt;&lt; EOF</c>; null
    /// for any other word, also for one whose quotes do not end.
    /// </summary>
    public static Heredoc? Parse(SourceWord word)
    {
        try
        {
            return Read(word);
        }
        catch (ShellSyntaxException)
        {
            return null;
        }
    }

    private static Heredoc? Read(SourceWord word)
    {
        if (
            Form().Match(word.Text) is not { Success: true } match
            || match.Groups["name"].Value is not { Length: > 0 } written
        )
            return null;
        var lexer = new ShellLexer('\\', ShellVariables.None) { KeepsUnset = true };
        var plain = lexer.Words(written);
        var quoted = (lexer with { KeepsQuotes = true }).Words(written);
        return plain is [var name] && name.Length > 0 && quoted.Length == 1
            ? new Heredoc(name, name == quoted[0], match.Groups["dash"].Length > 0, word.Position)
            : null;
    }

    /// <summary>Whether a line, without its line end, is the last of this text.</summary>
    public bool EndsWith(string line) => (StripsTabs ? line.TrimStart('\t') : line) == Name;

    [GeneratedRegex(@"^[0-9]*<<(?<dash>-?)[\t\n\f\r ]*(?<name>[^<]*)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();

    [GeneratedRegex("^\t+", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex LeadingTabs();
}
