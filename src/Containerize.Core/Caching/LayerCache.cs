using Containerize.Images;
using Containerize.Layers;
using Containerize.Stores;
using Containerize.Stores.Registries;

namespace Containerize.Caching;

/// <summary>
/// Makes layers, but only those that were not made before: by the key of what goes in, from the cache folder, or from an
/// image that a registry holds already, if it is large enough. What it gives is byte for byte what <see cref="LayerWriter"/> makes.
/// </summary>
/// <param name="folder">The cache.</param>
/// <param name="writer">Makes layers, into a folder of this project's own where the cache cannot hold them.</param>
/// <param name="encoding">How layers are stored.</param>
/// <param name="hashes">Tells the content of files.</param>
/// <param name="findReusable">Asks a registry what it holds already; only called when the cache does not have a layer, and once.</param>
/// <param name="time">The clock that files in the cache are marked by.</param>
public sealed class LayerCache(
    CacheFolder folder, LayerWriter writer, LayerEncoding encoding, ContentHashes hashes,
    Func<CancellationToken, Task<ReusableLayers>> findReusable, TimeProvider time)
{
    private const string Kind = "layers", DiffIds = "diff-ids";

    /// <summary>
    /// Packing fewer bytes than this takes less time than a registry takes to say what it has; and what the target repository
    /// has is not sent again either way.
    /// </summary>
    public const long WorthAsking = 1024 * 1024;

    /// <summary>How many bytes a layer's files must have for a registry to be asked about it.</summary>
    public long LeastReused { get; init; }

    private readonly AsyncOnce<ReusableLayers> _reusable = new(findReusable);

    /// <summary>The layer, from wherever it can be had for the least work, and where that was.</summary>
    /// <exception cref="Diagnostics.ContainerizeException">CTZ0012 or CTZ0014 for a file that changed or cannot be read, CTZ0007 for the project's own folder.</exception>
    public async Task<CachedLayer> GetAsync(PlannedLayer plan, CancellationToken cancellationToken)
    {
        var key = LayerKey.Of(plan, encoding, hashes);
        if (Find(plan, key, out var record) is { } known)
            return known;
        // Another process may be making just this layer, for another project that shares it.
        using var held = await CacheLock.TakeAsync(folder, key.Hex, cancellationToken).ConfigureAwait(false);
        if (Find(plan, key, out record) is { } made)
            return made;
        var reusable = plan.Size < LeastReused ? ReusableLayers.None : await _reusable.GetAsync(cancellationToken).ConfigureAwait(false);
        var diffId = record?.DiffId ?? KnownDiffId(key);
        if (reusable.Find(plan, encoding, diffId, cancellationToken) is (var there, var origin))
        {
            if (diffId is null)
                folder.WriteRecord(DiffIds, key.Hex, there.DiffId.ToString());
            var layer = Lazily(plan, there);
            return new CachedLayer(layer with { Blob = layer.Blob with { Origin = origin } }, LayerOrigin.Registry);
        }

        return new CachedLayer(await MakeAsync(plan, key, cancellationToken).ConfigureAwait(false), LayerOrigin.Built);
    }

    // What we computed ourselves; which blob a registry says it is, another project need not believe.
    private Digest? KnownDiffId(LayerKey key) => Digest.TryParse(folder.ReadRecord(DiffIds, key.Hex, time), out var digest) ? digest : null;

    private CachedLayer? Find(PlannedLayer plan, LayerKey key, out LayerRecord? record)
    {
        record = LayerRecord.Parse(folder.ReadRecord(Kind, key.Hex, time));
        if (record is null || !folder.Has(encoding.Describe(record.Digest, record.Size)))
            return null;
        folder.Touch(record.Digest, time);
        return new CachedLayer(Lazily(plan, record), LayerOrigin.Cache);
    }

    // In the cache if that takes it, else in the project's own folder.
    private async Task<Layer> MakeAsync(PlannedLayer plan, LayerKey key, CancellationToken cancellationToken)
    {
        var written = await folder.MakeAsync(
            stream => Task.FromResult(writer.Write(plan, stream, cancellationToken)), made => made.Descriptor.Digest).ConfigureAwait(false);
        if (written is null)
            return writer.Write(plan, cancellationToken);
        var record = new LayerRecord(written.DiffId, written.Descriptor.Digest, written.Descriptor.Size);
        folder.WriteRecord(Kind, key.Hex, record.ToString());
        return Lazily(plan, record);
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
            await folder.MakeAsync(made => Task.FromResult(writer.Write(plan, made, cancellationToken)), made => made.Descriptor.Digest).ConfigureAwait(false);
            return folder.Open(descriptor) ?? new VerifyingStream(
                await writer.Write(plan, cancellationToken).Blob.OpenAsync(cancellationToken).ConfigureAwait(false), descriptor, $"The layer '{plan.Name}'");
        }
    }
}
