using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Containerize.Tests.Images;

/// <summary>A picture as PNG has it (RFC 2083), without interlacing and with 8 bits for each of red, green, blue and
/// perhaps opacity.</summary>
/// <param name="Width">In pixels.</param>
/// <param name="Height">In pixels.</param>
/// <param name="Dark">How many pixels are nearer to black than to white.</param>
public sealed record PngImage(int Width, int Height, int Dark)
{
    /// <summary>Reads a picture.</summary>
    public static PngImage Read(byte[] bytes)
    {
        Assert.Equal("89504E470D0A1A0A", Convert.ToHexString(bytes.AsSpan(0, 8)));
        var (header, data) = (Array.Empty<byte>(), new MemoryStream());
        for (var at = 8; at < bytes.Length; )
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at));
            var content = bytes.AsSpan(at + 8, length);
            if (Encoding.ASCII.GetString(bytes, at + 4, 4) is var kind && kind == "IHDR")
                header = content.ToArray();
            else if (kind == "IDAT")
                data.Write(content);
            at += length + 12;
        }

        Assert.True(
            header[8] == 8 && header[9] is 2 or 6 && header[12] == 0,
            "The picture is of another kind than this reads."
        );
        var (width, height, depth) = (
            BinaryPrimitives.ReadInt32BigEndian(header),
            BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(4)),
            header[9] == 6 ? 4 : 3
        );
        data.Position = 0;
        using var plain = new ZLibStream(data, CompressionMode.Decompress);
        var (row, above, dark) = (new byte[width * depth], new byte[width * depth], 0);
        for (var y = 0; y < height; y++)
        {
            var filter = plain.ReadByte();
            plain.ReadExactly(row);
            for (var i = 0; i < row.Length; i++)
                row[i] += Predict(filter, i < depth ? 0 : row[i - depth], above[i], i < depth ? 0 : above[i - depth]);
            dark += Enumerable
                .Range(0, width)
                .Count(x => row[x * depth] + row[(x * depth) + 1] + row[(x * depth) + 2] < 3 * 128);
            (row, above) = (above, row);
        }

        return new PngImage(width, height, dark);
    }

    private static byte Predict(int filter, int left, int above, int corner) =>
        (byte)(
            filter switch
            {
                0 => 0,
                1 => left,
                2 => above,
                3 => (left + above) / 2,
                4 => Nearest(left, above, corner),
                _ => throw new InvalidDataException($"There is no filter {filter}."),
            }
        );

    private static int Nearest(int left, int above, int corner)
    {
        var guess = left + above - corner;
        var (a, b, c) = (Math.Abs(guess - left), Math.Abs(guess - above), Math.Abs(guess - corner));
        return a <= b && a <= c ? left
            : b <= c ? above
            : corner;
    }
}
