using Containerize.Images;
using Containerize.Stores;

namespace Containerize.Core.Tests.Layers.Caching;

internal sealed record HookedSource(string Name, Image Image) : IImageSource
{
    public Task<Image> PullAsync(Platform platform, CancellationToken cancellationToken) => Task.FromResult(Image);
}
