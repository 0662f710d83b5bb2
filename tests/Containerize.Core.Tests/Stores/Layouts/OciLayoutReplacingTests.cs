using System.Text.Json.Nodes;
using Containerize.Images;
using Containerize.Stores;
using Containerize.Stores.Layouts;

namespace Containerize.Core.Tests.Stores.Layouts;

/// <summary>What becomes of other images of a layout, and of what a replaced one leaves.</summary>
public sealed class OciLayoutReplacingTests : OciLayoutSinkTest
{
    [Fact]
    public async Task Images_under_other_tags_stay()
    {
        await Sink("app:1.0").PushAsync(TestImage.Of("one"));
        await Sink("app:2.0").PushAsync(TestImage.Of("two"));
        Assert.Equal(["one"], await (await Source("1.0").PullAsync()).LayerTextsAsync());
        Assert.Equal(["two"], await (await Source("app:2.0").PullAsync()).LayerTextsAsync());
    }

    [Fact]
    public async Task What_only_the_replaced_image_had_is_removed()
    {
        await Sink("app:latest").PushAsync(TestImage.Of("base", "old"));
        await Sink("app:latest").PushAsync(TestImage.Of("base", "new"));
        var fresh = new TemporaryFolder();
        using (fresh)
        {
            await new OciLayoutSink(fresh["layout"], [.. TestImage.Names("app:latest")]).PushAsync(
                TestImage.Of("base", "new")
            );
            Assert.Equal(fresh.Snapshot(), Folder.Snapshot());
        }
    }

    [Fact]
    public async Task What_another_tag_still_reaches_is_not_removed()
    {
        var old = TestImage.Of("base", "old");
        await Sink("app:1.0", "app:latest").PushAsync(old);
        await Sink("app:latest").PushAsync(TestImage.Of("base", "new"));
        var back = await Source("1.0").PullAsync();
        Assert.Equal((old.Digest, "base old"), (back.Digest, string.Join(' ', await back.LayerTextsAsync())));
    }

    [Fact]
    public async Task What_a_nested_index_or_a_subject_reaches_is_not_removed()
    {
        var old = TestImage.Of("old");
        await Sink("app:latest").PushAsync(old);
        var signature = Blob.FromBytes(
            "application/vnd.example.signature+json",
            OciJson.ToBytes(new JsonObject { ["subject"] = old.Manifest.Descriptor.ToJson() })
        );
        var index = ImageIndex.Create(ImageFormat.Oci, [signature.Descriptor]);
        await AddBlobAsync(signature);
        await AddBlobAsync(Blob.FromBytes(index.Descriptor.MediaType, index.Bytes));
        await EditIndexAsync(json => ((JsonArray)json["manifests"]!).Add(index.Descriptor.ToJson()));
        var kept = Folder.Blobs("layout");
        await Sink("app:latest").PushAsync(TestImage.Of("new"));
        Assert.Subset(Folder.Blobs("layout").ToHashSet(), kept.ToHashSet());
    }

    [Fact]
    public async Task Where_a_document_cannot_be_understood_nothing_is_removed()
    {
        await Sink("app:latest").PushAsync(TestImage.Of("old"));
        var strange = Blob.FromBytes("application/vnd.example+json", "no json"u8.ToArray());
        await AddBlobAsync(strange);
        await EditIndexAsync(json => ((JsonArray)json["manifests"]!).Add(strange.Descriptor.ToJson()));
        var kept = Folder.Blobs("layout");
        await Sink("app:latest").PushAsync(TestImage.Of("new"));
        Assert.Subset(Folder.Blobs("layout").ToHashSet(), kept.ToHashSet());
    }

    [Fact]
    public async Task A_blob_that_nothing_names_is_somebody_elses_and_stays()
    {
        await Sink("app:latest").PushAsync(TestImage.Of("old"));
        var foreign = Blob.FromBytes("x", "foreign"u8.ToArray());
        await AddBlobAsync(foreign);
        await Sink("app:latest").PushAsync(TestImage.Of("new"));
        Assert.Contains(foreign.Descriptor.Digest.Hex, Folder.Blobs("layout"));
    }

    [Fact]
    public async Task What_we_do_not_know_in_the_index_survives()
    {
        await Sink("app:1.0").PushAsync(TestImage.Of("one"));
        await EditIndexAsync(json =>
        {
            json["annotations"] = new JsonObject { ["org.example"] = "kept" };
            json["x-number"] = JsonNode.Parse("1.50");
            json["manifests"]![0]!["x-unknown"] = new JsonArray("a", null, true);
        });
        await Sink("app:2.0").PushAsync(TestImage.Of("two"));
        var index = await ReadAsync("index.json");
        Assert.Contains(
            "\"annotations\":{\"org.example\":\"kept\"},\"x-number\":1.50",
            index,
            StringComparison.Ordinal
        );
        Assert.Contains("\"x-unknown\":[\"a\",null,true]", index, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_replaced_image_keeps_its_place_and_is_there_once()
    {
        await Sink("app:a").PushAsync(TestImage.Of("a"));
        await Sink("app:b").PushAsync(TestImage.Of("b"));
        await EditIndexAsync(json => ((JsonArray)json["manifests"]!).Add(json["manifests"]![0]!.DeepClone()));
        await Sink("app:a").PushAsync(TestImage.Of("c"));
        var manifests = JsonNode.Parse(await ReadAsync("index.json"))!["manifests"]!.AsArray();
        Assert.Equal(
            ["a", "b"],
            manifests.Select(manifest => (string)manifest!["annotations"]!["org.opencontainers.image.ref.name"]!)
        );
        Assert.Equal(TestImage.Of("c").Digest.ToString(), (string)manifests[0]!["digest"]!);
    }

    [Fact]
    public async Task Of_several_names_with_one_tag_the_first_counts()
    {
        await Sink("one.example/app:1.0", "two.example/app:1.0").PushAsync(TestImage.Of("one"));
        Assert.Equal($"oci:{Folder["layout"]}:1.0", Source("1.0").Name);
        var names = JsonNode.Parse(await ReadAsync("index.json"))!["manifests"]!
            .AsArray()
            .Select(manifest => (string)manifest!["annotations"]!["io.containerd.image.name"]!);
        Assert.Equal(["one.example/app:1.0"], names);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_damaged_blob_does_not_survive(bool sameLength)
    {
        var image = TestImage.Of("one");
        await Sink("app:1.0").PushAsync(image);
        var path = Path.Combine(Folder["layout"], "blobs", "sha256", image.Layers[0].Blob.Descriptor.Digest.Hex);
        await File.WriteAllTextAsync(path, sameLength ? "0ne" : "on", TestContext.Current.CancellationToken);
        var report = await Sink("app:1.0").PushAsync(image);
        Assert.Equal(BlobFate.Written, report.Layers.Values.Single());
        Assert.Equal(["one"], await (await Source("1.0").PullAsync()).LayerTextsAsync());
    }

    private async Task AddBlobAsync(Blob blob) =>
        await File.WriteAllBytesAsync(
            Path.Combine(Folder["layout"], LayoutFormat.BlobName(blob.Descriptor.Digest)),
            await blob.BytesAsync(),
            TestContext.Current.CancellationToken
        );

    private async Task EditIndexAsync(Action<JsonObject> edit)
    {
        var json = JsonNode.Parse(await ReadAsync("index.json"))!.AsObject();
        edit(json);
        await File.WriteAllTextAsync(
            Path.Combine(Folder["layout"], "index.json"),
            json.ToJsonString(),
            TestContext.Current.CancellationToken
        );
    }
}
