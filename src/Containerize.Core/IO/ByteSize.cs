using System.Globalization;

namespace Containerize.IO;

/// <summary>Numbers of bytes as people read them, in powers of 1024.</summary>
internal static class ByteSize
{
    private const long KiB = 1024;
    private const long MiB = 1024 * KiB;

    /// <summary>A number with its unit: <c>900 B</c>, <c>1.2 KiB</c>, <c>47.8 MiB</c>.</summary>
    public static string Text(long bytes) => $"{Number(bytes, bytes)} {Unit(bytes)}";

    /// <summary>How many of how many, in the unit of the whole: <c>12.3 of 47.8 MiB</c>.</summary>
    public static string Part(long done, long total) => $"{Number(done, total)} of {Text(total)}";

    /// <summary>Reads a size as Docker's options have it: digits, and a unit or none, as <c>64m</c>.</summary>
    /// <param name="text">The size.</param>
    /// <param name="bytes">The number of bytes; 0 where the text is not a size.</param>
    public static bool TryParse(string text, out long bytes)
    {
        var digits = text.TrimEnd('b', 'B', 'k', 'K', 'm', 'M', 'g', 'G');
        var factor = text[digits.Length..].ToLowerInvariant() switch
        {
            "" or "b" => 1L,
            "k" or "kb" => KiB,
            "m" or "mb" => MiB,
            "g" or "gb" => 1024 * MiB,
            _ => 0,
        };
        var isSize =
            long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && factor > 0
            && number <= long.MaxValue / factor;
        bytes = isSize ? number * factor : 0;
        return isSize;
    }

    private static string Unit(long scale) =>
        scale < KiB ? "B"
        : scale < MiB ? "KiB"
        : "MiB";

    private static string Number(long bytes, long scale) =>
        scale switch
        {
            < KiB => bytes.ToString(CultureInfo.InvariantCulture),
            < MiB => (bytes / (double)KiB).ToString("0.0", CultureInfo.InvariantCulture),
            _ => (bytes / (double)MiB).ToString("0.0", CultureInfo.InvariantCulture),
        };
}
