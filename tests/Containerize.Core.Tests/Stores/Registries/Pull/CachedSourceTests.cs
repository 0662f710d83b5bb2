using Containerize.Caching;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores.Registries.Client;
using Containerize.Stores.Registries.Pull;
using Containerize.TestKit.Images;
using Containerize.TestKit.Registries;

namespace Containerize.Core.Tests.Stores.Registries.Pull;

public sealed class CachedSourceTests : RegistryTest, IDisposable
{
    private readonly string _cache = Directory.CreateTempSubdirectory("containerize-bases-").FullName;

    public void Dispose() => Directory.Delete(_cache, recursive: true);

    private static Image Some => TestImages.Create("base", 3000, 200_000);

    [Fact]
    public async Task What_was_fetched_once_is_not_fetched_again_and_a_tag_is_only_asked()
    {
        await using var registry = await StartAsync();
        var first = await PullWholeAsync(registry);
        registry.Seen.Clear();
        var again = await PullWholeAsync(registry);
        Assert.Equal(["HEAD /v2/base/image/manifests/1"], Lines(registry));
        Assert.Equal(first.Digest, again.Digest);
        Assert.Equal(first.Config.Bytes.ToArray(), again.Config.Bytes.ToArray());
        Assert.All(
            again.Layers,
            layer => Assert.Equal($"{registry.Authority}/base/image:1", layer.Blob.Origin?.ToString())
        );
    }

    [Fact]
    public async Task What_has_a_digest_needs_no_registry()
    {
        await using var registry = await StartAsync();
        await PullWholeAsync(registry, $"@{Some.Digest}");
        registry.Seen.Clear();
        await PullWholeAsync(registry, $"@{Some.Digest}");
        Assert.Empty(Lines(registry));
    }

    [Fact]
    public async Task A_tag_that_moved_is_pulled()
    {
        await using var registry = await StartAsync();
        await PullWholeAsync(registry);
        var other = TestImages.Create("another", 50);
        await registry.AddAsync("base/image", other, "1");
        Assert.Equal(other.Digest, (await PullWholeAsync(registry)).Digest);
        Assert.Equal(other.Digest, (await PullWholeAsync(registry)).Digest);
    }

    [Fact]
    public async Task Offline_the_cache_is_all_there_is()
    {
        await using var registry = await StartAsync();
        await AssertFailsAsync(
            DiagnosticTable.BaseOffline,
            () => PullWholeAsync(registry, isOffline: true),
            "ContainerOffline",
            "base/image"
        );
        Assert.Empty(Lines(registry));
        await PullWholeAsync(registry);
        registry.Seen.Clear();
        await PullWholeAsync(registry, isOffline: true);
        Assert.Empty(Lines(registry));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task What_is_damaged_in_the_cache_is_fetched_again(int which)
    {
        await using var registry = await StartAsync();
        await PullWholeAsync(registry);
        foreach (var file in Directory.GetFiles(_cache, "*", SearchOption.AllDirectories))
        {
            if (which == 0)
                File.Delete(file);
            else if (which == 1)
                await File.WriteAllTextAsync(file, "x", Cancelled);
            else
                Flip(file);
        }

        // Of a damaged file of the right length the reader hears at its end, and who reads again has it whole.
        for (var attempt = 1; attempt <= 1 + Some.Layers.Length; attempt++)
        {
            try
            {
                await PullWholeAsync(registry);
            }
            catch (ContainerizeException exception)
                when (which == 2 && exception.Diagnostic == DiagnosticTable.DigestMismatch) { }
        }

        registry.Seen.Clear();
        await PullWholeAsync(registry);
        Assert.Equal(["HEAD /v2/base/image/manifests/1"], Lines(registry));
    }

    [Fact]
    public async Task A_cache_that_cannot_be_written_costs_speed_only()
    {
        await using var registry = await StartAsync();
        Directory.Delete(_cache);
        await File.WriteAllTextAsync(_cache, "a file where the folder should be", Cancelled);
        await PullWholeAsync(registry);
        await PullWholeAsync(registry);
        File.Delete(_cache);
        Directory.CreateDirectory(_cache);
    }

    private static async Task<TestRegistry> StartAsync()
    {
        var registry = await TestRegistry.StartAsync();
        await registry.AddAsync("base/image", Some, "1");
        return registry;
    }

    private async Task<Image> PullWholeAsync(TestRegistry registry, string name = ":1", bool isOffline = false)
    {
        using var client = new RegistryClient(Options);
        var source = new CachedSource(
            new RegistrySource(ImageReference.Parse($"{registry.Authority}/base/image{name}"), client),
            client,
            new CacheFolder(_cache),
            isOffline,
            TimeProvider.System
        );
        var image = await source.PullAsync(TestImages.Amd64, Cancelled);
        foreach (var layer in image.Layers)
            Assert.Equal(layer.Blob.Descriptor.Digest, Digest.Of(await TestImages.BytesAsync(layer.Blob)));
        return image;
    }

    private static string[] Lines(TestRegistry registry) =>
        [.. registry.SeenLines.Where(line => !line.EndsWith("/v2/", StringComparison.Ordinal))];

    private static void Flip(string file)
    {
        var bytes = File.ReadAllBytes(file);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(file, bytes);
    }
}
