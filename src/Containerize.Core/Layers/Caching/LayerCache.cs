using Containerize.Caching;
using Containerize.Diagnostics;
using Containerize.Images;

namespace Containerize.Layers.Caching;

/// <summary>
/// Makes layers, but only those that are not in the cache folder under the key of what goes in. What it gives is byte
/// for byte what <see cref="LayerWriter"/> makes. No registry is asked: what one says of a layer proves nothing about
/// its bytes.
/// </summary>
/// <param name="folder">The cache.</param>
/// <param name="writer">Makes layers, into a folder of this project's own where the cache cannot hold them.</param>
/// <param name="encoding">How layers are stored.</param>
/// <param name="hashes">Tells the content of files.</param>
/// <param name="time">The clock that files in the cache are marked by.</param>
public sealed class LayerCache(
    CacheFolder folder,
    LayerWriter writer,
    LayerEncoding encoding,
    ContentHashes hashes,
    TimeProvider time
)
{
    private const string Kind = "layers";

    /// <summary>The layer, from wherever it can be had for the least work, and where that was.</summary>
    /// <exception cref="ContainerizeException">
    /// CTZ0012 or CTZ0014 for a file that changed or cannot be read, CTZ0007 for the project's own folder.
    /// </exception>
    public async Task<CachedLayer> GetAsync(PlannedLayer plan, CancellationToken cancellationToken)
    {
        plan = hashes.Pin(plan, cancellationToken);
        var key = LayerKey.Of(plan, encoding);
        if (Find(plan, key) is { } known)
            return known;
        // Another process may be making just this layer, for another project that shares it.
        using var held = await CacheLock.TakeAsync(folder, key.Hex, time, cancellationToken).ConfigureAwait(false);
        if (Find(plan, key) is { } made)
            return made;
        try
        {
            var layer = await MakeAsync(plan, key, cancellationToken).ConfigureAwait(false);
            return new CachedLayer(layer, LayerOrigin.Built);
        }
        catch (ContainerizeException exception) when (exception.Diagnostic == DiagnosticTable.FileChanged)
        {
            hashes.Forget();
            throw;
        }
    }

    /// <summary>What a layer is kept under: it follows from all that goes in, and reads what it has to.</summary>
    /// <exception cref="ContainerizeException">CTZ0012 or CTZ0014 for a file that cannot be read.</exception>
    internal LayerKey KeyOf(PlannedLayer plan, CancellationToken cancellationToken) =>
        LayerKey.Of(hashes.Pin(plan, cancellationToken), encoding);

    /// <summary>
    /// Makes a layer for a later run, unless the cache has it or another process makes it at this moment. Nothing is
    /// written outside of the cache, and nothing where that does not take the layer.
    /// </summary>
    /// <param name="plan">The layer.</param>
    /// <param name="begin">Gets the key before the layer is made; gives whether it still is to be made.</param>
    /// <param name="cancellationToken">Ends the making; nothing is left then.</param>
    /// <returns>Whether it was made.</returns>
    /// <exception cref="ContainerizeException">CTZ0012 or CTZ0014 for a file that changed or cannot be
    /// read.</exception>
    internal async Task<bool> MakeAheadAsync(
        PlannedLayer plan,
        Func<LayerKey, bool> begin,
        CancellationToken cancellationToken
    )
    {
        plan = hashes.Pin(plan, cancellationToken);
        var key = LayerKey.Of(plan, encoding);
        if (Find(plan, key) is not null)
            return false;
        using var held = CacheLock.TryTake(folder, key.Hex);
        return held is not null
            && Find(plan, key) is null
            && begin(key)
            && await KeepAsync(plan, key, cancellationToken).ConfigureAwait(false) is not null;
    }

    private CachedLayer? Find(PlannedLayer plan, LayerKey key)
    {
        if (
            LayerRecord.Parse(folder.ReadRecord(Kind, key.Hex, time)) is not { } record
            || !folder.Has(encoding.Describe(record.Digest, record.Size))
        )
            return null;
        folder.Touch(record.Digest, time);
        return new CachedLayer(Lazily(plan, record), LayerOrigin.Cache);
    }

    // In the cache if that takes it, else in the project's own folder.
    private async Task<Layer> MakeAsync(PlannedLayer plan, LayerKey key, CancellationToken cancellationToken) =>
        await KeepAsync(plan, key, cancellationToken).ConfigureAwait(false) is { } record
            ? Lazily(plan, record)
            : writer.Write(plan, cancellationToken);

    // What is recorded under the key was hashed for it: other bytes end the writing.
    private async Task<LayerRecord?> KeepAsync(PlannedLayer plan, LayerKey key, CancellationToken cancellationToken)
    {
        var written = await folder
            .MakeAsync(
                stream => Task.FromResult(writer.Write(plan, stream, cancellationToken)),
                made => made.Descriptor.Digest
            )
            .ConfigureAwait(false);
        if (written is null)
            return null;
        var record = new LayerRecord(written.DiffId, written.Descriptor.Digest, written.Descriptor.Size);
        folder.WriteRecord(Kind, key.Hex, record.ToString());
        return record;
    }

    // A sink that has the blob never asks for its bytes. One that asks gets those of the cache, and where they are gone
    // they are made again from the same files, which must give the same digest.
    private Layer Lazily(PlannedLayer plan, LayerRecord record)
    {
        var descriptor = encoding.Describe(record.Digest, record.Size);
        return new Layer(new Blob(descriptor, OpenAsync), record.DiffId, plan.Name);

        async Task<Stream> OpenAsync(CancellationToken cancellationToken)
        {
            if (folder.Open(descriptor) is { } stream)
                return stream;
            await folder
                .MakeAsync(
                    made => Task.FromResult(writer.Write(plan, made, cancellationToken)),
                    made => made.Descriptor.Digest
                )
                .ConfigureAwait(false);
            return folder.Open(descriptor)
                ?? new VerifyingStream(
                    await writer.Write(plan, cancellationToken).Blob.OpenAsync(cancellationToken).ConfigureAwait(false),
                    descriptor,
                    $"The layer '{plan.Name}'"
                );
        }
    }
}
