using System.Collections.Concurrent;
using System.Collections.Immutable;
using Containerize.Caching;
using Containerize.Images;

namespace Containerize.FileSystems;

/// <summary>
/// The files of the images that a build comes by. What a layer holds is listed once, also for other builds: an image
/// with one more layer takes over what is known.
/// </summary>
/// <param name="folder">The cache that keeps listings; null for none.</param>
/// <param name="time">The clock that the cache goes by.</param>
internal sealed class ImageFileSystemCache(CacheFolder? folder, TimeProvider time)
{
    private const string Kind = "listings";

    private readonly ConcurrentDictionary<string, Lazy<Task<ImageFiles>>> _views = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Digest, Lazy<Task<LayerListing>>> _listings = new();

    /// <summary>The files of some layers, lowest first.</summary>
    /// <exception cref="Diagnostics.ContainerizeException">As of <see cref="ImageFiles.ReadAsync"/>.</exception>
    public Task<ImageFiles> OfAsync(ImmutableArray<Layer> layers, CancellationToken cancellationToken) =>
        OnceAsync(_views, Key(layers, layers.Length), () => ReadAsync(layers, cancellationToken));

    /// <summary>The entries of a layer.</summary>
    /// <exception cref="Diagnostics.ContainerizeException">As of <see cref="LayerListing.ReadAsync"/>.</exception>
    public Task<LayerListing> ListAsync(Layer layer, CancellationToken cancellationToken) =>
        OnceAsync(_listings, layer.DiffId, () => ListAnewAsync(layer, cancellationToken));

    private async Task<ImageFiles> ReadAsync(ImmutableArray<Layer> layers, CancellationToken cancellationToken)
    {
        var (known, files) = (layers.Length - 1, ImageFiles.Empty);
        for (; known > 0; known--)
        {
            if (!_views.TryGetValue(Key(layers, known), out var view))
                continue;
            files = await view.Value.ConfigureAwait(false);
            break;
        }

        var more = new List<(Layer, LayerListing)>();
        foreach (var layer in layers.Skip(Math.Max(known, 0)))
            more.Add((layer, await ListAsync(layer, cancellationToken).ConfigureAwait(false)));
        return files.With(more);
    }

    private async Task<LayerListing> ListAnewAsync(Layer layer, CancellationToken cancellationToken)
    {
        if (LayerListing.Parse(folder?.ReadBytes(Kind, layer.DiffId.Hex, time)) is { } known)
            return known;
        var listing = await LayerListing
            .ReadAsync(layer, LayerListing.IsOfAccounts, cancellationToken)
            .ConfigureAwait(false);
        folder?.WriteBytes(Kind, layer.DiffId.Hex, listing.ToBytes());
        return listing;
    }

    private static string Key(ImmutableArray<Layer> layers, int count) =>
        string.Join(' ', layers.Take(count).Select(layer => layer.DiffId));

    // What failed, or was ended with the build that asked first, is tried again by who asks next.
    private static async Task<T> OnceAsync<TKey, T>(
        ConcurrentDictionary<TKey, Lazy<Task<T>>> known,
        TKey key,
        Func<Task<T>> make
    )
        where TKey : notnull
    {
        try
        {
            return await known.GetOrAdd(key, _ => new Lazy<Task<T>>(make)).Value.ConfigureAwait(false);
        }
        catch
        {
            known.TryRemove(key, out _);
            throw;
        }
    }
}
