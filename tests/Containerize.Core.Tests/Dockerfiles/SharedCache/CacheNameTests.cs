using Containerize.Diagnostics;
using Containerize.Dockerfiles.SharedCache;
using Containerize.Images;

namespace Containerize.Core.Tests.Dockerfiles.SharedCache;

/// <summary>The name that is proposed for a cache.</summary>
public sealed class CacheNameTests
{
    [Fact]
    public void A_name_that_is_free_is_found_beside_all_usual_ones()
    {
        var images = new[] { "cache", "steps", "cache2" }.Select(tag => ImageReference.Parse($"shop:{tag}"));
        var failure = Assert.Throws<ContainerizeException>(() =>
            CacheAddress.RefuseImages(
                [CacheAddress.Parse("shop:cache", "--cache-to", isWritten: true)],
                images,
                "--cache-to"
            )
        );
        Assert.Contains("such as 'docker.io/library/shop:cache3'", failure.Message, StringComparison.Ordinal);
    }
}
