using System.Text;
using System.Text.Json.Nodes;
using Containerize.Caching;
using Containerize.Core.Tests.Stores;
using Containerize.Core.Tests.Stores.Registries;
using Containerize.Images;
using Containerize.Publishing;
using Containerize.Publishing.Settings;
using Containerize.Stores;
using Containerize.Stores.Registries.Client;
using Containerize.Stores.Registries.Pull;
using Containerize.Stores.Registries.Push;
using Containerize.TestKit.Images;
using Containerize.TestKit.Registries;

namespace Containerize.Core.Tests.Layers.Caching;

/// <summary>Runs on machines with an empty cache, beside a registry in which somebody else's images lie.</summary>
public sealed class ReusableLayersTests : RegistryTest, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public ReusableLayersTests()
    {
        Directory.CreateDirectory(_folder["publish/wwwroot"]);
        File.WriteAllText(_folder["publish/app.dll"], new string('a', 2_000_000));
        File.WriteAllText(_folder["publish/wwwroot/site.css"], "body {}");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_layer_that_an_attacker_put_under_our_diff_id_gets_into_no_image()
    {
        await using var registry = await TestRegistry.StartAsync();
        var clean = await RunAsync(registry, App);
        var evil = await AttackAsync(registry, clean.Image);

        // The attacker's image is what the target's tag means, and the first that layers may be mounted from.
        var next = await RunAsync(registry, App, $"{App}:1.0");
        Assert.Equal(clean.Image.Digest, next.Image.Digest);
        Assert.Equal(clean.Image.Manifest.Bytes.ToArray(), registry.Manifests[(App, "1.0")].Bytes);
        Assert.DoesNotContain(evil, next.Image.Layers.Select(layer => layer.Blob.Descriptor.Digest));
    }

    [Fact]
    public async Task A_layer_with_the_digest_of_ours_is_mounted_and_one_that_only_claims_it_is_not()
    {
        await using var registry = await TestRegistry.StartAsync();
        var clean = await RunAsync(registry, App);
        await AttackAsync(registry, clean.Image);

        var other = await RunAsync(registry, "team/other", $"{App}:1.0");
        Assert.Equal(clean.Image.Digest, other.Image.Digest);
        var fates = Assert.Single(other.Reports).Layers;
        // The attacker's image has the upper layer of ours and, in place of the lower one, bytes of its own.
        Assert.Equal(
            [BlobFate.Sent, BlobFate.Mounted],
            other.Image.Layers.Select(layer => fates[layer.Blob.Descriptor.Digest])
        );
        Assert.Equal(clean.Image.Digest, (await RunAsync(registry, "team/third", $"{App}:gone")).Image.Digest);
    }

    private async Task<ContainerBuildResult> RunAsync(
        TestRegistry registry,
        string repository,
        params string[] reuseFrom
    )
    {
        using var client = new RegistryClient(Options);
        var machine = Guid.NewGuid().ToString("N");
        return await new ContainerBuild
        {
            Base = new ScratchSource(),
            Platform = TestImages.Amd64,
            PublishPath = _folder["publish"],
            Index = new([]),
            Settings = new ContainerSettings { Command = new CommandSettings { AppCommand = ["/app/app"] } },
            LayerPath = _folder[machine + "/obj"],
            Cache = new CacheFolder(_folder[machine + "/cache"]),
            ReuseFrom =
            [
                .. reuseFrom.Select(name => new RegistrySource(
                    ImageReference.Parse($"{registry.Authority}/{name}"),
                    client
                )),
            ],
            Sinks = [new RegistrySink(registry.Authority, repository, ["1.0"], client)],
        }.RunAsync(Cancelled);
    }

    // Keeps the config, and so the diff ids, and the annotation that says how the layer was made; the bytes are others.
    private static async Task<Digest> AttackAsync(TestRegistry registry, Image image)
    {
        var evil = Encoding.UTF8.GetBytes("no layer of ours");
        var manifest = JsonNode.Parse(image.Manifest.Bytes.Span)!;
        var layer = manifest["layers"]![0]!;
        Assert.NotNull(layer["annotations"]?["containerize.layer-format"]);
        layer["digest"] = registry.AddBlob(App, evil).ToString();
        layer["size"] = evil.Length;
        registry.AddManifest(App, MediaTypes.OciManifest, Encoding.UTF8.GetBytes(manifest.ToJsonString()), "1.0");
        using var client = new RegistryClient(Options);
        // An image that a registry client takes for one: what the attack relies on.
        var taken = await new RegistrySource(ImageReference.Parse($"{registry.Authority}/{App}:1.0"), client).PullAsync(
            TestImages.Amd64,
            Cancelled
        );
        Assert.Equal(image.Layers[0].DiffId, taken.Layers[0].DiffId);
        return Digest.Of(evil);
    }
}
