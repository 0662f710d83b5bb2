using System.Collections.Immutable;
using Containerize.Caching;
using Containerize.IO;
using Containerize.Layers;
using Containerize.Layers.Caching;
using Containerize.Packages;
using Containerize.Publishing.Ahead;
using Containerize.Publishing.Layering;

namespace Containerize.Publishing;

/// <summary>Makes the layers of a run, or finds them made: in the cache, or in a registry.</summary>
internal sealed class LayerMaker
{
    private readonly CacheFolder? _folder;
    private readonly LayersAhead? _ahead;
    private readonly TimeProvider _time;
    private readonly LayerEncodings _encodings;
    private readonly string _layerPath;
    private readonly IProgress<WorkProgress> _progress;
    private int _built;

    /// <param name="layerPath">The full path of a folder of ours for the finished layers.</param>
    /// <param name="encodings">How layers are compressed.</param>
    /// <param name="cache">Where finished layers are kept; null for nowhere.</param>
    /// <param name="ahead">What packs layers while the project is compiled; null for nothing.</param>
    /// <param name="progress">Receives the progress of packing.</param>
    /// <param name="time">The clock that the cache goes by.</param>
    public LayerMaker(
        string layerPath,
        LayerEncodings encodings,
        CacheFolder? cache,
        LayersAhead? ahead,
        IProgress<WorkProgress> progress,
        TimeProvider time
    )
    {
        (_encodings, _layerPath, _folder, _ahead, _progress, _time) = (
            encodings,
            layerPath,
            cache,
            ahead,
            progress,
            time
        );
        if (cache is null)
            return;
        Hashes = ContentHashes.Read(Path.Combine(layerPath, "hashes.txt"), time);
        if (ahead?.Hashes is { } known)
            Hashes.LearnFrom(known);
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
        if (CacheOf(LayerNames.Packages) is { } cache)
            return await new PackagesLayerCache(_folder!, cache, _encodings.Of(LayerNames.Packages), _time)
                .GetAsync(packages, cancellationToken)
                .ConfigureAwait(false);
        var unpacked = await packages.UnpackAsync(cancellationToken).ConfigureAwait(false);
        return (
            new CachedLayer(WriterOf(LayerNames.Packages).Write(unpacked.Plan, cancellationToken), LayerOrigin.Built),
            unpacked.UnrunScripts
        );
    }

    /// <summary>The layers of a plan, lowest first.</summary>
    public async Task<ImmutableArray<CachedLayer>> MakeAsync(LayerPlan plan, CancellationToken cancellationToken)
    {
        if (_ahead is { } ahead && _folder is not null)
            ahead.Claim(
                await Task.WhenAll(
                        plan.Layers.Select(layer =>
                            Task.Run(() => CacheOf(layer.Name)!.KeyOf(layer, cancellationToken), cancellationToken)
                        )
                    )
                    .ConfigureAwait(false)
            );
        // Side by side, each on a thread of its own: while one is read and hashed, others are compressed.
        var layers = await Task.WhenAll(
                plan.Layers.Select(layer =>
                    Task.Run(
                        () =>
                            CacheOf(layer.Name) is { } cache
                                ? GetAsync(layer, cache, cancellationToken)
                                : Task.FromResult(
                                    new CachedLayer(
                                        WriterOf(layer.Name).Write(layer, cancellationToken),
                                        LayerOrigin.Built
                                    )
                                ),
                        cancellationToken
                    )
                )
            )
            .ConfigureAwait(false);
        _built += layers.Count(layer => layer.Origin == LayerOrigin.Built);
        return [.. layers];
    }

    private LayerWriter WriterOf(string layer) => new(_layerPath, _encodings.Of(layer), _progress);

    // Null without a cache.
    private LayerCache? CacheOf(string layer) =>
        _folder is null ? null : new(_folder, WriterOf(layer), _encodings.Of(layer), Hashes!, _time);

    // What was packed while the project was compiled was made in this run.
    private async Task<CachedLayer> GetAsync(PlannedLayer plan, LayerCache cache, CancellationToken cancellationToken)
    {
        var layer = await cache.GetAsync(plan, cancellationToken).ConfigureAwait(false);
        return _ahead?.HasMade(cache.KeyOf(plan, cancellationToken)) == true
            ? layer with
            {
                Origin = LayerOrigin.Built,
            }
            : layer;
    }

    /// <summary>Remembers what was read, and makes room in the cache if it grew.</summary>
    public void Finish()
    {
        Hashes?.Write();
        if (_folder is not null && _built > 0)
            CachePruning.PruneHourly(_folder, CachePruning.DefaultLimit, _time);
    }
}
