using Containerize.Images;

namespace Containerize.Stores;

/// <summary>An image under the name that the user gave it, as it was when it was pinned: its tag may mean another by
/// now.</summary>
/// <param name="named">What the user named.</param>
/// <param name="exact">The image that is meant.</param>
internal sealed class PinnedSource(IImageSource named, IImageSource exact) : IImageSource
{
    public string Name => named.Name;

    public ImageReference? Reference => named.Reference;

    public ImageFreshness? Freshness => exact.Freshness;

    /// <inheritdoc/>
    public Task<Image> PullAsync(Platform platform, CancellationToken cancellationToken) =>
        exact.PullAsync(platform, cancellationToken);
}
