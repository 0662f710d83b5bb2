using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using Containerize.Compression.Deflate;
using ICSharpCode.SharpZipLib.Checksum;
using ICSharpCode.SharpZipLib.Zip.Compression;

namespace Containerize.Compression;

/// <summary>
/// One block as a gzip member (RFC 1952). The bytes are those of the managed encoder of the pinned SharpZipLib, for
/// that of the running .NET changes between its versions. The header has no time, no name and the unknown system (255).
/// </summary>
internal static class GzipMember
{
    /// <summary>The level of the layer format.</summary>
    public const int FormatLevel = 3;

    /// <summary>The size of a block in the layer format.</summary>
    public const int BlockSize = 256 * 1024;

    private static readonly ConcurrentBag<FastDeflater> FastDeflaters = [];
    private static readonly ConcurrentBag<Deflater> Deflaters = [];

    /// <summary>Compresses the first bytes of a buffer into one of the shared pool.</summary>
    public static ArraySegment<byte> Compress(byte[] block, int length, int level)
    {
        var scratch = ArrayPool<byte>.Shared.Rent(FastDeflater.Bound(length) + 18);
        ReadOnlySpan<byte> header = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF];
        header.CopyTo(scratch);
        var end =
            header.Length
            + (
                FastDeflater.Has(level)
                    ? DeflateFast(block.AsSpan(0, length), scratch.AsSpan(header.Length), level)
                    : Deflate(block, length, scratch, header.Length, level)
            );

        var crc = new Crc32();
        crc.Update(new ArraySegment<byte>(block, 0, length));
        BinaryPrimitives.WriteUInt32LittleEndian(scratch.AsSpan(end), (uint)crc.Value);
        BinaryPrimitives.WriteInt32LittleEndian(scratch.AsSpan(end + 4), length);
        return new ArraySegment<byte>(scratch, 0, end + 8);
    }

    private static int DeflateFast(ReadOnlySpan<byte> block, Span<byte> output, int level)
    {
        var deflater = FastDeflaters.TryTake(out var used) ? used : new FastDeflater();
        var written = deflater.Deflate(block, output, level);
        FastDeflaters.Add(deflater);
        return written;
    }

    private static int Deflate(byte[] block, int length, byte[] output, int start, int level)
    {
        var deflater = Deflaters.TryTake(out var used) ? used : new Deflater(level, noZlibHeaderOrFooter: true);
        deflater.Reset();
        deflater.SetLevel(level);
        deflater.SetInput(block, 0, length);
        deflater.Finish();
        var end = start;
        while (!deflater.IsFinished)
            end += deflater.Deflate(output, end, output.Length - end);
        Deflaters.Add(deflater);
        return end - start;
    }
}
