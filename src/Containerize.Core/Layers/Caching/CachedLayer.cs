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
public sealed record CachedLayer(Layer Layer, LayerOrigin Origin);
