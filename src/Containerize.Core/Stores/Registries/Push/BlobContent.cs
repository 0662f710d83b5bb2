using System.Net;
using System.Net.Http.Headers;
using Containerize.Http;

namespace Containerize.Stores.Registries.Push;

/// <summary>A part of a blob as the body of a request, streamed from its source each time it is sent.</summary>
/// <param name="reader">The source.</param>
/// <param name="start">The part's first byte.</param>
/// <param name="length">The part's length in bytes.</param>
/// <param name="toEnd">Whether the part ends where the source does, so that the source's own checks must have their
/// say.</param>
/// <param name="guard">Learns whenever bytes went out.</param>
/// <param name="answerLimit">How long the answer may take once all bytes are out.</param>
internal sealed class BlobContent(
    BlobReader reader,
    long start,
    long length,
    bool toEnd,
    StallGuard guard,
    TimeSpan answerLimit
) : SourceContent
{
    private const int BufferSize = 128 * 1024;

    /// <summary>Receives the byte of the source up to which the body went out.</summary>
    public Action<long> Sent { get; init; } = _ => { };

    /// <summary>Makes a body of bytes in memory with a media type.</summary>
    public static HttpContent OfBytes(ReadOnlyMemory<byte> bytes, string mediaType)
    {
        var content = new ReadOnlyMemoryContent(bytes);
        content.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
        return content;
    }

    protected override bool TryComputeLength(out long computed)
    {
        computed = length;
        return true;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(
        Stream stream,
        TransportContext? context,
        CancellationToken cancellationToken
    )
    {
        await FromSource(async () =>
            {
                await reader.SeekAsync(start, cancellationToken).ConfigureAwait(false);
                return true;
            })
            .ConfigureAwait(false);
        var buffer = new byte[BufferSize];
        for (var left = length; left > 0; )
        {
            var read = await FromSource(() => ReadAsync(buffer, left, cancellationToken)).ConfigureAwait(false);
            left -= read;
            await stream.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
            guard.Moved();
            Sent(start + length - left);
        }

        guard.Allow(answerLimit);
    }

    private async Task<int> ReadAsync(byte[] buffer, long left, CancellationToken cancellationToken)
    {
        var read = await reader
            .ReadAsync(buffer.AsMemory(0, (int)Math.Min(left, BufferSize)), cancellationToken)
            .ConfigureAwait(false);
        if (read == 0)
            throw new EndOfStreamException($"The source ended {left} bytes early.");
        // The last bytes are held back until the source has agreed that they were the right ones.
        if (read == left && toEnd)
            await reader.ReadAsync(new byte[1], cancellationToken).ConfigureAwait(false);
        return read;
    }

    private async Task<T> FromSource<T>(Func<Task<T>> action)
    {
        try
        {
            return await action().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            SourceFailure = exception;
            throw;
        }
    }
}
