using Containerize.Caching;
using Containerize.Images;
using Containerize.Stores;
using Containerize.Stores.Registries.Client;
using Containerize.Stores.Registries.Push;
using Containerize.TestKit.Images;
using Containerize.TestKit.Registries;

namespace Containerize.Core.Tests.Stores.Registries.Push;

public sealed class CachedSinkTests : RegistryTest, IDisposable
{
    private readonly string _cache = Directory.CreateTempSubdirectory("containerize-sent-").FullName;

    public void Dispose() => Directory.Delete(_cache, recursive: true);

    [Fact]
    public async Task A_layer_that_went_to_one_repository_is_mounted_into_the_next()
    {
        await using var registry = await TestRegistry.StartAsync();
        await PushAsync(registry, "one", "shared", "first");
        var report = await PushAsync(registry, "two", "shared", "second");
        Assert.Equal([BlobFate.Mounted, BlobFate.Sent], report.Layers.Values.Order().Reverse());
    }

    [Fact]
    public async Task A_layer_that_is_not_where_it_was_is_sent()
    {
        await using var registry = await TestRegistry.StartAsync();
        await PushAsync(registry, "one", "shared");
        registry.Blobs.Clear();
        Assert.Equal([BlobFate.Sent], (await PushAsync(registry, "two", "shared")).Layers.Values);
    }

    [Fact]
    public async Task Of_many_that_have_a_layer_in_common_one_sends_it()
    {
        await using var registry = await TestRegistry.StartAsync();
        var reports = await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(number => Task.Run(() => PushAsync(registry, $"app{number}", "shared", $"own{number}")))
        );
        Assert.Equal(1 + 8, reports.Sum(report => report.Layers.Values.Count(fate => fate == BlobFate.Sent)));
        Assert.Equal(7, reports.Sum(report => report.Layers.Values.Count(fate => fate == BlobFate.Mounted)));
    }

    private async Task<PushReport> PushAsync(TestRegistry registry, string repository, params string[] layers)
    {
        var image = layers.Aggregate(
            Image.Scratch(TestImages.Amd64),
            (image, name) => image.With(TestImages.Layer(name, 5_000), DateTimeOffset.UnixEpoch, "ADD")
        );
        using var client = new RegistryClient(Options);
        var sink = new RegistrySink(registry.Authority, repository, ["1"], client);
        return await new CachedSink(
            sink,
            registry.Authority,
            repository,
            new CacheFolder(_cache),
            TimeProvider.System
        ).PushAsync(image, Cancelled);
    }
}
