using System.Collections.Immutable;
using Containerize.Images;
using Containerize.Layers.Caching;
using Containerize.Reporting;
using Containerize.Stores;
using Containerize.TestKit.Images;

namespace Containerize.Core.Tests.Reporting;

public sealed class LayerFatesTests
{
    [Fact]
    public void A_layer_of_the_project_with_the_bytes_of_a_layer_of_the_base_is_the_one_that_was_built()
    {
        var image = TestImages.Create("base", 100);
        var same = image.Layers[0];
        image = image.With(same, DateTimeOffset.UnixEpoch, "COPY");
        var report = new PushReport(
            "registry",
            ImmutableDictionary<Digest, BlobFate>.Empty.Add(same.Blob.Descriptor.Digest, BlobFate.AlreadyThere)
        );
        Assert.Equal(
            ["already there", "built, already there"],
            LayerFates.OfEach(image, [report], [new CachedLayer(same, LayerOrigin.Built)])
        );
    }
}
