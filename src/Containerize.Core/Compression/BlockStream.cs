using System.Buffers;

namespace Containerize.Compression;

/// <summary>
/// Compresses what is written in blocks of one size, each by itself and all cores at once, and puts the results one
/// behind the other: the bytes do not depend on how many cores there are. Gzip members (RFC 1952, 2.2) and zstd frames
/// (RFC 8878, 3) may follow each other in one file.
/// </summary>
/// <param name="output">Gets the compressed blocks, in order.</param>
/// <param name="blockSize">The size of a block in bytes; the last one may be smaller.</param>
/// <param name="compress">Compresses so many bytes of a buffer, into one of the shared pool that is returned when it is
/// written.</param>
internal sealed class BlockStream(Stream output, int blockSize, Func<byte[], int, ArraySegment<byte>> compress) : Stream
{
    private readonly Queue<Task<ArraySegment<byte>>> _blocks = new();
    private readonly int _mostBlocks = 2 * Environment.ProcessorCount;
    private byte[] _block = ArrayPool<byte>.Shared.Rent(blockSize);
    private int _filled;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var part = Math.Min(buffer.Length, blockSize - _filled);
            buffer[..part].CopyTo(_block.AsSpan(_filled));
            _filled += part;
            buffer = buffer[part..];
            if (_filled == blockSize)
                CompressBlock();
        }
    }

    /// <summary>Writes what is still on its way; nothing may be written afterwards.</summary>
    public void Finish()
    {
        if (_filled > 0)
            CompressBlock();
        while (_blocks.Count > 0)
            WriteOldest();
    }

    public override void Flush() { }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private void CompressBlock()
    {
        var (block, length) = (_block, _filled);
        _blocks.Enqueue(
            Task.Run(() =>
            {
                var compressed = compress(block, length);
                ArrayPool<byte>.Shared.Return(block);
                return compressed;
            })
        );
        _block = ArrayPool<byte>.Shared.Rent(blockSize);
        _filled = 0;
        if (_blocks.Count > _mostBlocks)
            WriteOldest();
    }

    private void WriteOldest()
    {
        var block = _blocks.Dequeue().GetAwaiter().GetResult();
        output.Write(block);
        ArrayPool<byte>.Shared.Return(block.Array!);
    }
}
