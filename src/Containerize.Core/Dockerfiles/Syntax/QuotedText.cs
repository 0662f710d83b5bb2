namespace Containerize.Dockerfiles.Syntax;

/// <summary>Where words with quotes and escapes in them end.</summary>
internal static class QuotedText
{
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
