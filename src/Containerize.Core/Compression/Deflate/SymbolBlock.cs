using System.Numerics;
using System.Runtime.CompilerServices;

namespace Containerize.Compression.Deflate;

/// <summary>The symbols of one deflate block (RFC 1951, 3.2.3): bytes, and matches of what came before.</summary>
internal sealed class SymbolBlock
{
    private const int Most = 1 << 14,
        EndOfBlock = 256,
        LiteralCount = 286,
        DistanceCount = 30;

    // RFC 1951, 3.2.7: the order in which the lengths of the code for lengths are written.
    private static readonly byte[] LengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

    // RFC 1951, 3.2.6.
    private static readonly HuffmanCode FixedLiterals = HuffmanCode.OfLengths([
        .. Enumerable
            .Range(0, 288)
            .Select(symbol =>
                (byte)(
                    symbol < 144 ? 8
                    : symbol < 256 ? 9
                    : symbol < 280 ? 7
                    : 8
                )
            ),
    ]);

    private static readonly HuffmanCode FixedDistances = HuffmanCode.OfLengths([
        .. Enumerable.Repeat((byte)5, DistanceCount),
    ]);

    private readonly int[] _literals = new int[LiteralCount];
    private readonly int[] _distances = new int[DistanceCount];

    // A literal as it is; of a match its distance, and its length less 3 in the lowest eight bits.
    private readonly uint[] _symbols = new uint[Most];
    private int _count;
    private int _extraBits;

    /// <summary>Whether the block has to be written before anything is added.</summary>
    public bool IsFull => _count == Most;

    /// <summary>Forgets what was added.</summary>
    public void Clear()
    {
        (_count, _extraBits) = (0, 0);
        Array.Clear(_literals);
        Array.Clear(_distances);
    }

    /// <summary>Adds a byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddLiteral(byte literal)
    {
        _symbols[_count++] = literal;
        _literals[literal]++;
    }

    /// <summary>Adds a match of 3 to 258 bytes, so many bytes back.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddMatch(int distance, int length)
    {
        _symbols[_count++] = (uint)((distance << 8) | (length - 3));
        var (code, extra) = LengthCode(length - 3);
        _literals[code]++;
        _extraBits += extra;
        (code, extra) = DistanceCode(distance - 1);
        _distances[code]++;
        _extraBits += extra;
    }

    /// <summary>Writes the block in the shortest of its three forms, and forgets it.</summary>
    /// <param name="output">Gets the bits.</param>
    /// <param name="plain">The bytes that it stands for; empty when they are not at hand any more.</param>
    /// <param name="isLast">Whether no block follows.</param>
    public void Write(ref BitWriter output, ReadOnlySpan<byte> plain, bool isLast)
    {
        _literals[EndOfBlock]++;
        var literals = HuffmanCode.OfFrequencies(_literals, 257, 15);
        var distances = HuffmanCode.OfFrequencies(_distances, 1, 15);
        var lengths = new CodeLengths(literals, distances);
        var written = LengthOrder.Length;
        while (written > 4 && lengths.Code.Lengths[LengthOrder[written - 1]] == 0)
            written--;
        var own =
            14 + (written * 3) + lengths.Size + literals.Size(_literals) + distances.Size(_distances) + _extraBits;
        var fixedSize = _extraBits + FixedLiterals.Size(_literals) + FixedDistances.Size(_distances);
        var last = isLast ? 1u : 0;
        if (!plain.IsEmpty && plain.Length + 4 < Math.Min(own, fixedSize) >> 3)
        {
            output.Write(last, 3);
            output.Align();
            output.Write((uint)plain.Length | ((ulong)(ushort)~plain.Length << 16), 32);
            output.Write(plain);
        }
        else if (own >= fixedSize)
        {
            output.Write(2 | last, 3);
            WriteSymbols(ref output, FixedLiterals, FixedDistances);
        }
        else
        {
            output.Write(4 | last, 3);
            output.Write(
                (uint)(literals.Count - 257) | ((uint)(distances.Count - 1) << 5) | ((uint)(written - 4) << 10),
                14
            );
            for (var i = 0; i < written; i++)
                output.Write(lengths.Code.Lengths[LengthOrder[i]], 3);
            lengths.Write(ref output);
            WriteSymbols(ref output, literals, distances);
        }

        Clear();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void WriteSymbols(ref BitWriter output, HuffmanCode literals, HuffmanCode distances)
    {
        var (literalBits, literalLengths, distanceBits, distanceLengths) = (
            literals.Bits,
            literals.Lengths,
            distances.Bits,
            distances.Lengths
        );
        foreach (var symbol in _symbols.AsSpan(0, _count))
        {
            if (symbol < 256)
            {
                output.Write(literalBits[symbol], literalLengths[symbol]);
                continue;
            }

            var length = (int)(symbol & 0xFF);
            var (code, extra) = LengthCode(length);
            ulong bits = literalBits[code];
            var count = (int)literalLengths[code];
            bits |= (ulong)(length & ((1 << extra) - 1)) << count;
            count += extra;
            var distance = (int)(symbol >> 8) - 1;
            (code, extra) = DistanceCode(distance);
            bits |= (ulong)distanceBits[code] << count;
            count += distanceLengths[code];
            bits |= (ulong)(distance & ((1 << extra) - 1)) << count;
            output.Write(bits, count + extra);
        }

        output.Write(literalBits[EndOfBlock], literalLengths[EndOfBlock]);
    }

    // RFC 1951, 3.2.5, of a length less 3: up to 7 each has a code, then four codes share each power of two.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (int Code, int ExtraBits) LengthCode(int length)
    {
        if (length < 8)
            return (257 + length, 0);
        if (length == 255)
            return (285, 0);
        var extra = BitOperations.Log2((uint)length) - 2;
        return (257 + (4 * extra) + (length >> extra), extra);
    }

    // The same of a distance less 1: up to 3 each has a code, then two share each power of two.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (int Code, int ExtraBits) DistanceCode(int distance)
    {
        if (distance < 4)
            return (distance, 0);
        var extra = BitOperations.Log2((uint)distance) - 1;
        return ((2 * extra) + (distance >> extra), extra);
    }
}
