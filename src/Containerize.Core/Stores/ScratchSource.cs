using Containerize.Images;

namespace Containerize.Stores;

/// <summary>The image without layers that <c>FROM scratch</c> means; there is one for every platform.</summary>
public sealed class ScratchSource : IImageSource
{
    public string Name => "scratch";

    public ImageFreshness? Freshness => ImageFreshness.None;

    public Task<Image> PullAsync(Platform platform, CancellationToken cancellationToken) =>
        Task.FromResult(Image.Scratch(platform));
}
