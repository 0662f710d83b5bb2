using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores;
using Containerize.Stores.Registries.Client;
using Containerize.Stores.Registries.Pull;
using Containerize.Stores.Registries.Push;
using Containerize.TestKit.Images;
using Containerize.TestKit.Registries;

namespace Containerize.Core.Tests.Stores.Registries.Push;

public sealed class RegistrySinkTests : RegistryTest
{
    private static readonly Image SomeImage = TestImages.Create("some", 100_000, 3, 2_000_000);

    [Fact]
    public async Task A_pushed_image_is_there_whole_under_all_its_tags()
    {
        await using var registry = await TestRegistry.StartAsync();
        var report = await PushAsync(registry, SomeImage, tags: ["1.0", "latest"]);
        AssertHolds(registry, SomeImage, "1.0");
        AssertHolds(registry, SomeImage, "latest");
        Assert.All(report.Layers.Values, fate => Assert.Equal(BlobFate.Sent, fate));
        Assert.Equal($"{registry.Authority}/{App}:1.0, {registry.Authority}/{App}:latest", report.Destination);
    }

    [Fact]
    public async Task Blobs_come_before_the_manifest_and_the_digest_before_the_tags()
    {
        await using var registry = await TestRegistry.StartAsync();
        await PushAsync(registry, SomeImage, tags: ["1.0", "latest"]);
        var puts = registry.Seen.Where(seen => seen.Method == "PUT").ToList();
        Assert.Equal(4, puts.FindLastIndex(seen => seen.Path.Contains("/blobs/", StringComparison.Ordinal)) + 1);
        Assert.Equal(
            [$"/v2/{App}/manifests/{SomeImage.Digest}", $"/v2/{App}/manifests/1.0", $"/v2/{App}/manifests/latest"],
            puts.Skip(4).Select(seen => seen.Path)
        );
    }

    [Fact]
    public async Task What_the_registry_has_is_not_sent_again()
    {
        await using var registry = await TestRegistry.StartAsync();
        await PushAsync(registry, TestImages.Create("some", 100_000));
        registry.Seen.Clear();
        var report = await PushAsync(registry, SomeImage);
        Assert.Equal(
            [BlobFate.AlreadyThere, BlobFate.Sent, BlobFate.Sent],
            SomeImage.Layers.Select(layer => report.Layers[layer.Blob.Descriptor.Digest])
        );
        Assert.Equal(3, registry.Seen.Count(seen => seen.Method == "POST"));
    }

    [Fact]
    public async Task Of_an_image_that_is_there_only_the_tags_are_set()
    {
        await using var registry = await TestRegistry.StartAsync();
        await PushAsync(registry, SomeImage);
        registry.Seen.Clear();
        await PushAsync(registry, SomeImage, tags: ["2.0"]);
        AssertHolds(registry, SomeImage, "2.0");
        Assert.Equal(
            [
                $"HEAD /v2/{App}/manifests/{SomeImage.Digest}",
                $"HEAD /v2/{App}/manifests/2.0",
                $"PUT /v2/{App}/manifests/2.0",
            ],
            registry.SeenLines.Where(line => !line.EndsWith("/v2/", StringComparison.Ordinal))
        );
    }

    [Fact]
    public async Task Of_an_image_that_is_there_under_its_tag_nothing_is_sent()
    {
        await using var registry = await TestRegistry.StartAsync();
        await PushAsync(registry, SomeImage);
        registry.Seen.Clear();
        await PushAsync(registry, SomeImage);
        AssertHolds(registry, SomeImage, "1.0");
        Assert.DoesNotContain(registry.Seen, seen => seen.Method is not ("GET" or "HEAD"));
    }

    [Fact]
    public async Task A_name_still_means_what_it_meant_until_somebody_moves_it()
    {
        await using var registry = await TestRegistry.StartAsync();
        await PushAsync(registry, SomeImage);
        using var client = new RegistryClient(Options);
        var names = new RegistrySink(registry.Authority, App, ["1.0"], client).FreshnessOf(SomeImage)!.Names;
        registry.Seen.Clear();
        Assert.True(await client.StillMeanAsync(names, Cancelled));
        Assert.Equal(
            [$"HEAD /v2/{App}/manifests/1.0"],
            registry.SeenLines.Where(line => !line.EndsWith("/v2/", StringComparison.Ordinal))
        );
        await PushAsync(registry, TestImages.Create("other", 10));
        Assert.False(await client.StillMeanAsync(names, Cancelled));
        await registry.DisposeAsync();
        Assert.False(await client.StillMeanAsync(names, Cancelled));
    }

    [Fact]
    public async Task A_layer_of_a_neighbour_is_mounted_and_its_bytes_are_never_fetched()
    {
        await using var registry = await TestRegistry.StartAsync();
        await registry.AddAsync("base/image", SomeImage, "1");
        using var client = new RegistryClient(Options);
        var pulled = await new RegistrySource(
            ImageReference.Parse($"{registry.Authority}/base/image:1"),
            client
        ).PullAsync(TestImages.Amd64, Cancelled);
        var image = pulled.With(TestImages.Layer("mine", 50), DateTimeOffset.UnixEpoch, "COPY");
        var report = await new RegistrySink(registry.Authority, App, ["1.0"], client).PushAsync(image, Cancelled);
        AssertHolds(registry, image);
        Assert.Equal(
            [BlobFate.Mounted, BlobFate.Mounted, BlobFate.Mounted, BlobFate.Sent],
            image.Layers.Select(layer => report.Layers[layer.Blob.Descriptor.Digest])
        );
        Assert.DoesNotContain(
            registry.Seen,
            seen =>
                seen.Method == "GET"
                && SomeImage.Layers.Any(layer => seen.Path.EndsWith(layer.DiffId.ToString(), StringComparison.Ordinal))
        );
    }

    [Fact]
    public async Task The_upload_goes_on_in_the_session_that_a_refused_mount_opened()
    {
        await using var registry = await TestRegistry.StartAsync();
        var layer = TestImages.Layer("elsewhere", 77);
        layer = layer with
        {
            Blob = layer.Blob with { Origin = new ImageReference(registry.Authority, "not/there", "1") },
        };
        var image = Image.Scratch(TestImages.Amd64).With(layer, DateTimeOffset.UnixEpoch, "COPY");
        var report = await PushAsync(registry, image);
        Assert.Equal(BlobFate.Sent, report.Layers.Single().Value);
        Assert.Equal(2, registry.Seen.Count(seen => seen.Method == "POST"));
    }

    [Fact]
    public async Task A_refused_tag_says_who_refused_what_and_why()
    {
        await using var registry = await TestRegistry.StartAsync(context =>
            context.Request.Method == "PUT"
            && context.Request.Path.Value!.EndsWith("/manifests/1.0", StringComparison.Ordinal)
                ? TestRegistry.RefuseAsync(context, 400, "TAG_INVALID", "tags here are immutable")
                : Task.FromResult(false)
        );
        await AssertFailsAsync(
            DiagnosticTable.RegistryRefused,
            () => PushAsync(registry, SomeImage),
            $"PUT {registry.Authority}/v2/{App}/manifests/1.0",
            "400 Bad Request",
            "TAG_INVALID: tags here are immutable"
        );
    }

    [Fact]
    public async Task After_a_refused_blob_there_is_no_manifest()
    {
        await using var registry = await TestRegistry.StartAsync(context =>
            context.Request.Method == "POST"
                ? TestRegistry.RefuseAsync(context, 404, "NAME_UNKNOWN", "repository name not known to registry")
                : Task.FromResult(false)
        );
        await AssertFailsAsync(
            DiagnosticTable.RegistryRefused,
            () => PushAsync(registry, SomeImage),
            "POST",
            "NAME_UNKNOWN",
            "create the repository"
        );
        Assert.Empty(registry.Manifests);
    }

    [Fact]
    public async Task An_index_comes_after_its_manifests()
    {
        await using var registry = await TestRegistry.StartAsync();
        using var client = new RegistryClient(Options);
        await new RegistrySink(registry.Authority, App, [], client).PushAsync(SomeImage, Cancelled);
        var index = ImageIndex.Create(
            ImageFormat.Oci,
            [SomeImage.Manifest.Descriptor with { Platform = TestImages.Amd64 }]
        );
        await new RegistrySink(registry.Authority, App, ["1.0"], client).PushAsync(index, Cancelled);
        Assert.Equal(SomeImage.Digest, (await PullAsync(registry)).Digest);
    }
}
