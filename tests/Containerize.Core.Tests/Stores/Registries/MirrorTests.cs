using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores.Registries.Client;
using Containerize.Stores.Registries.Pull;
using Containerize.TestKit.Images;
using Containerize.TestKit.Registries;

namespace Containerize.Core.Tests.Stores.Registries;

public sealed class MirrorTests : RegistryTest
{
    [Fact]
    public async Task An_image_comes_from_the_first_mirror_that_has_it()
    {
        var image = TestImages.Create("some", 1000);
        await using var empty = await TestRegistry.StartAsync();
        await using var broken = await TestRegistry.StartAsync(context =>
            TestRegistry.RefuseAsync(context, 403, "DENIED")
        );
        await using var mirror = await TestRegistry.StartAsync();
        await using var origin = await TestRegistry.StartAsync();
        await mirror.AddAsync("copies/app", image, "1.0");
        var options = Options with
        {
            Mirrors = reference =>
                [
                    .. new[] { empty, broken, mirror }.Select(place =>
                        reference with
                        {
                            Registry = place.Authority,
                            Repository = "copies/app",
                        }
                    ),
                    reference,
                ],
        };
        using var client = new RegistryClient(options);
        var source = new RegistrySource(ImageReference.Parse($"{origin.Authority}/app:1.0"), client);
        var pulled = await source.PullAsync(TestImages.Amd64, Cancelled);
        Assert.Equal((image.Digest, $"{origin.Authority}/app:1.0"), (pulled.Digest, source.Name));
        Assert.Equal(1000, (await TestImages.BytesAsync(pulled.Layers[0].Blob)).Length);
        Assert.Empty(origin.Seen);
        mirror.Manifests.Clear();
        await AssertFailsAsync(
            DiagnosticTable.ImageNotFound,
            () => source.PullAsync(TestImages.Amd64, Cancelled),
            origin.Authority
        );
    }
}
