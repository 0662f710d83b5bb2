namespace Containerize.Compression.Deflate;

/// <summary>
/// A Huffman code (RFC 1951, 3.2.2). Of the codes that are equally short it is the one of the layer format: which of
/// two symbols of one frequency comes first follows from a heap with a root at 0 and the children of n at 2n + 1 and 2n
/// + 2.
/// </summary>
internal sealed class HuffmanCode
{
    private const int MostBits = 15;

    private HuffmanCode(byte[] lengths, int count)
    {
        Lengths = lengths;
        Count = count;
        Bits = BitsOf(lengths);
    }

    /// <summary>The length of each symbol's code in bits; 0 for one that does not occur.</summary>
    public byte[] Lengths { get; }

    /// <summary>The codes, their first bit lowest.</summary>
    public ushort[] Bits { get; }

    /// <summary>How many symbols are described, up to the last that occurs.</summary>
    public int Count { get; }

    /// <summary>The code of given lengths.</summary>
    public static HuffmanCode OfLengths(byte[] lengths) => new(lengths, lengths.Length);

    /// <summary>The code for how often each symbol occurs; it has two symbols at least.</summary>
    /// <param name="frequencies">By symbol; together less than 2^22.</param>
    /// <param name="leastCount">The least <see cref="Count"/>.</param>
    /// <param name="mostBits">The most bits that a code may have.</param>
    public static HuffmanCode OfFrequencies(ReadOnlySpan<int> frequencies, int leastCount, int mostBits)
    {
        Span<int> heap = stackalloc int[frequencies.Length];
        var (leaves, last) = (0, 0);
        for (var symbol = 0; symbol < frequencies.Length; symbol++)
        {
            if (frequencies[symbol] == 0)
                continue;
            last = symbol;
            var at = leaves++;
            for (int above; at > 0 && frequencies[heap[above = (at - 1) / 2]] > frequencies[symbol]; at = above)
                heap[at] = heap[above];
            heap[at] = symbol;
        }

        // A code of one symbol would have no bits to be seen.
        while (leaves < 2)
            heap[leaves++] = last < 2 ? ++last : 0;
        var tree = new HuffmanTree(heap[..leaves], frequencies);
        return new HuffmanCode(tree.Lengths(frequencies.Length, mostBits), Math.Max(last + 1, leastCount));
    }

    /// <summary>How many bits all symbols take together.</summary>
    public int Size(ReadOnlySpan<int> frequencies)
    {
        var size = 0;
        for (var symbol = 0; symbol < frequencies.Length; symbol++)
            size += frequencies[symbol] * Lengths[symbol];
        return size;
    }

    private static ushort[] BitsOf(byte[] lengths)
    {
        Span<int> next = stackalloc int[MostBits + 1];
        Span<int> counts = stackalloc int[MostBits + 1];
        counts.Clear();
        foreach (var length in lengths)
            counts[length]++;
        counts[0] = 0;
        next[0] = 0;
        for (var length = 1; length <= MostBits; length++)
            next[length] = (next[length - 1] + counts[length - 1]) << 1;
        var bits = new ushort[lengths.Length];
        for (var symbol = 0; symbol < lengths.Length; symbol++)
        {
            for (
                int code = lengths[symbol] > 0 ? next[lengths[symbol]]++ : 0, left = lengths[symbol];
                left > 0;
                left--, code >>= 1
            )
                bits[symbol] = (ushort)((bits[symbol] << 1) | (code & 1));
        }

        return bits;
    }
}
