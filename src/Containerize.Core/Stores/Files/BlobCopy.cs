using System.Buffers;
using Containerize.Diagnostics;
using Containerize.Images;

namespace Containerize.Stores.Files;

/// <summary>The way of a blob's bytes into a file.</summary>
internal static class BlobCopy
{
    /// <summary>Writes the blob's bytes, all of them and to their end, where they are checked.</summary>
    /// <exception cref="ContainerizeException">
    /// CTZ0023 when there are more or fewer than the descriptor says, CTZ0014 when they cannot be read; or the blob's
    /// own. An <see cref="IOException"/> can come from <paramref name="target"/> alone.
    /// </exception>
    public static async Task CopyToAsync(this Blob blob, Stream target, CancellationToken cancellationToken)
    {
        using var source = await ReadAsync(blob, () => blob.OpenAsync(cancellationToken)).ConfigureAwait(false);
        var buffer = ArrayPool<byte>.Shared.Rent(1 << 17);
        try
        {
            long total = 0;
            int read;
            while (
                (
                    read = await ReadAsync(blob, () => source.ReadAsync(buffer, cancellationToken).AsTask())
                        .ConfigureAwait(false)
                ) > 0
            )
            {
                total += read;
                CheckLength(blob.Descriptor, total, total <= blob.Descriptor.Size);
                await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
            }

            CheckLength(blob.Descriptor, total, total == blob.Descriptor.Size);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task<T> ReadAsync<T>(Blob blob, Func<Task<T>> read)
    {
        try
        {
            return await read().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ContainerizeException(
                DiagnosticTable.FileUnreadable,
                $"The content {blob.Descriptor.Digest} cannot be read: {exception.Message.TrimEnd('.')}. "
                    + "Publish again to have it made or fetched again.",
                exception
            );
        }
    }

    private static void CheckLength(Descriptor descriptor, long length, bool fits)
    {
        if (!fits)
            throw new ContainerizeException(
                DiagnosticTable.SizeMismatch,
                $"The content {descriptor.Digest} should be {descriptor.Size} bytes long and {length} came. "
                    + "Fetch or build it again."
            );
    }
}
