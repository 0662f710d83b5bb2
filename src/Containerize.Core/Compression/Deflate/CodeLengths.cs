namespace Containerize.Compression.Deflate;

/// <summary>The lengths of a block's two codes, written with a third (RFC 1951, 3.2.7): runs as 16, 17 and
/// 18.</summary>
internal sealed class CodeLengths
{
    private const int Repeat = 16,
        FewZeros = 17,
        ManyZeros = 18;

    private readonly int[] _frequencies = new int[19];
    private readonly List<(byte Symbol, byte Extra, byte ExtraBits)> _symbols = [];

    public CodeLengths(HuffmanCode literals, HuffmanCode distances)
    {
        Add(literals.Lengths.AsSpan(0, literals.Count));
        Add(distances.Lengths.AsSpan(0, distances.Count));
        Code = HuffmanCode.OfFrequencies(_frequencies, 4, 7);
    }

    /// <summary>The code that tells.</summary>
    public HuffmanCode Code { get; }

    /// <summary>
    /// How many bits the lengths take. Without the extra bits of runs: the layer format compares the forms of a block
    /// so.
    /// </summary>
    public int Size => Code.Size(_frequencies);

    public void Write(ref BitWriter output)
    {
        foreach (var (symbol, extra, extraBits) in _symbols)
            output.Write(Code.Bits[symbol] | ((ulong)extra << Code.Lengths[symbol]), Code.Lengths[symbol] + extraBits);
    }

    // No run goes on from the first code into the second, though it might.
    private void Add(ReadOnlySpan<byte> lengths)
    {
        for (int at = 0, previous = -1; at < lengths.Length; )
        {
            var length = lengths[at];
            // What is not zero is written once before it is repeated, unless it was the last run's.
            if (length != 0 && length != previous)
            {
                Add(length);
                at++;
            }

            previous = length;
            var run = 0;
            while (at < lengths.Length && lengths[at] == length && run < (length == 0 ? 138 : 6))
                (at, run) = (at + 1, run + 1);
            if (run < 3)
            {
                for (; run > 0; run--)
                    Add(length);
            }
            else if (length != 0)
                Add(Repeat, run - 3, 2);
            else if (run <= 10)
                Add(FewZeros, run - 3, 3);
            else
                Add(ManyZeros, run - 11, 7);
        }
    }

    private void Add(int symbol, int extra = 0, int extraBits = 0)
    {
        _frequencies[symbol]++;
        _symbols.Add(((byte)symbol, (byte)extra, (byte)extraBits));
    }
}
