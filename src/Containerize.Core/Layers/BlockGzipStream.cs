using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using ICSharpCode.SharpZipLib.Checksum;
using ICSharpCode.SharpZipLib.Zip.Compression;

namespace Containerize.Layers;

/// <summary>
/// Gzip in blocks of 256 KiB, each a member of its own (RFC 1952, 2.2: a file is a series of members), compressed on all
/// cores: the bytes do not depend on how many there are. The encoder is the managed one of the pinned SharpZipLib, for
/// that of the running .NET changes between its versions. Headers have no time, no name and the unknown system (255).
/// </summary>
internal sealed class BlockGzipStream(Stream output, int level) : Stream
{
    /// <summary>The level of layer format 1.</summary>
    public const int FormatLevel = 3;

    private const int BlockSize = 256 * 1024;
    private static readonly ConcurrentBag<Deflater> Deflaters = [];

    private readonly Queue<Task<byte[]>> _members = new();
    private readonly int _mostMembers = 2 * Environment.ProcessorCount;
    private byte[] _block = ArrayPool<byte>.Shared.Rent(BlockSize);
    private int _filled;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var part = Math.Min(buffer.Length, BlockSize - _filled);
            buffer[..part].CopyTo(_block.AsSpan(_filled));
            _filled += part;
            buffer = buffer[part..];
            if (_filled == BlockSize)
                CompressBlock();
        }
    }

    /// <summary>Writes what is still on its way; nothing may be written afterwards.</summary>
    public void Finish()
    {
        if (_filled > 0)
            CompressBlock();
        while (_members.Count > 0)
            WriteOldest();
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private void CompressBlock()
    {
        var (block, length) = (_block, _filled);
        _members.Enqueue(Task.Run(() => Compress(block, length)));
        _block = ArrayPool<byte>.Shared.Rent(BlockSize);
        _filled = 0;
        if (_members.Count > _mostMembers)
            WriteOldest();
    }

    private void WriteOldest() => output.Write(_members.Dequeue().GetAwaiter().GetResult());

    private byte[] Compress(byte[] block, int length)
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
        var member = scratch.AsSpan(0, end + 8).ToArray();
        ArrayPool<byte>.Shared.Return(scratch);
        ArrayPool<byte>.Shared.Return(block);
        return member;
    }
}
