using System.Globalization;

namespace Containerize.IO;

/// <summary>Numbers of bytes as people read them, in powers of 1024.</summary>
public static class ByteSize
{
    private const long KiB = 1024;
    private const long MiB = 1024 * KiB;

    /// <summary>A number with its unit: <c>900 B</c>, <c>1.2 KiB</c>, <c>47.8 MiB</c>.</summary>
    public static string Text(long bytes) => $"{Number(bytes, bytes)} {Unit(bytes)}";

    /// <summary>How many of how many, in the unit of the whole: <c>12.3 of 47.8 MiB</c>.</summary>
    public static string Part(long done, long total) => $"{Number(done, total)} of {Text(total)}";

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
