using Containerize.Images;

namespace Containerize.Layers.Caching;

/// <summary>Where a layer was had from.</summary>
public enum LayerOrigin
{
    /// <summary>It was made in this run.</summary>
    Built,

    /// <summary>From the cache folder.</summary>
    Cache,
}

/// <summary>A layer of the project, and where it was had from.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Origin">Where from.</param>
public sealed record CachedLayer(Layer Layer, LayerOrigin Origin)
{
    /// <summary>The layers of an image, each with the project's own that it is. The project's lie above all others; of
    /// none, nothing is known.</summary>
    public static IEnumerable<(Layer Layer, CachedLayer? Made)> Join(Image image, IReadOnlyList<CachedLayer> own)
    {
        var below = image.Layers.Length - own.Count;
        return image.Layers.Select((layer, index) => (layer, index < below ? null : own[index - below]));
    }
}
