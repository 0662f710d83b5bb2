using Microsoft.Win32.SafeHandles;

namespace Containerize.IO;

/// <summary>A range of a file as a stream. It has its own position, so that many can be read at once.</summary>
internal sealed class SliceStream(SafeFileHandle file, long offset, long length) : ReadOnlyStream
{
    public override bool CanSeek => true;

    public override long Length => length;

    public override long Position { get; set; }

    public override int Read(Span<byte> buffer)
    {
        var read = RandomAccess.Read(file, buffer[..Left(buffer.Length)], offset + Position);
        Position += read;
        return read;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await RandomAccess
            .ReadAsync(file, buffer[..Left(buffer.Length)], offset + Position, cancellationToken)
            .ConfigureAwait(false);
        Position += read;
        return read;
    }

    private int Left(int wanted) => (int)Math.Clamp(length - Position, 0, wanted);
}
