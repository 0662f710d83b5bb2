using Containerize.IO;

namespace Containerize.Dockerfiles.StepCaching;

/// <summary>
/// Stored bytes on their way to who unpacks them, and into a file if they come from elsewhere. The next block is read
/// and written while the last one is unpacked. Once source or file have failed, each further read fails like that.
/// </summary>
/// <param name="source">The bytes; they stay their owner's.</param>
/// <param name="copy">The file; null for none. Its faults are passed on as they are.</param>
/// <param name="unreadable">The error for a fault of the source.</param>
internal sealed class WatchedStream(Stream source, Stream? copy, Func<IOException, Exception> unreadable)
    : ReadOnlyStream
{
    private const int BlockSize = 1 << 17;

    private byte[] _block = new byte[BlockSize];
    private byte[] _other = new byte[BlockSize];
    private Task<int>? _next;
    private int _position;
    private int _length;

    public override int Read(Span<byte> buffer)
    {
        if (_position == _length)
            FillAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult();
        return Take(buffer);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_position == _length)
            await FillAsync(cancellationToken).ConfigureAwait(false);
        return Take(buffer.Span);
    }

    /// <summary>Reads what is left, so that who checks the source has seen all of it.</summary>
    public async Task EndAsync(CancellationToken cancellationToken)
    {
        do await FillAsync(cancellationToken).ConfigureAwait(false);
        while (_length > 0);
    }

    /// <summary>Waits for the block that is on its way: source and file are their owner's after that.</summary>
    public override async ValueTask DisposeAsync()
    {
        if (_next is { } next)
            await next.ContinueWith(task => task.Exception, TaskScheduler.Default).ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    private int Take(Span<byte> buffer)
    {
        var taken = Math.Min(buffer.Length, _length - _position);
        _block.AsSpan(_position, taken).CopyTo(buffer);
        _position += taken;
        return taken;
    }

    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        var next = _next ?? ReadBlockAsync(_other, cancellationToken);
        // One that failed fails each further reader.
        _next = next;
        var read = await next.ConfigureAwait(false);
        (_block, _other, _position, _length) = (_other, _block, 0, read);
        var free = _other;
        _next = read == 0 ? next : Task.Run(() => ReadBlockAsync(free, cancellationToken), CancellationToken.None);
    }

    private async Task<int> ReadBlockAsync(byte[] block, CancellationToken cancellationToken)
    {
        var read = await ReadSourceAsync(block, cancellationToken).ConfigureAwait(false);
        if (copy is not null)
            await copy.WriteAsync(block.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
        return read;
    }

    private async Task<int> ReadSourceAsync(byte[] block, CancellationToken cancellationToken)
    {
        try
        {
            return await source.ReadAtLeastAsync(block, block.Length, false, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException exception)
        {
            throw unreadable(exception);
        }
    }
}
