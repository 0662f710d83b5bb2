using Containerize.Diagnostics;
using Containerize.Dockerfiles.SharedCache;
using Containerize.Images;

namespace Containerize.Core.Tests.Dockerfiles.SharedCache;

/// <summary>What may be the name of a cache, and the one that is proposed.</summary>
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

    [Theory]
    [InlineData("oci:steps", "CTZ0449", "place on this machine")]
    [InlineData("archive:steps.tar", "CTZ0449", "--cache-dir")]
    [InlineData("daemon:shop:cache", "CTZ0449", "place on this machine")]
    [InlineData("type=registry,ref=oci:steps:cache", "CTZ0449", "place on this machine")]
    [InlineData("scratch", "CTZ0449", "lies in a registry")]
    [InlineData("./steps:cache", "CTZ0449", "--cache-dir")]
    [InlineData("~/steps:cache", "CTZ0449", "--cache-dir")]
    [InlineData("docker://registry.example/shop:cache", "CTZ0001", "registry.example/shop:cache")]
    [InlineData("", "CTZ0449", "it is empty")]
    public void A_place_on_this_machine_is_no_name_in_Docker_Hub(string text, string code, string advice)
    {
        foreach (var isWritten in new[] { true, false })
        {
            var failure = Assert.Throws<ContainerizeException>(() => CacheAddress.Parse(text, "--cache-to", isWritten));
            Assert.Equal(code, failure.Diagnostic.Code);
            Assert.Contains(advice, failure.Message, StringComparison.Ordinal);
        }
    }
}
