using System.Collections.Immutable;
using Containerize.Caching;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Layers;
using Containerize.Packages;
using Containerize.Stores;

namespace Containerize;

/// <summary>The layers of a run.</summary>
public sealed partial record ContainerBuild
{
    private async Task<(ImmutableArray<CachedLayer> Layers, ImmutableArray<string> UnrunScripts, ContentHashes? Hashes)> GetLayersAsync(
        Image pulled, PackageInstallation? packages, LayerPlan plan, CancellationToken cancellationToken)
    {
        var encoding = new LayerEncoding(Settings.Compression, Settings.CompressionLevel);
        var writer = new LayerWriter(LayerPath, encoding, Progress);
        var hashes = Cache is null ? null : ContentHashes.Read(Path.Combine(LayerPath, "hashes.txt"), Time);
        var cache = Cache is null ? null : new LayerCache(Cache, writer, encoding, hashes!, FindReusableAsync, Time);
        var layers = ImmutableArray.CreateBuilder<CachedLayer>();
        var (below, unrun) = (pulled, ImmutableArray<string>.Empty);
        if (packages is { Packages.IsEmpty: false })
        {
            (var layer, unrun) = await GetPackagesAsync(packages, writer, cache, encoding, cancellationToken).ConfigureAwait(false);
            layers.Add(layer);
            below = pulled.With(layer.Layer, Settings.Created, layer.Layer.Name);
        }

        var planned = (await WithCertificatesAsync(plan, below, cancellationToken).ConfigureAwait(false)).Layers;
        // Side by side, each on a thread of its own: while one is read and hashed, others are compressed.
        layers.AddRange(await Task.WhenAll(planned.Select(layer => Task.Run(
            () => cache?.GetAsync(layer, cancellationToken) ?? Task.FromResult(new CachedLayer(writer.Write(layer, cancellationToken), LayerOrigin.Built)),
            cancellationToken))).ConfigureAwait(false));
        hashes?.Write();
        if (Cache is not null && layers.Any(layer => layer.Origin == LayerOrigin.Built))
            CachePruning.PruneHourly(Cache, CachePruning.DefaultLimit, Time);
        return (layers.ToImmutable(), unrun, hashes);
    }

    // What a tarball will hold of the base comes into the cache while the layers are made.
    private async Task FetchAheadAsync(Image pulled, CancellationToken cancellationToken)
    {
        if (Cache is not null && Sinks.Any(sink => sink.ReadsAllBlobs))
            await Parallel.ForEachAsync(pulled.Layers, cancellationToken, async (layer, token) =>
                await (await layer.Blob.OpenAsync(token).ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false)).ConfigureAwait(false);
    }

    private async Task<(CachedLayer Layer, ImmutableArray<string> UnrunScripts)> GetPackagesAsync(
        PackageInstallation packages, LayerWriter writer, LayerCache? cache, LayerEncoding encoding, CancellationToken cancellationToken)
    {
        if (cache is not null)
            return await new PackagesLayerCache(Cache!, cache, encoding, Time).GetAsync(packages, cancellationToken).ConfigureAwait(false);
        var unpacked = await packages.UnpackAsync(cancellationToken).ConfigureAwait(false);
        return (new CachedLayer(writer.Write(unpacked.Plan, cancellationToken), LayerOrigin.Built), unpacked.UnrunScripts);
    }

    private async Task<LayerPlan> WithCertificatesAsync(LayerPlan plan, Image below, CancellationToken cancellationToken)
    {
        if (!LocalCertificates.AreIn(Settings.Files))
            return plan;
        var system = Cache is null ? await BaseSystemReader.ReadAsync(below, cancellationToken).ConfigureAwait(false)
            : await new BaseSystemCache(Path.Combine(Cache.Path, "packages")).ReadAsync(below, cancellationToken).ConfigureAwait(false);
        return LocalCertificates.AddTo(plan, Settings.Files, system, Settings.Created);
    }

    private async Task<ReusableLayers> FindReusableAsync(CancellationToken cancellationToken)
    {
        var images = await Task.WhenAll(ReuseFrom.Select(source => FindAsync(source, cancellationToken))).ConfigureAwait(false);
        return ReusableLayers.Of(images.OfType<Image>());
    }

    // What is not there, or not to be had, only costs the work that it would have saved.
    private async Task<Image?> FindAsync(IImageSource source, CancellationToken cancellationToken)
    {
        try
        {
            return await source.PullAsync(Platform, cancellationToken).ConfigureAwait(false);
        }
        catch (ContainerizeException)
        {
            return null;
        }
    }
}
