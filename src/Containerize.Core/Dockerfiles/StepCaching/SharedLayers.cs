using System.Collections.Concurrent;
using Containerize.Compression;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.IO;
using Containerize.Layers;

namespace Containerize.Dockerfiles.StepCaching;

/// <summary>
/// Layers of a build that other machines made. One is fetched when its bytes are read, once, and counts only if its tar
/// is the one that its place says it is.
/// </summary>
/// <param name="places">Where fetched bytes are put.</param>
internal sealed class SharedLayers(LayerPlaces places)
{
    private readonly ConcurrentDictionary<Digest, (SharedLayer Layer, AsyncOnce<Descriptor> Fetch)> _layers = new();

    /// <summary>Remembers a layer; the first of a tar counts.</summary>
    public void Add(SharedLayer layer) =>
        _layers.TryAdd(layer.DiffId, (layer, new AsyncOnce<Descriptor>(token => FetchAsync(layer, token))));

    /// <summary>The layer of a tar; null for one that this machine made.</summary>
    public SharedLayer? Find(Digest diffId) => _layers.TryGetValue(diffId, out var known) ? known.Layer : null;

    /// <summary>The stored bytes of a layer that was added, after they are in their place and checked.</summary>
    /// <exception cref="ContainerizeException">What the layer's place is refused with.</exception>
    public Task<Descriptor> FetchAsync(Digest diffId, CancellationToken cancellationToken) =>
        _layers[diffId].Fetch.GetAsync(cancellationToken);

    private async Task<Descriptor> FetchAsync(SharedLayer layer, CancellationToken cancellationToken)
    {
        var stored = layer.Blob.Descriptor;
        try
        {
            if (await places.OpenVerifiedAsync(stored, cancellationToken).ConfigureAwait(false) is { } there)
                await there.DisposeAsync().ConfigureAwait(false);
            else
                await CopyAsync(layer.Blob, cancellationToken).ConfigureAwait(false);
            await CheckAsync(layer, cancellationToken).ConfigureAwait(false);
            layer.Checked();
            return stored;
        }
        catch (ContainerizeException exception)
        {
            throw layer.Refused(exception);
        }
    }

    private async Task CopyAsync(Blob blob, CancellationToken cancellationToken)
    {
        var (made, failure) = await places
            .MakeAsync<string>(
                async file =>
                {
                    await using var fetched = await OpenAsync(blob, cancellationToken).ConfigureAwait(false);
                    var buffer = new byte[1 << 17];
                    int read;
                    while ((read = await ReadAsync(blob, fetched, buffer, cancellationToken).ConfigureAwait(false)) > 0)
                        await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
                    return "whole";
                },
                _ => blob.Descriptor.Digest
            )
            .ConfigureAwait(false);
        if (made is null)
            throw new ContainerizeException(
                DiagnosticTable.OutputNotWritable,
                $"The layer {blob.Descriptor.Digest} cannot be written to '{places.Path}': {failure}"
            );
    }

    // Faults of the other side are no faults of the folder.
    private static async Task<Stream> OpenAsync(Blob blob, CancellationToken cancellationToken)
    {
        try
        {
            return await blob.OpenAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (IOException exception)
        {
            throw Unreadable(blob, exception);
        }
    }

    private static async Task<int> ReadAsync(
        Blob blob,
        Stream fetched,
        byte[] buffer,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await fetched.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException exception)
        {
            throw Unreadable(blob, exception);
        }
    }

    private static ContainerizeException Unreadable(Blob blob, Exception exception) =>
        new(
            DiagnosticTable.FileUnreadable,
            $"The layer {blob.Descriptor.Digest} cannot be read: {exception.Message}",
            exception
        );

    // What is named by a digest is that; which tar it holds is only a word until it was unpacked.
    private async Task CheckAsync(SharedLayer layer, CancellationToken cancellationToken)
    {
        var stored = layer.Blob.Descriptor;
        var bytes =
            places.Open(stored)
            ?? throw new ContainerizeException(DiagnosticTable.FileUnreadable, $"The layer {stored.Digest} is gone.");
        var where = $"The tar in the layer {stored.Digest}";
        try
        {
            var opened = new Layer(new Blob(stored, _ => Task.FromResult(bytes)), layer.DiffId, "");
            var plain = await LayerEncoding.OpenPlainAsync(opened, cancellationToken).ConfigureAwait(false);
            var tar = new Descriptor(MediaTypes.OciLayer, layer.DiffId, layer.Length);
            await using var checking = new VerifyingStream(plain, tar, where);
            await checking.CopyToAsync(Stream.Null, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (Decompression.IsDamage(exception))
        {
            throw new ContainerizeException(
                DiagnosticTable.DigestMismatch,
                $"{where} cannot be unpacked: {exception.Message}",
                exception
            );
        }
    }
}
