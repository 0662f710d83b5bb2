using System.Globalization;
using Containerize.Diagnostics;

namespace Containerize.Entries;

/// <summary>Reads the mode and the owner that an item of the project names for what it puts into an image.</summary>
internal static class EntryRights
{
    /// <summary>Reads a mode in octal digits: <c>644</c>, <c>0755</c>, <c>4755</c>; empty is null.</summary>
    /// <param name="text">What the project says.</param>
    /// <param name="invalid">The error for a text that is none; it is given the reason.</param>
    public static int? ParseMode(string text, Func<string, ContainerizeException> invalid)
    {
        if (text.Length == 0)
            return null;
        return text.Length is 3 or 4 && text.All(digit => digit is >= '0' and <= '7')
            ? Convert.ToInt32(text, 8)
            : throw invalid($"Mode='{text}' is no mode: three or four octal digits are, such as 0644");
    }

    /// <summary>
    /// Reads an owner: <c>uid</c> or <c>uid:gid</c>; a user without a group is in the group of the same number. Empty is null.
    /// </summary>
    /// <param name="text">What the project says.</param>
    /// <param name="invalid">The error for a text that is none; it is given the reason.</param>
    public static (int Uid, int Gid)? ParseOwner(string text, Func<string, ContainerizeException> invalid)
    {
        if (text.Length == 0)
            return null;
        var numbers = text.Split(':').Select(part => part == "root" ? "0" : part)
            .Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1).ToArray();
        return numbers.Length is 1 or 2 && !numbers.Contains(-1)
            ? (numbers[0], numbers[^1])
            : throw invalid($"Owner='{text}' is no owner: 'uid' or 'uid:gid' with numbers is, such as 1654:1654");
    }
}
