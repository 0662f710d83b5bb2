using Containerize.Images;

namespace Containerize.Stores;

/// <summary>A place that an image comes from.</summary>
public interface IImageSource
{
    /// <summary>
    /// What a Dockerfile's <c>FROM</c> calls it: <c>scratch</c>, a full reference, or <c>oci:PATH:TAG</c> as buildah
    /// reads it.
    /// </summary>
    string Name { get; }

    /// <summary>The reference that anybody can find the image by; null for a place on this machine.</summary>
    ImageReference? Reference => null;

    /// <summary>What tells that the image that was pulled is still the one that is meant; null where only another pull
    /// know.</summary>
    ImageFreshness? Freshness => null;

    /// <summary>Reads the image for the platform: its manifest and config now, the bytes of its layers when they are
    /// opened.</summary>
    /// <exception cref="Diagnostics.ContainerizeException">Codes from CTZ0020 on; nothing else for what the place holds
    /// or does.</exception>
    Task<Image> PullAsync(Platform platform, CancellationToken cancellationToken);
}
