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
    private readonly ConcurrentDictionary<Digest, bool> _fetched = new();

    /// <summary>Remembers a layer; the first of a tar counts.</summary>
    public void Add(SharedLayer layer) =>
        _layers.TryAdd(layer.DiffId, (layer, new AsyncOnce<Descriptor>(token => FetchAsync(layer, token))));

    /// <summary>The layer of a tar; null for one that this machine made.</summary>
    public SharedLayer? Find(Digest diffId) => _layers.TryGetValue(diffId, out var known) ? known.Layer : null;

    /// <summary>The stored bytes of a layer that was added, after they are in their place and checked.</summary>
    /// <exception cref="ContainerizeException">What the layer's place is refused with.</exception>
    public Task<Descriptor> FetchAsync(Digest diffId, CancellationToken cancellationToken) =>
        _layers[diffId].Fetch.GetAsync(cancellationToken);

    /// <summary>Whether this build has checked stored bytes of another machine: they are checked while they are read,
    /// and need not be before that.</summary>
    public bool HasFetched(Digest stored) => _fetched.ContainsKey(stored);

    private async Task<Descriptor> FetchAsync(SharedLayer layer, CancellationToken cancellationToken)
    {
        try
        {
            var isHere = await IsHereAsync(layer, cancellationToken).ConfigureAwait(false);
            // Damaged bytes that cannot be removed lie in the way of those that are fetched.
            var isDamaged = !isHere && places.Has(layer.Blob.Descriptor);
            if (!isHere)
                await CopyAsync(layer, cancellationToken).ConfigureAwait(false);
            if (!isDamaged)
                _fetched[layer.Blob.Descriptor.Digest] = true;
            layer.Checked();
            return layer.Blob.Descriptor;
        }
        catch (ContainerizeException exception)
        {
            throw layer.Refused(exception);
        }
    }

    // Bytes that were damaged here say nothing of the other machine, and are fetched again.
    private async Task<bool> IsHereAsync(SharedLayer layer, CancellationToken cancellationToken)
    {
        if (
            await places.OpenVerifiedAsync(layer.Blob.Descriptor, cancellationToken).ConfigureAwait(false)
            is not { } here
        )
            return false;
        await CheckAsync(layer, here, null, cancellationToken).ConfigureAwait(false);
        return true;
    }

    // Written and unpacked in one go: each byte is looked at while it is at hand.
    private async Task CopyAsync(SharedLayer layer, CancellationToken cancellationToken)
    {
        var blob = layer.Blob;
        var (made, failure) = await places
            .MakeAsync<string>(
                async file =>
                {
                    var fetched = await OpenAsync(blob, cancellationToken).ConfigureAwait(false);
                    await CheckAsync(layer, fetched, file, cancellationToken).ConfigureAwait(false);
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

    private static ContainerizeException Unreadable(Blob blob, Exception exception) =>
        new(
            DiagnosticTable.FileUnreadable,
            $"The layer {blob.Descriptor.Digest} cannot be read: {exception.Message}",
            exception
        );

    // What is named by a digest is that; which tar it holds is only a word until it was unpacked.
    private static async Task CheckAsync(
        SharedLayer layer,
        Stream stored,
        Stream? copy,
        CancellationToken cancellationToken
    )
    {
        await using var closed = stored.ConfigureAwait(false);
        var (blob, where) = (layer.Blob, $"The tar in the layer {layer.Blob.Descriptor.Digest}");
        await using var bytes = new WatchedStream(stored, copy, exception => Unreadable(blob, exception));
        ContainerizeException? damage = null;
        try
        {
            var opened = new Layer(blob with { OpenAsync = _ => Task.FromResult<Stream>(bytes) }, layer.DiffId, "");
            var plain = await LayerEncoding.OpenPlainAsync(opened, cancellationToken).ConfigureAwait(false);
            var tar = new Descriptor(MediaTypes.OciLayer, layer.DiffId, layer.Length);
            await using var checking = new VerifyingStream(plain, tar, where);
            await checking.CopyToAsync(Stream.Null, cancellationToken).ConfigureAwait(false);
        }
        catch (ContainerizeException exception)
        {
            damage = exception;
        }
        catch (Exception exception) when (Decompression.IsDamage(exception))
        {
            damage = new ContainerizeException(
                DiagnosticTable.DigestMismatch,
                $"{where} cannot be unpacked: {exception.Message}",
                exception
            );
        }

        // Where the bytes cannot be had, or are not those of the digest, this fails, and it is the reason of all else.
        await bytes.EndAsync(cancellationToken).ConfigureAwait(false);
        if (damage is not null)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(damage);
    }
}
