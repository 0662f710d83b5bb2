using System.Text;
using Containerize.Core.Tests.Stores.Registries;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Projects.Platforms;
using Containerize.Stores;
using Containerize.Stores.Archives;
using Containerize.Stores.Layouts;
using Containerize.Stores.Registries.Client;
using Containerize.Stores.Registries.Pull;
using Containerize.Stores.Registries.Push;
using Containerize.TestKit.Registries;

namespace Containerize.Core.Tests.Stores;

/// <summary>Images for two platforms on their way into each kind of place.</summary>
public sealed class ImageSetSinkTests : RegistryTest, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static ImageSet Set =>
        ImageSet.Of(TestImage.Of("shared", "one"), TestImage.Of(TestImage.Arm64, "shared", "two"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_layout_holds_an_index_and_each_platform_is_found_in_it()
    {
        var report = await new OciLayoutSink(_folder["layout"], [.. TestImage.Names("acme/app:1.0")]).PushAsync(
            Set,
            Cancelled
        );
        var source = new OciLayoutSource(new ImageLocation(_folder["layout"], "1.0"));
        Assert.Equal(["shared", "one"], await (await source.PullAsync()).LayerTextsAsync());
        Assert.Equal(["shared", "two"], await (await source.PullAsync(TestImage.Arm64)).LayerTextsAsync());
        Assert.Equal(3, report.Layers.Count);
        // Index, two manifests, two configs, three layers.
        Assert.Equal(8, Directory.GetFiles(_folder["layout/blobs/sha256"]).Length);
        var index = ImageIndex.Parse(
            await File.ReadAllBytesAsync(_folder["layout/index.json"], Cancelled),
            MediaTypes.OciIndex,
            "The index"
        );
        Assert.Equal(
            (Set.Digest, (Platform?)null),
            (index.Manifests.Single().Digest, index.Manifests.Single().Platform)
        );
    }

    [Fact]
    public async Task One_image_that_takes_the_tag_of_several_leaves_nothing_of_them()
    {
        var sink = new OciLayoutSink(_folder["layout"], [.. TestImage.Names("acme/app:1.0")]);
        await sink.PushAsync(Set, Cancelled);
        await sink.PushAsync(TestImage.Of("shared", "three"), Cancelled);
        Assert.Equal(4, Directory.GetFiles(_folder["layout/blobs/sha256"]).Length);
    }

    [Theory]
    [InlineData("amd64")]
    [InlineData("arm64")]
    public async Task A_tarball_offers_the_machine_its_own_image_and_all_to_who_reads_the_index(string machine)
    {
        var platform = new Platform("linux", machine);
        await new ArchiveSink(_folder["image.tar"], [.. TestImage.Names("acme/app:1.0")], platform).PushAsync(
            Set,
            Cancelled
        );
        using var source = await ArchiveSource.OpenAsync(
            new ImageLocation(_folder["image.tar"], "1.0"),
            _folder["temporary"],
            Cancelled
        );
        Assert.Equal(["shared", "one"], await (await source.PullAsync()).LayerTextsAsync());
        Assert.Equal(["shared", "two"], await (await source.PullAsync(TestImage.Arm64)).LayerTextsAsync());
        var entries = Entries(_folder["image.tar"]);
        Assert.Equal(entries.Count, entries.Select(entry => entry.Name).Distinct().Count());
        Assert.Contains(
            Set.For(platform).Config.Digest.Hex,
            entries.Single(entry => entry.Name == "manifest.json").Text,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain(
            Set.Images.Single(image => image.Digest != Set.For(platform).Digest).Config.Digest.Hex,
            entries.Single(entry => entry.Name == "manifest.json").Text,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_registry_gets_the_index_after_its_manifests_and_what_is_shared_once()
    {
        await using var registry = await TestRegistry.StartAsync();
        using var client = new RegistryClient(Options);
        var report = await new RegistrySink(registry.Authority, App, ["1.0", "latest"], client).PushAsync(
            Set,
            Cancelled
        );
        var manifests = registry
            .Seen.Where(seen => seen.Method == "PUT" && seen.Path.Contains("/manifests/", StringComparison.Ordinal))
            .Select(seen => seen.Path);
        Assert.Equal(
            [.. Set.Images.Select(image => image.Digest.ToString()), Set.Digest.ToString(), "1.0", "latest"],
            manifests.Select(path => path.Split('/')[^1])
        );
        Assert.Equal(5, registry.Seen.Count(seen => seen.Method == "POST"));
        Assert.All(report.Layers.Values, fate => Assert.Equal(BlobFate.Sent, fate));
        var pulled = await new RegistrySource(
            ImageReference.Parse($"{registry.Authority}/{App}:latest"),
            client
        ).PullAsync(TestImage.Arm64, Cancelled);
        Assert.Equal(Set.For(TestImage.Arm64).Digest, pulled.Digest);
    }

    [Fact]
    public async Task An_index_that_is_there_is_only_tagged()
    {
        await using var registry = await TestRegistry.StartAsync();
        using var client = new RegistryClient(Options);
        await new RegistrySink(registry.Authority, App, ["1.0"], client).PushAsync(Set, Cancelled);
        registry.Seen.Clear();
        var report = await new RegistrySink(registry.Authority, App, ["2.0"], client).PushAsync(Set, Cancelled);
        Assert.Equal(
            [$"/v2/{App}/manifests/2.0"],
            registry.Seen.Where(seen => seen.Method == "PUT").Select(seen => seen.Path)
        );
        Assert.All(report.Layers.Values, fate => Assert.Equal(BlobFate.AlreadyThere, fate));
    }

    [Fact]
    public async Task Images_of_platforms_wait_without_their_base_and_come_back_with_its_layers_out_of_their_source()
    {
        var image = await WaitAsync(TestImage.Of("base"));
        Assert.False(
            File.Exists(Path.Combine(_folder["waiting"], "blobs/sha256", image.Layers[0].Blob.Descriptor.Digest.Hex))
        );
        var source = new HeldImage(TestImage.Of("base"));
        var back = await new PlatformImage(TestImage.Amd64, _folder["waiting"], source).ReadAsync(Cancelled);
        Assert.Equal(image.Digest, back.Digest);
        Assert.Equal([Layer.BaseName, "app"], back.Layers.Select(each => each.Name));
        Assert.Equal(["base", "app"], await back.LayerTextsAsync());
    }

    [Fact]
    public async Task An_image_of_ours_can_be_the_base_and_its_layers_stay_those_of_a_base()
    {
        var image = await WaitAsync(
            TestImage.Of().With(TestImage.Layer("below"), DateTimeOffset.UnixEpoch, History.OfLayer("below"))
        );
        var source = new HeldImage(
            TestImage.Of().With(TestImage.Layer("below"), DateTimeOffset.UnixEpoch, History.OfLayer("below"))
        );
        var back = await new PlatformImage(TestImage.Amd64, _folder["waiting"], source).ReadAsync(Cancelled);
        Assert.Equal(image.Digest, back.Digest);
        Assert.Equal([Layer.BaseName, "app"], back.Layers.Select(each => each.Name));
    }

    [Fact]
    public async Task A_base_that_changed_since_is_an_error()
    {
        await WaitAsync(TestImage.Of("base"));
        await TestImage.FailsAsync(
            DiagnosticTable.BaseChanged,
            () =>
                new PlatformImage(
                    TestImage.Amd64,
                    _folder["waiting"],
                    new HeldImage(TestImage.Of("another"))
                ).ReadAsync(Cancelled)
        );
    }

    // As a source gives a base: every layer is called that, from any builder.
    private async Task<Image> WaitAsync(Image based)
    {
        var pulled = await new HeldImage(based).PullAsync(TestImage.Amd64, Cancelled);
        var image = pulled.With(
            TestImage.Layer("app") with
            {
                Name = "app",
            },
            DateTimeOffset.UnixEpoch,
            History.OfLayer("app")
        );
        await PlatformImage.Sink(_folder["waiting"]).PushAsync(image, Cancelled);
        return image;
    }

    private sealed class HeldImage(Image image) : IImageSource
    {
        public string Name => "held";

        public Task<Image> PullAsync(Platform platform, CancellationToken cancellationToken) =>
            Task.FromResult(Image.Of(image.Manifest, image.Config, image.Layers.Select(layer => layer.Blob), Name));
    }

    private static List<(string Name, string Text)> Entries(string tarball)
    {
        var entries = new List<(string, string)>();
        using var tar = new System.Formats.Tar.TarReader(File.OpenRead(tarball));
        while (tar.GetNextEntry() is { } entry)
        {
            using var text = new MemoryStream();
            entry.DataStream?.CopyTo(text);
            entries.Add((entry.Name, Encoding.UTF8.GetString(text.ToArray())));
        }

        return entries;
    }
}
