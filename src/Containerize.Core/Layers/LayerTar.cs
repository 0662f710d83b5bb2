using Containerize.Compression;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Tar;

namespace Containerize.Layers;

/// <summary>A layer read from its first entry to its last.</summary>
internal static class LayerTar
{
    /// <summary>Shows every entry of a layer; the receiver may read the entry's content during the call.</summary>
    /// <param name="layer">The layer; its bytes are checked against its diff id, after the last entry was
    /// shown.</param>
    /// <param name="visit">Called for each entry, in the archive's order.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ContainerizeException">CTZ0024 when it is no tar, CTZ0022 when it is another; the codes of its
    /// source.</exception>
    public static async Task ReadAsync(
        Layer layer,
        Action<TarItem, TarItemReader> visit,
        CancellationToken cancellationToken
    )
    {
        var plain = await LayerEncoding.OpenPlainAsync(layer, cancellationToken).ConfigureAwait(false);
        await using (plain.ConfigureAwait(false))
            await Task.Run(() => Read(layer, plain, visit, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    private static void Read(
        Layer layer,
        Stream plain,
        Action<TarItem, TarItemReader> visit,
        CancellationToken cancellationToken
    )
    {
        Digest digest;
        try
        {
            using var buffered = new BufferedStream(plain, 1 << 17);
            using var reader = new TarItemReader(buffered);
            while (reader.Read() is { } item)
            {
                cancellationToken.ThrowIfCancellationRequested();
                visit(item, reader);
            }

            digest = reader.Finish();
        }
        catch (Exception exception) when (Decompression.IsDamage(exception))
        {
            throw new ContainerizeException(
                DiagnosticTable.InvalidManifest,
                $"The layer {layer.Blob.Descriptor.Digest} of the image cannot be read: "
                    + $"{exception.Message.TrimEnd('.')}. Fetch or build the image again.",
                exception
            );
        }

        if (digest != layer.DiffId)
            throw new ContainerizeException(
                DiagnosticTable.DigestMismatch,
                $"The layer {layer.Blob.Descriptor.Digest} of the image is, decompressed, {digest}, and its "
                    + $"configuration says {layer.DiffId}. "
                    + "The image was put together wrongly, or was tampered with: fetch or build it again."
            );
    }
}
