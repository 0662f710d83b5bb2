using System.Collections.Immutable;
using Containerize.Caching;
using Containerize.Layers;
using Containerize.Layers.Caching;
using Containerize.Packages;
using Containerize.Publishing.Layering;

namespace Containerize.Publishing;

/// <summary>Makes the layers of a run, or finds them made: in the cache, or in a registry.</summary>
internal sealed class LayerMaker
{
    private readonly ContainerBuild _build;
    private readonly LayerEncoding _encoding;
    private readonly LayerWriter _writer;
    private readonly LayerCache? _cache;
    private int _built;

    /// <param name="build">The run.</param>
    public LayerMaker(ContainerBuild build)
    {
        _build = build;
        _encoding = new LayerEncoding(build.Settings.Compression, build.Settings.CompressionLevel);
        _writer = new LayerWriter(build.LayerPath, _encoding, build.Progress);
        if (build.Cache is null)
            return;
        Hashes = ContentHashes.Read(Path.Combine(build.LayerPath, "hashes.txt"), build.Time);
        if (build.Ahead?.Hashes is { } ahead)
            Hashes.LearnFrom(ahead);
        _cache = new LayerCache(build.Cache, _writer, _encoding, Hashes, build.Time);
    }

    /// <summary>What is known of the files that went into layers; null without a cache.</summary>
    public ContentHashes? Hashes { get; }

    /// <summary>The layer of packages, and those of them with scripts whose effect
    /// is missing.</summary>
    public async Task<(CachedLayer Layer, ImmutableArray<string> UnrunScripts)> MakeAsync(
        PackageInstallation packages,
        CancellationToken cancellationToken
    )
    {
        if (_cache is not null)
            return await new PackagesLayerCache(_build.Cache!, _cache, _encoding, _build.Time)
                .GetAsync(packages, cancellationToken)
                .ConfigureAwait(false);
        var unpacked = await packages.UnpackAsync(cancellationToken).ConfigureAwait(false);
        return (
            new CachedLayer(_writer.Write(unpacked.Plan, cancellationToken), LayerOrigin.Built),
            unpacked.UnrunScripts
        );
    }

    /// <summary>The layers of a plan, lowest first.</summary>
    public async Task<ImmutableArray<CachedLayer>> MakeAsync(LayerPlan plan, CancellationToken cancellationToken)
    {
        if (_build.Ahead is { } ahead && _cache is { } keys)
            ahead.Claim(
                await Task.WhenAll(plan.Layers.Select(layer => Task.Run(() => keys.KeyOf(layer), cancellationToken)))
                    .ConfigureAwait(false)
            );
        // Side by side, each on a thread of its own: while one is read and hashed, others are compressed.
        var layers = await Task.WhenAll(
                plan.Layers.Select(layer =>
                    Task.Run(
                        () =>
                            _cache is null
                                ? Task.FromResult(
                                    new CachedLayer(_writer.Write(layer, cancellationToken), LayerOrigin.Built)
                                )
                                : GetAsync(layer, _cache, cancellationToken),
                        cancellationToken
                    )
                )
            )
            .ConfigureAwait(false);
        _built += layers.Count(layer => layer.Origin == LayerOrigin.Built);
        return [.. layers];
    }

    // What was packed while the project was compiled was made in this run.
    private async Task<CachedLayer> GetAsync(PlannedLayer plan, LayerCache cache, CancellationToken cancellationToken)
    {
        var layer = await cache.GetAsync(plan, cancellationToken).ConfigureAwait(false);
        return _build.Ahead?.HasMade(cache.KeyOf(plan)) == true ? layer with { Origin = LayerOrigin.Built } : layer;
    }

    /// <summary>Remembers what was read, and makes room in the cache if it grew.</summary>
    public void Finish()
    {
        Hashes?.Write();
        if (_build.Cache is not null && _built > 0)
            CachePruning.PruneHourly(_build.Cache, CachePruning.DefaultLimit, _build.Time);
    }
}
