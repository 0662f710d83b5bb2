using Containerize.Stores;

namespace Containerize.Core.Tests.Stores;

public sealed class ScratchSourceTests
{
    [Fact]
    public async Task Scratch_has_no_layers_and_the_platform_that_is_asked_for()
    {
        var image = await new ScratchSource().PullAsync(TestImage.Arm64);
        Assert.Equal(
            ("scratch", 0, TestImage.Arm64),
            (new ScratchSource().Name, image.Layers.Length, image.Config.Platform)
        );
    }
}
