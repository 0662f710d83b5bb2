using System.Globalization;
using System.Text;

namespace Containerize.TestKit.Images;

/// <summary>Tars block by block, with what no library's writer writes.</summary>
public static class RawTar
{
    /// <summary>The end of a tar: two blocks of zeros.</summary>
    public static byte[] End => new byte[1024];

    /// <summary>A header with a right checksum, and the content padded to whole blocks.</summary>
    /// <param name="type">The letter of the kind.</param>
    /// <param name="name">The path, of 100 bytes at most.</param>
    /// <param name="content">The bytes that follow.</param>
    /// <param name="link">The target of a link.</param>
    /// <param name="size">What the header says of the length, where that is not the truth.</param>
    /// <param name="uid">The owner and group as the octal field has them.</param>
    /// <param name="mode">The mode as the octal field has it.</param>
    public static byte[] Entry(
        char type,
        string name,
        byte[]? content = null,
        string link = "",
        string? size = null,
        string? uid = null,
        string mode = "0000644"
    )
    {
        content ??= [];
        var block = new byte[512 + ((content.Length + 511) / 512 * 512)];
        Put(block, 0, name);
        Put(block, 100, mode);
        Put(block, 108, uid ?? "0000000");
        Put(block, 116, uid ?? "0000000");
        Put(block, 124, size ?? Convert.ToString(content.Length, 8).PadLeft(11, '0'));
        Put(block, 136, "00000000000");
        block[156] = (byte)type;
        Put(block, 157, link);
        Put(block, 257, "ustar");
        Put(block, 263, "00");
        content.CopyTo(block, 512);
        block.AsSpan(148, 8).Fill((byte)' ');
        var sum = 0;
        for (var i = 0; i < 512; i++)
            sum += block[i];
        Put(block, 148, Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ");
        return block;
    }

    /// <summary>A PAX header with these records, values as bytes of Latin 1.</summary>
    public static byte[] Pax(params (string Key, string Value)[] records) =>
        Entry(
            'x',
            "PaxHeaders/x",
            [.. records.SelectMany(record => Record(record.Key, Encoding.Latin1.GetBytes(record.Value)))]
        );

    /// <summary>A GNU long name (<c>L</c>) or long link (<c>K</c>).</summary>
    public static byte[] Long(char type, string name) =>
        Entry(type, "././@LongLink", [.. Encoding.UTF8.GetBytes(name), 0]);

    /// <summary>A tar of these parts, with its end.</summary>
    public static byte[] Of(params IEnumerable<byte[]> parts) => [.. parts.SelectMany(part => part), .. End];

    private static byte[] Record(string key, byte[] value)
    {
        var rest = Encoding.UTF8.GetByteCount(key) + value.Length + 3;
        var length = rest + 1;
        while (length != rest + length.ToString(CultureInfo.InvariantCulture).Length)
            length = rest + length.ToString(CultureInfo.InvariantCulture).Length;
        return
        [
            .. Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{length} {key}=")),
            .. value,
            (byte)'\n',
        ];
    }

    private static void Put(byte[] block, int offset, string text) =>
        Encoding.Latin1.GetBytes(text, block.AsSpan(offset));
}
