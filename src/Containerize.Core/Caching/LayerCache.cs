using Containerize.Images;
using Containerize.Layers;

namespace Containerize.Caching;

/// <summary>
/// Makes layers, but only those that were not made before: by the key of what goes in, from the cache folder, or from an
/// image that a registry holds already. What it gives is byte for byte what <see cref="LayerWriter"/> makes.
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
    private const string Kind = "layers";

    private ReusableLayers? _reusable;

    /// <summary>The layer, from wherever it can be had for the least work, and where that was.</summary>
    /// <exception cref="Diagnostics.ContainerizeException">CTZ0012 or CTZ0014 for a file that changed or cannot be read, CTZ0007 for the project's own folder.</exception>
    public async Task<CachedLayer> GetAsync(PlannedLayer plan, CancellationToken cancellationToken)
    {
        var key = LayerKey.Of(plan, encoding, hashes);
        var record = LayerRecord.Parse(folder.ReadRecord(Kind, key.Hex, time));
        if (record is not null && folder.Has(new Descriptor(encoding.MediaType, record.Digest, record.Size)))
        {
            folder.Touch(record.Digest, time);
            return new CachedLayer(Lazily(plan, record), LayerOrigin.Cache);
        }

        _reusable ??= await findReusable(cancellationToken).ConfigureAwait(false);
        if (_reusable.Find(plan, encoding, record?.DiffId, cancellationToken) is { } held)
            return new CachedLayer(Lazily(plan, held), LayerOrigin.Registry);
        var written = writer.Write(plan, cancellationToken);
        return new CachedLayer(Keep(written, key), LayerOrigin.Built);
    }

    private Layer Keep(Layer written, LayerKey key)
    {
        var descriptor = written.Blob.Descriptor;
        if (!folder.Take(writer.PathOf(written.Name), descriptor.Digest))
            return written;
        folder.WriteRecord(Kind, key.Hex, new LayerRecord(written.DiffId, descriptor.Digest, descriptor.Size).ToString());
        return written;
    }

    // A sink that has the blob never asks for its bytes. One that asks gets those of the cache if they are sound, and
    // else they are made again from the same files, which must give the same digest.
    private Layer Lazily(PlannedLayer plan, LayerRecord record)
    {
        var descriptor = encoding.Describe(record.Digest, record.Size);
        return new Layer(new Blob(descriptor, OpenAsync), record.DiffId, plan.Name);

        async Task<Stream> OpenAsync(CancellationToken cancellationToken)
        {
            if (await folder.OpenAsync(descriptor, cancellationToken).ConfigureAwait(false) is { } stream)
                return stream;
            var again = writer.Write(plan, cancellationToken);
            folder.Take(writer.PathOf(plan.Name), again.Blob.Descriptor.Digest);
            return new Stores.VerifyingStream(
                await again.Blob.OpenAsync(cancellationToken).ConfigureAwait(false), descriptor, $"The layer '{plan.Name}'");
        }
    }
}
