using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Containerize.Compression.Deflate;

/// <summary>Bits into bytes, the lowest first (RFC 1951, 3.1.1).</summary>
/// <param name="output">Where the bytes go; eight more than will be needed.</param>
internal ref struct BitWriter(Span<byte> output)
{
    private readonly Span<byte> _output = output;
    private ulong _bits;
    private int _count;

    /// <summary>How many bytes are whole.</summary>
    public int Written { get; private set; }

    /// <summary>Writes up to 48 bits; those above <paramref name="count"/> are zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(ulong bits, int count)
    {
        _bits |= bits << _count;
        _count += count;
        BinaryPrimitives.WriteUInt64LittleEndian(_output[Written..], _bits);
        Written += _count >> 3;
        _bits >>= _count & ~7;
        _count &= 7;
    }

    /// <summary>Fills the last byte with zeros.</summary>
    public void Align() => Write(0, -_count & 7);

    /// <summary>Writes whole bytes; to be aligned before.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_output[Written..]);
        Written += bytes.Length;
    }
}
