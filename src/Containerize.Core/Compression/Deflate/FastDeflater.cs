using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Containerize.Compression.Deflate;

/// <summary>
/// Deflate (RFC 1951) that takes the first best match: byte for byte what SharpZipLib 1.4.2 makes at its levels 1 to 4,
/// which the layer format is made of, in little more than half of its time. Its window slides at the same places, for
/// what has just left the window is no match. For one block at a time; not for several threads.
/// </summary>
internal sealed unsafe class FastDeflater
{
    private const int Window = 1 << 15,
        LeastMatch = 3,
        LongestMatch = 258,
        LeastAhead = LongestMatch + LeastMatch + 1,
        Farthest = Window - LeastAhead;

    // The last position that can be looked at without sliding the window, which is two windows long.
    private const int Top = (2 * Window) - LeastAhead;

    private static readonly (int LongestInserted, int Enough, int Chain)[] Levels =
    [
        default,
        (4, 8, 4),
        (5, 16, 8),
        (6, 32, 32),
        (4, 16, 16),
    ];

    // By hash of three bytes their last position, and by position the one before with the same hash; 0 for none.
    private readonly ushort[] _last = new ushort[1 << 15];
    private readonly ushort[] _previous = new ushort[Window];
    private readonly SymbolBlock _symbols = new();

    /// <summary>The most bytes that so many become.</summary>
    public static int Bound(int length) => length + (length / 2) + 1024;

    /// <summary>Whether there is such a level.</summary>
    public static bool Has(int level) => level > 0 && level < Levels.Length;

    /// <summary>Compresses.</summary>
    /// <param name="plain">One byte at least.</param>
    /// <param name="output">As long as <see cref="Bound"/> says.</param>
    /// <param name="level">1 to 4.</param>
    /// <returns>How many bytes were written.</returns>
    public int Deflate(ReadOnlySpan<byte> plain, Span<byte> output, int level)
    {
        Array.Clear(_last);
        _symbols.Clear();
        var bits = new BitWriter(output);
        fixed (byte* data = plain)
        fixed (
            ushort* last = _last,
                previous = _previous
        )
        {
            // Positions begin at 1, for 0 means no position.
            var window = data - 1;
            var (at, blockStart, filled, left) = (1, 1, 1, plain.Length);
            do
            {
                if (at >= Top)
                    Slide(ref window, ref at, ref blockStart, ref filled);
                if (filled - at < LeastAhead)
                {
                    var more = Math.Min((2 * Window) - filled, left);
                    (filled, left) = (filled + more, left - more);
                }

                at =
                    left > 0
                        ? Scan(window, last, previous, at, filled - LeastAhead + 1, filled, level)
                        : Scan(window, last, previous, at, Math.Min(filled, Top + 1), filled, level);
                while (left == 0 && at < filled && !_symbols.IsFull)
                {
                    Slide(ref window, ref at, ref blockStart, ref filled);
                    at = Scan(window, last, previous, at, filled, filled, level);
                }

                if (!_symbols.IsFull && at < filled)
                    continue;
                var block = blockStart < 0 ? default : new ReadOnlySpan<byte>(window + blockStart, at - blockStart);
                _symbols.Write(ref bits, block, isLast: left == 0 && at == filled);
                blockStart = at;
            } while (left > 0 || at < filled);
        }

        bits.Align();
        return bits.Written;
    }

    // Until the block is full or a position reached; returns where it goes on. In most runs the whole is over before
    // the runtime would compile the hot methods a second time, so they are compiled well the first time.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Scan(byte* window, ushort* last, ushort* previous, int at, int end, int filled, int level)
    {
        var (longestInserted, enough, chain) = Levels[level];
        while (at < end && !_symbols.IsFull)
        {
            var (length, start) =
                filled - at < LeastMatch ? default : Search(window, last, previous, at, filled - at, enough, chain);
            if (length < LeastMatch)
            {
                _symbols.AddLiteral(window[at++]);
                continue;
            }

            _symbols.AddMatch(at - start, length);
            var next = at + length;
            if (length <= longestInserted && filled - next >= LeastMatch)
            {
                while (++at < next)
                    Insert(window, last, previous, at);
            }

            at = next;
        }

        return at;
    }

    // The longest of the last so many places that begin alike, of equally long ones the nearest; not looked for once
    // long enough.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static (int Length, int Start) Search(
        byte* window,
        ushort* last,
        ushort* previous,
        int at,
        int ahead,
        int enough,
        int chain
    )
    {
        int candidate = Insert(window, last, previous, at);
        if (candidate == 0 || at - candidate > Farthest)
            return default;
        var (longest, start) = (LeastMatch - 1, 0);
        var most = Math.Min(LongestMatch, ahead);
        enough = Math.Min(enough, ahead);
        var farthest = Math.Max(at - Farthest, 0);
        var scan = window + at;
        var (begins, ends) = (Two(scan), Two(scan + 1));
        do
        {
            var match = window + candidate;
            if (Two(match + longest - 1) != ends || Two(match) != begins)
                continue;
            var length = Common(scan, match, most);
            if (length <= longest)
                continue;
            (longest, start) = (length, candidate);
            if (length >= enough)
                break;
            ends = Two(scan + length - 1);
        } while ((candidate = previous[candidate & (Window - 1)]) > farthest && --chain != 0);
        return (longest, start);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Insert(byte* window, ushort* last, ushort* previous, int at)
    {
        var bytes = window + at;
        var hash = ((bytes[0] << 10) ^ (bytes[1] << 5) ^ bytes[2]) & 0x7FFF;
        var before = last[hash];
        previous[at & (Window - 1)] = before;
        last[hash] = (ushort)at;
        return before;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ushort Two(byte* bytes) => Unsafe.ReadUnaligned<ushort>(bytes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Common(byte* one, byte* other, int most)
    {
        var length = 0;
        for (; length + sizeof(ulong) <= most; length += sizeof(ulong))
        {
            var difference = Unsafe.ReadUnaligned<ulong>(one + length) ^ Unsafe.ReadUnaligned<ulong>(other + length);
            if (difference != 0)
                return length + (BitOperations.TrailingZeroCount(difference) >> 3);
        }

        while (length < most && one[length] == other[length])
            length++;
        return length;
    }

    private void Slide(ref byte* window, ref int at, ref int blockStart, ref int filled)
    {
        Slide(_last);
        Slide(_previous);
        window += Window;
        (at, blockStart, filled) = (at - Window, blockStart - Window, filled - Window);
    }

    // Positions that are below 0 afterwards are none.
    private static void Slide(ushort[] positions)
    {
        var window = Vector128.Create((ushort)Window);
        for (var i = 0; i < positions.Length; i += Vector128<ushort>.Count)
            (Vector128.Max(Vector128.Create(positions, i), window) - window).CopyTo(positions, i);
    }
}
