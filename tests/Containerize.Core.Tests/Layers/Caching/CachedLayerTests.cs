using Containerize.Images;
using Containerize.Layers.Caching;
using Containerize.TestKit.Images;

namespace Containerize.Core.Tests.Layers.Caching;

/// <summary>Which layers of an image are the project's own.</summary>
public sealed class CachedLayerTests
{
    // The base was made of the same files, by this product: neither names nor digests tell its layers from the new
    // ones.
    [Fact]
    public void A_layer_of_the_base_that_equals_an_own_one_is_not_taken_for_it()
    {
        var layer = TestImages.Layer("app", 10);
        var image = Image
            .Scratch(TestImages.Amd64)
            .With(layer, DateTimeOffset.UnixEpoch, "ADD app.tar /")
            .With(layer, DateTimeOffset.UnixEpoch, "ADD app.tar /");
        var own = new CachedLayer(layer, LayerOrigin.Built);
        Assert.Equal([null, own], CachedLayer.Join(image, [own]).Select(pair => pair.Made));
        Assert.Equal([null, null], CachedLayer.Join(image, []).Select(pair => pair.Made));
    }
}
