namespace Containerize.Dockerfiles.Syntax;

/// <summary>Where words end: what parts them, and quotes and escapes in them.</summary>
internal static class QuotedText
{
    /// <summary>Whether a letter parts the words of most instructions; of Unicode's other blanks only pairs know, as in
    /// BuildKit.</summary>
    public static bool IsBlank(char letter) => letter is ' ' or '\t' or '\v' or '\f' or '\r';

    /// <summary>The end of the word that begins at an offset: the next space that is neither quoted nor
    /// escaped.</summary>
    public static int EndOfWord(string text, int at, char escape)
    {
        char? quote = null;
        for (; at < text.Length && (quote is not null || !char.IsWhiteSpace(text[at])); at++)
        {
            if (text[at] == escape && quote != '\'')
                at++;
            else if (quote is null && text[at] is '"' or '\'')
                quote = text[at];
            else if (text[at] == quote)
                quote = null;
        }

        return Math.Min(at, text.Length);
    }
}
