using Containerize.Images;

namespace Containerize.Stores;

/// <summary>
/// An image under the name that the user gave it, by the digest that was checked; a name that means another image by
/// now is worth a new check.
/// </summary>
/// <param name="named">What the user named.</param>
/// <param name="exact">The image that was checked.</param>
/// <param name="root">What the name meant when it was checked.</param>
internal sealed class VerifiedSource(IImageSource named, IImageSource exact, Digest root) : IImageSource
{
    public string Name => named.Name;

    public ImageReference? Reference => named.Reference;

    public ImageFreshness? Freshness =>
        named.Reference is { Digest: null } reference
            ? new([], [new NamedDigest(reference, root, ThroughMirrors: true)])
            : exact.Freshness;

    /// <inheritdoc/>
    public Task<Image> PullAsync(Platform platform, CancellationToken cancellationToken) =>
        exact.PullAsync(platform, cancellationToken);
}
