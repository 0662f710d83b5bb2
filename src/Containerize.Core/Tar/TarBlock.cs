using Containerize.Diagnostics;

namespace Containerize.Tar;

/// <summary>The fields of a tar header as it is stored: ustar, GNU's and the older ones.</summary>
/// <param name="bytes">512 bytes.</param>
internal readonly ref struct TarBlock(ReadOnlySpan<byte> bytes)
{
    public const int Size = 512;

    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>Whether it is the end of an archive rather than a header.</summary>
    public bool IsEmpty => !_bytes.ContainsAnyExcept((byte)0);

    public char Type => _bytes[156] == 0 ? TarItem.File : (char)_bytes[156];

    public long Mode => Number(100, 8);

    public long Uid => Number(108, 8);

    public long Gid => Number(116, 8);

    public long Length => Number(124, 12);

    public long Time => Number(136, 12);

    public string LinkName => Text(157, 100);

    public long DeviceMajor => IsUstar || IsGnu ? Number(329, 8) : 0;

    public long DeviceMinor => IsUstar || IsGnu ? Number(337, 8) : 0;

    /// <summary>The path; GNU's header has other things where ustar has its front.</summary>
    public string Name =>
        IsUstar && Text(345, 155) is { Length: > 0 } front ? front + "/" + Text(0, 100) : Text(0, 100);

    private bool IsUstar => _bytes[257..263].SequenceEqual("ustar\0"u8);

    private bool IsGnu => _bytes[257..263].SequenceEqual("ustar "u8);

    /// <summary>Checks that it is a header at all.</summary>
    /// <exception cref="InvalidDataException">It is not.</exception>
    public void Check()
    {
        // The field counts as spaces; old programs added signed bytes.
        var (unsigned, signed) = (8 * ' ', 8 * ' ');
        for (var i = 0; i < Size; i++)
        {
            if (i is >= 148 and < 156)
                continue;
            unsigned += _bytes[i];
            signed += (sbyte)_bytes[i];
        }

        if (Number(148, 8) is var sum && sum != unsigned && sum != signed)
            throw new InvalidDataException("a header has the wrong checksum");
    }

    private string Text(int offset, int length)
    {
        var field = _bytes.Slice(offset, length);
        return NameBytes.Decode(field.IndexOf((byte)0) is var end and >= 0 ? field[..end] : field);
    }

    // Octal digits, or, where the first bit is set, GNU's big-endian number.
    private long Number(int offset, int length)
    {
        var field = _bytes.Slice(offset, length);
        if ((field[0] & 0x80) != 0)
            return Binary(field);
        var digits = field.Trim((byte)' ');
        digits = digits.IndexOf((byte)0) is var end and >= 0 ? digits[..end].Trim((byte)' ') : digits;
        long value = 0;
        foreach (var digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'7')
                throw new InvalidDataException("a header has a number that is not octal");
            value = (value << 3) | (uint)(digit - '0');
        }

        return value;
    }

    private static long Binary(ReadOnlySpan<byte> field)
    {
        var isNegative = (field[0] & 0x40) != 0;
        Int128 value = isNegative ? -1 : 0;
        value = (value << 6) | (uint)(field[0] & 0x3F);
        foreach (var part in field[1..])
            value = (value << 8) | part;
        return value >= long.MinValue && value <= long.MaxValue
            ? (long)value
            : throw new InvalidDataException("a header has a number of more than 64 bits");
    }
}
