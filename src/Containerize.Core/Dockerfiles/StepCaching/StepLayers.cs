using System.Collections.Concurrent;
using Containerize.Diagnostics;
using Containerize.Entries;
using Containerize.Images;
using Containerize.Layers;
using Containerize.Layers.Caching;

namespace Containerize.Dockerfiles.StepCaching;

/// <summary>
/// The bytes of the layers that steps made. A layer is a tar as it is, which the steps after it read, and is compressed
/// once it is known to be part of an image: most layers of a build with several stages never are. Either form is made
/// of the other when one is damaged or gone.
/// </summary>
/// <param name="places">Where they lie.</param>
/// <param name="encoding">How layers of images are stored.</param>
/// <param name="time">The clock that the cache goes by.</param>
internal sealed class StepLayers(LayerPlaces places, LayerEncoding encoding, TimeProvider time) : IDisposable
{
    private const string Kind = "stored";

    private static readonly LayerEncoding Plain = new(LayerCompression.None, null);

    private readonly ConcurrentDictionary<Digest, Lazy<Task<Layer>>> _stored = new();
    private readonly ConcurrentDictionary<Digest, bool> _own = new();
    private readonly CancellationTokenSource _end = new();
    private readonly SharedLayers _shared = new(places);

    /// <summary>Writes the layer of a step.</summary>
    /// <param name="name">The step.</param>
    /// <param name="entries">What it holds.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    /// <exception cref="ContainerizeException">CTZ0012 or CTZ0014 for a file that changed or cannot be read, CTZ0007
    /// for the folders.</exception>
    public Layer Write(string name, IReadOnlyList<LayerEntry> entries, CancellationToken cancellationToken)
    {
        var plan = new PlannedLayer(name, [.. entries]);
        var (written, failure) = places
            .MakeAsync(
                stream =>
                    Task.FromResult(new LayerWriter(places.WorkFolder, Plain).Write(plan, stream, cancellationToken)),
                made => made.Descriptor.Digest
            )
            .GetAwaiter()
            .GetResult();
        return written is not null ? Read(written.Descriptor, written.DiffId, name) : throw NotWritable(name, failure);
    }

    /// <summary>A layer that a step made before; null when it is there in no form.</summary>
    /// <param name="diffId">The digest of its tar.</param>
    /// <param name="size">The length of its tar in bytes.</param>
    /// <param name="name">The step.</param>
    public Layer? Find(Digest diffId, long size, string name)
    {
        var descriptor = Plain.Describe(diffId, size);
        if (places.Cache?.Has(descriptor) == true)
            places.Cache.Touch(diffId, time);
        else if (FindStored(diffId) is null)
            return null;
        return Read(descriptor, diffId, name);
    }

    /// <summary>A layer that another machine made. It is fetched when it is read.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="name">The step.</param>
    public Layer Take(SharedLayer layer, string name)
    {
        _shared.Add(layer);
        return Read(Plain.Describe(layer.DiffId, layer.Length), layer.DiffId, name);
    }

    /// <summary>A layer as an image has it: compressed, once in a build however often it is asked for. One of a base
    /// stays as it is.</summary>
    /// <exception cref="ContainerizeException">CTZ0007 for the folders, CTZ0136 when its bytes are damaged.</exception>
    public Task<Layer> StoreAsync(Layer layer) =>
        layer.Compression != LayerCompression.None
        || encoding.Compression == LayerCompression.None
        || !_own.ContainsKey(layer.DiffId)
            ? Task.FromResult(layer)
            : _stored
                .GetOrAdd(layer.DiffId, _ => new Lazy<Task<Layer>>(() => Task.Run(() => CompressAsync(layer))))
                .Value;

    /// <summary>Ends what is still being compressed, and waits for it: nothing is written to the folders
    /// afterwards.</summary>
    public async Task EndAsync()
    {
        await _end.CancelAsync().ConfigureAwait(false);
        foreach (var storing in _stored.Values)
            await storing
                .Value.ContinueWith(
                    _ => { },
                    CancellationToken.None,
                    TaskContinuationOptions.ExecuteSynchronously,
                    TaskScheduler.Default
                )
                .ConfigureAwait(false);
    }

    public void Dispose() => _end.Dispose();

    private async Task<Layer> CompressAsync(Layer layer)
    {
        var shared = _shared.Find(layer.DiffId);
        var descriptor =
            FindStored(layer.DiffId)
            ?? (shared?.Format == encoding.Format ? Described(shared.Blob.Descriptor) : null)
            ?? await CompressAnewAsync(layer, _end.Token).ConfigureAwait(false)
            ?? throw Damaged(layer);
        return layer with
        {
            Blob = new Blob(descriptor, OpenStoredAsync)
            {
                Origin = shared?.Blob.Origin,
                BringAsync = shared is null ? null : token => FetchAsync(layer.DiffId, token),
            },
        };

        async Task<Stream> OpenStoredAsync(CancellationToken token)
        {
            await FetchAsync(layer.DiffId, token).ConfigureAwait(false);
            return (_shared.HasFetched(descriptor.Digest) ? places.Open(descriptor) : null)
                ?? await places.OpenVerifiedAsync(descriptor, token).ConfigureAwait(false)
                ?? (
                    await CompressAnewAsync(layer, token).ConfigureAwait(false) is { } again
                    && again.Digest == descriptor.Digest
                        ? await places.OpenVerifiedAsync(descriptor, token).ConfigureAwait(false)
                        : null
                )
                ?? throw Damaged(layer);
        }
    }

    private Descriptor Described(Descriptor stored) => encoding.Describe(stored.Digest, stored.Size);

    // What another machine made, checked; nothing for what this one did.
    private async Task<Descriptor?> FetchAsync(Digest diffId, CancellationToken cancellationToken)
    {
        if (_shared.Find(diffId) is null)
            return null;
        if (FindStored(diffId) is { } known)
            return known;
        // Not noted: how others stored the tar counts only in builds that name their place.
        return await _shared.FetchAsync(diffId, cancellationToken).ConfigureAwait(false);
    }

    // Null when the tar is damaged or gone.
    private async Task<Descriptor?> CompressAnewAsync(Layer layer, CancellationToken cancellationToken)
    {
        var isThere = true;
        var (written, failure) = await places
            .MakeAsync(
                async stream =>
                {
                    try
                    {
                        await using var tar = await OpenPlainAsync(layer, cancellationToken).ConfigureAwait(false);
                        isThere = tar is not null;
                        return tar is null ? null : LayerWriter.Encode(tar, encoding, stream, cancellationToken);
                    }
                    catch (ContainerizeException) when (_shared.Find(layer.DiffId) is null)
                    {
                        isThere = false;
                        return null;
                    }
                },
                made => made?.Descriptor.Digest
            )
            .ConfigureAwait(false);
        if (written is null)
            return isThere ? throw NotWritable(layer.Name, failure) : null;
        KeepStored(written.DiffId, written.Descriptor);
        return written.Descriptor;
    }

    private async Task<Stream?> OpenPlainAsync(Layer layer, CancellationToken cancellationToken) =>
        places.Open(Plain.Describe(layer.DiffId, layer.Blob.Descriptor.Size))
        ?? (
            _shared.Find(layer.DiffId) is null
                ? null
                : await DecompressAsync(layer, cancellationToken).ConfigureAwait(false)
        );

    private void KeepStored(Digest diffId, Descriptor stored) =>
        places.Cache?.WriteRecord(
            Kind,
            StoredKey(diffId),
            new LayerRecord(diffId, stored.Digest, stored.Size).ToString()
        );

    private Descriptor? FindStored(Digest diffId)
    {
        if (
            LayerRecord.Parse(places.Cache?.ReadRecord(Kind, StoredKey(diffId), time)) is not { } record
            || record.DiffId != diffId
        )
            return null;
        var descriptor = encoding.Describe(record.Digest, record.Size);
        if (!places.Cache!.Has(descriptor))
            return null;
        places.Cache.Touch(record.Digest, time);
        return descriptor;
    }

    private string StoredKey(Digest diffId) => StepKey.Of(encoding.Format, diffId.ToString()).Hex;

    private Layer Read(Descriptor plain, Digest diffId, string name)
    {
        _own[diffId] = true;
        Layer layer = null!;
        return layer = new Layer(
            new Blob(
                plain,
                async cancellationToken =>
                    await places.OpenVerifiedAsync(plain, cancellationToken).ConfigureAwait(false)
                    ?? await DecompressAsync(layer, cancellationToken).ConfigureAwait(false)
                    ?? throw Damaged(layer)
            ),
            diffId,
            name
        );
    }

    private async Task<Stream?> DecompressAsync(Layer layer, CancellationToken cancellationToken)
    {
        var fetched = await FetchAsync(layer.DiffId, cancellationToken).ConfigureAwait(false);
        if (
            (fetched ?? FindStored(layer.DiffId)) is not { } descriptor
            || await places.OpenVerifiedAsync(descriptor, cancellationToken).ConfigureAwait(false) is not { } stored
        )
            return null;
        var plain = await LayerEncoding
            .OpenPlainAsync(layer with { Blob = new Blob(descriptor, _ => Task.FromResult(stored)) }, cancellationToken)
            .ConfigureAwait(false);
        return new VerifyingStream(plain, layer.Blob.Descriptor, $"The layer of '{layer.Name}'");
    }

    private ContainerizeException NotWritable(string name, string failure) =>
        new(
            DiagnosticTable.OutputNotWritable,
            $"The layer of '{name}' cannot be written to '{places.WorkFolder}': {failure}"
        );

    private ContainerizeException Damaged(Layer layer) =>
        new(
            DiagnosticTable.CachedLayerDamaged,
            $"The layer {layer.DiffId} of '{layer.Name}' is no longer what it was when it was put into the "
                + $"cache '{places.Path}'. It was removed there: build again."
        );
}
