using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using ICSharpCode.SharpZipLib.Checksum;
using ICSharpCode.SharpZipLib.Zip.Compression;

namespace Containerize.Layers;

/// <summary>
/// One block as a gzip member (RFC 1952). The encoder is the managed one of the pinned SharpZipLib, for that of the
/// running .NET changes between its versions. The header has no time, no name and the unknown system (255).
/// </summary>
internal static class GzipMember
{
    /// <summary>The level of layer format 1.</summary>
    public const int FormatLevel = 3;

    /// <summary>The size of a block in layer format 1.</summary>
    public const int BlockSize = 256 * 1024;

    private static readonly ConcurrentBag<Deflater> Deflaters = [];

    /// <summary>Compresses the first bytes of a buffer into one of the shared pool.</summary>
    public static ArraySegment<byte> Compress(byte[] block, int length, int level)
    {
        var deflater = Deflaters.TryTake(out var used) ? used : new Deflater(level, noZlibHeaderOrFooter: true);
        deflater.Reset();
        deflater.SetLevel(level);
        deflater.SetInput(block, 0, length);
        deflater.Finish();

        // Deflate never grows by more than five bytes per 16 KiB block of its own; the rest is the member's frame.
        var scratch = ArrayPool<byte>.Shared.Rent(length + (length / 1000) + 1024);
        ReadOnlySpan<byte> header = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF];
        header.CopyTo(scratch);
        var end = header.Length;
        while (!deflater.IsFinished)
            end += deflater.Deflate(scratch, end, scratch.Length - end);
        Deflaters.Add(deflater);

        var crc = new Crc32();
        crc.Update(new ArraySegment<byte>(block, 0, length));
        BinaryPrimitives.WriteUInt32LittleEndian(scratch.AsSpan(end), (uint)crc.Value);
        BinaryPrimitives.WriteInt32LittleEndian(scratch.AsSpan(end + 4), length);
        return new ArraySegment<byte>(scratch, 0, end + 8);
    }
}
