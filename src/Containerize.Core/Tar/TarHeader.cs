using System.Globalization;
using System.Text;
using Containerize.Diagnostics;
using Containerize.Entries;

namespace Containerize.Tar;

/// <summary>
/// One header of a tar. Part of the layer format: a PAX record stands before it for a path or link over 100 bytes or
/// not ASCII, a size from 8 GiB on, owners and times that octal digits do not hold, and extended attributes; records
/// are sorted by key; the header of the records is called <c>././@PaxHeader</c>, mode 0644, everything else zero.
/// </summary>
internal sealed class TarHeader(LayerEntry entry)
{
    private const int NameLength = 100;
    private const long MaxOctal7 = 0x1FFFFF;
    private const long MaxOctal11 = 0x1FFFFFFFF;

    private readonly byte[] _name = NameBytes.Encode(Name(entry));
    private readonly byte[] _link = NameBytes.Encode(LinkName(entry));
    private readonly long _size = entry.Content?.Length ?? 0;
    private readonly long _time = entry.ModificationTime.ToUnixTimeSeconds();

    /// <summary>The records for what the header does not hold and those of the entry's own; empty when there are
    /// none.</summary>
    public byte[] PaxRecords()
    {
        var records = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var (key, value) in entry.Records)
            records[key] = Encoding.UTF8.GetBytes(value);
        foreach (var (name, value) in entry.ExtendedAttributes)
            records["SCHILY.xattr." + name] = [.. value];
        AddIf(entry.Gid > MaxOctal7, "gid", entry.Gid);
        AddTextIf(_link, "linkpath");
        AddIf(_time is < 0 or > MaxOctal11, "mtime", _time);
        AddTextIf(_name, "path");
        AddIf(_size > MaxOctal11, "size", _size);
        AddIf(entry.Uid > MaxOctal7, "uid", entry.Uid);
        return [.. records.SelectMany(record => Record(record.Key, record.Value))];

        void AddIf(bool condition, string key, long value)
        {
            if (condition)
                records[key] = Encoding.ASCII.GetBytes(value.ToString(CultureInfo.InvariantCulture));
        }

        void AddTextIf(byte[] text, string key)
        {
            if (text.Length > NameLength || !Ascii.IsValid(text))
                records[key] = text;
        }
    }

    /// <summary>The header's 512 bytes.</summary>
    public byte[] ToBytes() =>
        Build(_name, entry.Mode, entry.Uid, entry.Gid, _size, _time, TypeFlag(entry.Kind), _link, entry.Device);

    /// <summary>The header for records of this many bytes.</summary>
    public static byte[] ForPaxRecords(int length) =>
        Build("././@PaxHeader"u8, 0b110_100_100, 0, 0, length, 0, (byte)'x', [], (0, 0));

    private static byte[] Build(
        ReadOnlySpan<byte> name,
        int mode,
        long uid,
        long gid,
        long size,
        long time,
        byte type,
        ReadOnlySpan<byte> link,
        (int Major, int Minor) device
    )
    {
        var block = new byte[512];
        name[..Math.Min(name.Length, NameLength)].CopyTo(block);
        Octal(block, 100, 8, mode);
        Octal(block, 108, 8, uid <= MaxOctal7 ? uid : 0);
        Octal(block, 116, 8, gid <= MaxOctal7 ? gid : 0);
        Octal(block, 124, 12, size <= MaxOctal11 ? size : 0);
        Octal(block, 136, 12, time is >= 0 and <= MaxOctal11 ? time : 0);
        block[156] = type;
        link[..Math.Min(link.Length, NameLength)].CopyTo(block.AsSpan(157));
        "ustar\000"u8.CopyTo(block.AsSpan(257));
        Octal(block, 329, 8, device.Major);
        Octal(block, 337, 8, device.Minor);

        // The checksum is summed as if its own field were spaces, and written as six digits, NUL, space.
        block.AsSpan(148, 8).Fill((byte)' ');
        Octal(block, 148, 7, block.Sum(value => value));
        return block;
    }

    private static void Octal(byte[] block, int offset, int width, long value)
    {
        for (var at = offset + width - 2; at >= offset; at--, value >>= 3)
            block[at] = (byte)('0' + (value & 7));
        block[offset + width - 1] = 0;
    }

    // "27 path=…\n": the number counts the whole record with its own digits.
    private static byte[] Record(string key, byte[] value)
    {
        var name = NameBytes.Encode(key);
        var rest = name.Length + value.Length + 3;
        var length = rest + 1;
        while (rest + length.ToString(CultureInfo.InvariantCulture).Length != length)
            length++;
        var digits = Encoding.ASCII.GetBytes(length.ToString(CultureInfo.InvariantCulture));
        return [.. digits, (byte)' ', .. name, (byte)'=', .. value, (byte)'\n'];
    }

    // A deletion is a file with a name that says so (image-spec, layer.md, "Whiteouts").
    private static string Name(LayerEntry entry)
    {
        var folder = entry.Path.Parent is { } parent && parent != ContainerPath.Root ? parent.Text[1..] + "/" : "";
        return entry.Kind switch
        {
            EntryKind.Directory => entry.Path.Text[1..] + "/",
            EntryKind.Whiteout => $"{folder}.wh.{entry.Path.Name}",
            EntryKind.OpaqueWhiteout => $"{entry.Path.Text[1..]}/.wh..wh..opq".TrimStart('/'),
            _ => entry.Path.Text[1..],
        };
    }

    // Hard links name the other entry as the archive does, without the leading slash.
    private static string LinkName(LayerEntry entry) =>
        entry.Kind switch
        {
            EntryKind.HardLink => entry.LinkTarget!.TrimStart('/'),
            EntryKind.SymbolicLink => entry.LinkTarget!,
            _ => "",
        };

    private static byte TypeFlag(EntryKind kind) =>
        kind switch
        {
            EntryKind.File or EntryKind.Whiteout or EntryKind.OpaqueWhiteout => (byte)'0',
            EntryKind.HardLink => (byte)'1',
            EntryKind.SymbolicLink => (byte)'2',
            EntryKind.CharacterDevice => (byte)'3',
            EntryKind.BlockDevice => (byte)'4',
            EntryKind.Fifo => (byte)'6',
            _ => (byte)'5',
        };
}
