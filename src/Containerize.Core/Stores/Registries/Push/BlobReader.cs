using Containerize.Images;

namespace Containerize.Stores.Registries.Push;

/// <summary>Reads a blob for one upload: forward as long as that will do, from its start again when it will
/// not.</summary>
internal sealed class BlobReader(Blob blob) : IAsyncDisposable
{
    private const int BufferSize = 64 * 1024;

    private Stream? _stream;
    private long _position;

    /// <summary>Makes the given byte the next one.</summary>
    public async Task SeekAsync(long position, CancellationToken cancellationToken)
    {
        if (_stream is null || _position > position)
        {
            await DisposeAsync().ConfigureAwait(false);
            _stream = await blob.OpenAsync(cancellationToken).ConfigureAwait(false);
            _position = 0;
        }

        for (var buffer = new byte[_position < position ? BufferSize : 0]; _position < position; )
        {
            if (
                await ReadAsync(buffer.AsMemory(0, (int)Math.Min(BufferSize, position - _position)), cancellationToken)
                    .ConfigureAwait(false) == 0
            )
                throw new EndOfStreamException($"{blob.Descriptor.Digest} ended after {_position} bytes.");
        }
    }

    /// <summary>Reads on; 0 at the end.</summary>
    public async Task<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var read = await _stream!.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        _position += read;
        return read;
    }

    public async ValueTask DisposeAsync()
    {
        if (_stream is not null)
            await _stream.DisposeAsync().ConfigureAwait(false);
        _stream = null;
    }
}
