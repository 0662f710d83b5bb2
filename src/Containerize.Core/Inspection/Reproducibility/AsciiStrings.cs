using System.Text;

namespace Containerize.Inspection.Reproducibility;

/// <summary>The texts in a file of any kind, as <c>strings</c> finds them: in ASCII and in UTF-16.</summary>
internal static class AsciiStrings
{
    private const int Shortest = 6;

    /// <summary>All texts of six letters and more, in their order, those in UTF-16 last.</summary>
    public static IEnumerable<string> Of(ReadOnlyMemory<byte> bytes) => Find(bytes, 1).Concat(Find(bytes, 2));

    private static IEnumerable<string> Find(ReadOnlyMemory<byte> bytes, int width)
    {
        var text = new StringBuilder();
        // UTF-16 may begin at an odd byte in a file that holds more than texts.
        for (var start = 0; start < width; start++)
        {
            for (var at = start; at + width <= bytes.Length; at += width)
            {
                var letter = bytes.Span[at];
                if (letter is >= 0x20 and < 0x7F && (width == 1 || bytes.Span[at + 1] == 0))
                {
                    text.Append((char)letter);
                    continue;
                }

                if (text.Length >= Shortest)
                    yield return text.ToString();
                text.Clear();
            }

            if (text.Length >= Shortest)
                yield return text.ToString();
            text.Clear();
        }
    }
}
