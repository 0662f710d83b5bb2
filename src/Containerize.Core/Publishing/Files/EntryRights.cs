using Containerize.Diagnostics;

namespace Containerize.Publishing.Files;

/// <summary>Reads the mode that an item of the project names for what it puts into an image.</summary>
internal static class EntryRights
{
    /// <summary>Reads a mode in octal digits: <c>644</c>, <c>0755</c>, <c>4755</c>; empty is null.</summary>
    /// <param name="text">What the project says.</param>
    /// <param name="invalid">The error for an invalid text; it is given the reason.</param>
    public static int? ParseMode(string text, Func<string, ContainerizeException> invalid)
    {
        if (text.Length == 0)
            return null;
        return text.Length is 3 or 4 && text.All(digit => digit is >= '0' and <= '7')
            ? Convert.ToInt32(text, 8)
            : throw invalid($"Mode='{text}' is no mode: three or four octal digits are, such as 0644");
    }
}
