using System.Text.Json.Nodes;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.IO;
using Containerize.Stores;
using Containerize.Stores.Layouts;

namespace Containerize.Core.Tests.Stores.Layouts;

public sealed class OciLayoutSinkTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_image_comes_back_as_it_was_stored()
    {
        var image = TestImage.Of("one", "two", "two");
        var report = await Sink("acme/app:1.0").PushAsync(image);
        var back = await Source("1.0").PullAsync();
        Assert.Equal(image.Digest, back.Digest);
        Assert.Equal(["one", "two", "two"], await back.LayerTextsAsync());
        Assert.Equal($"oci:{_folder["layout"]}:1.0", report.Destination);
        Assert.Equal(2, report.Layers.Count);
        Assert.All(report.Layers.Values, fate => Assert.Equal(BlobFate.Written, fate));
    }

    [Fact]
    public async Task A_new_layout_has_these_bytes()
    {
        var image = TestImage.Of(new Platform("linux", "arm", "v7"), "one");
        await Sink("acme/app:1.0", "acme/app:latest").PushAsync(image);
        Assert.Equal("{\"imageLayoutVersion\":\"1.0.0\"}", await ReadAsync("oci-layout"));
        Assert.Equal(
            "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"manifests\":["
                + Entry("1.0")
                + ","
                + Entry("latest")
                + "]}",
            await ReadAsync("index.json")
        );
        Assert.Equal(
            ["blobs", "index.json", "oci-layout"],
            Directory
                .GetFileSystemEntries(_folder["layout"])
                .Select(path => Path.GetFileName(path))
                .Order(StringComparer.Ordinal)
        );
        Assert.Equal(3, _folder.Blobs("layout").Length);

        string Entry(string tag) =>
            "{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"digest\":\""
            + image.Digest
            + "\",\"size\":"
            + image.Manifest.Descriptor.Size
            + ",\"platform\":{\"architecture\":\"arm\",\"os\":\"linux\",\"variant\":\"v7\"},\"annotations\":{"
            + "\"io.containerd.image.name\":\"docker.io/acme/app:"
            + tag
            + "\",\"org.opencontainers.image.ref.name\":\""
            + tag
            + "\"}}";
    }

    [Fact]
    public async Task Storing_an_image_twice_changes_nothing()
    {
        var image = TestImage.Of("one", "two");
        await Sink("app:1.0").PushAsync(image);
        var before = _folder.Snapshot();
        var report = await Sink("app:1.0").PushAsync(image);
        Assert.Equal(before, _folder.Snapshot());
        Assert.All(report.Layers.Values, fate => Assert.Equal(BlobFate.AlreadyThere, fate));
    }

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
            Assert.Equal(fresh.Snapshot(), _folder.Snapshot());
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
        var kept = _folder.Blobs("layout");
        await Sink("app:latest").PushAsync(TestImage.Of("new"));
        Assert.Subset(_folder.Blobs("layout").ToHashSet(), kept.ToHashSet());
    }

    [Fact]
    public async Task Where_a_document_cannot_be_understood_nothing_is_removed()
    {
        await Sink("app:latest").PushAsync(TestImage.Of("old"));
        var strange = Blob.FromBytes("application/vnd.example+json", "no json"u8.ToArray());
        await AddBlobAsync(strange);
        await EditIndexAsync(json => ((JsonArray)json["manifests"]!).Add(strange.Descriptor.ToJson()));
        var kept = _folder.Blobs("layout");
        await Sink("app:latest").PushAsync(TestImage.Of("new"));
        Assert.Subset(_folder.Blobs("layout").ToHashSet(), kept.ToHashSet());
    }

    [Fact]
    public async Task A_blob_that_nothing_names_is_somebody_elses_and_stays()
    {
        await Sink("app:latest").PushAsync(TestImage.Of("old"));
        var foreign = Blob.FromBytes("x", "foreign"u8.ToArray());
        await AddBlobAsync(foreign);
        await Sink("app:latest").PushAsync(TestImage.Of("new"));
        Assert.Contains(foreign.Descriptor.Digest.Hex, _folder.Blobs("layout"));
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
        Assert.Equal($"oci:{_folder["layout"]}:1.0", Source("1.0").Name);
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
        var path = Path.Combine(_folder["layout"], "blobs", "sha256", image.Layers[0].Blob.Descriptor.Digest.Hex);
        await File.WriteAllTextAsync(path, sameLength ? "0ne" : "on", TestContext.Current.CancellationToken);
        var report = await Sink("app:1.0").PushAsync(image);
        Assert.Equal(BlobFate.Written, report.Layers.Values.Single());
        Assert.Equal(["one"], await (await Source("1.0").PullAsync()).LayerTextsAsync());
    }

    public static TheoryData<string> Failures => ["shorter", "longer", "other", "unreadable", "coded", "cancelled"];

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task After_a_failure_a_new_layout_is_not_there(string failure)
    {
        await FailAsync(failure, TestImage.Of("one").WithBlob(Broken(failure)), "a/b/layout");
        Assert.Empty(_folder.Snapshot());
    }

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task After_a_failure_an_old_layout_is_as_it_was(string failure)
    {
        await Sink("app:1.0").PushAsync(TestImage.Of("one"));
        var before = _folder.Snapshot();
        await FailAsync(failure, TestImage.Of("one", "two").WithBlob(Broken(failure)), "layout");
        Assert.Equal(before, _folder.Snapshot());
    }

    [Fact]
    public async Task A_layout_is_a_folder_and_no_file()
    {
        await File.WriteAllTextAsync(_folder["layout"], "a file", TestContext.Current.CancellationToken);
        Assert.Contains(
            "folder",
            await TestImage.FailsAsync(
                DiagnosticTable.OutputNotWritable,
                () => Sink("app:1.0").PushAsync(TestImage.Of("one"))
            ),
            StringComparison.Ordinal
        );
        await TestImage.FailsAsync(
            DiagnosticTable.OutputNotWritable,
            () => SinkAt("layout/below", "app:1.0").PushAsync(TestImage.Of("one"))
        );
        Assert.Equal(["layout=612066696C65"], _folder.Snapshot());
    }

    [Theory]
    [InlineData("oci-layout", "{\"imageLayoutVersion\":\"2.0.0\"}", "CTZ0025")]
    [InlineData("oci-layout", "<html>", "CTZ0024")]
    [InlineData("index.json", "<html>", "CTZ0024")]
    [InlineData("index.json", "{\"manifests\":{}}", "CTZ0024")]
    [InlineData("index.json", "{\"manifests\":[{}]}", "CTZ0024")]
    [InlineData("index.json", "[]", "CTZ0024")]
    public async Task What_is_no_layout_is_left_alone(string file, string content, string code)
    {
        await Sink("app:1.0").PushAsync(TestImage.Of("one"));
        await File.WriteAllTextAsync(
            Path.Combine(_folder["layout"], file),
            content,
            TestContext.Current.CancellationToken
        );
        var before = _folder.Snapshot();
        var exception = await Assert.ThrowsAsync<ContainerizeException>(() =>
            Sink("app:2.0").PushAsync(TestImage.Of("two"))
        );
        Assert.Equal(code, exception.Diagnostic.Code);
        Assert.Equal(before, _folder.Snapshot());
    }

    [Fact]
    public async Task An_index_without_its_marker_is_left_alone()
    {
        Directory.CreateDirectory(_folder["layout"]);
        await File.WriteAllTextAsync(
            Path.Combine(_folder["layout"], "index.json"),
            "[\"of something else\"]",
            TestContext.Current.CancellationToken
        );
        var before = _folder.Snapshot();
        await TestImage.FailsAsync(DiagnosticTable.InvalidLayout, () => Sink("app:2.0").PushAsync(TestImage.Of("two")));
        Assert.Equal(before, _folder.Snapshot());
    }

    [Fact]
    public async Task Nothing_is_written_through_a_link_that_leaves_the_layout()
    {
        Directory.CreateDirectory(_folder["layout"]);
        Directory.CreateDirectory(_folder["elsewhere"]);
        Directory.CreateSymbolicLink(Path.Combine(_folder["layout"], "blobs"), _folder["elsewhere"]);
        await TestImage.FailsAsync(DiagnosticTable.InvalidLayout, () => Sink("app:2.0").PushAsync(TestImage.Of("two")));
        Assert.Empty(Directory.GetFileSystemEntries(_folder["elsewhere"]));
        Assert.Equal(
            ["blobs"],
            Directory.GetFileSystemEntries(_folder["layout"]).Select(path => Path.GetFileName(path))
        );
    }

    [Fact]
    public async Task Builds_side_by_side_all_find_their_image()
    {
        var tags = Enumerable.Range(0, 16).Select(i => $"t{i}").ToList();
        await Task.WhenAll(tags.Select(tag => Task.Run(() => Sink("app:" + tag).PushAsync(TestImage.Of("base", tag)))));
        foreach (var tag in tags)
            Assert.Equal(["base", tag], await (await Source(tag).PullAsync()).LayerTextsAsync());
    }

    [Fact]
    public async Task A_layout_that_somebody_writes_for_too_long_is_an_error()
    {
        await Sink("app:1.0").PushAsync(TestImage.Of("one"));
        var before = _folder.Snapshot();
        using (var files = new OutputFiles())
        using (await LayoutLock.ExclusiveAsync(_folder["layout"], files, TestContext.Current.CancellationToken))
        {
            await TestImage.FailsAsync(
                DiagnosticTable.OutputNotWritable,
                () =>
                    LayoutLock.ExclusiveAsync(
                        _folder["layout"],
                        files,
                        TestContext.Current.CancellationToken,
                        patience: 2
                    )
            );
            await TestImage.FailsAsync(
                DiagnosticTable.InvalidLayout,
                () => LayoutLock.SharedAsync(_folder["layout"], TestContext.Current.CancellationToken, patience: 2)
            );
        }

        Assert.Equal(before, _folder.Snapshot());
    }

    private static Func<CancellationToken, Task<Stream>> Broken(string failure) =>
        failure switch
        {
            "shorter" => _ => Task.FromResult<Stream>(new MemoryStream("promise"u8.ToArray())),
            "longer" => _ => Task.FromResult<Stream>(new MemoryStream("promised and more"u8.ToArray())),
            "other" => _ =>
                Task.FromResult<Stream>(
                    new VerifyingStream(
                        new MemoryStream("Promised"u8.ToArray()),
                        TestImage.Layer("promised").Blob.Descriptor,
                        "it"
                    )
                ),
            "unreadable" => _ => throw new FileNotFoundException("gone"),
            "coded" => _ => throw new ContainerizeException(DiagnosticTable.RegistryUnreachable, "no network"),
            _ => _ => throw new OperationCanceledException(),
        };

    private async Task FailAsync(string failure, Image image, string path)
    {
        var sink = new OciLayoutSink(_folder[path], [.. TestImage.Names("app:1.0")]);
        if (failure == "cancelled")
        {
            await Assert.ThrowsAsync<OperationCanceledException>(() => sink.PushAsync(image));
            return;
        }

        var exception = await Assert.ThrowsAsync<ContainerizeException>(() => sink.PushAsync(image));
        Assert.Equal(
            failure switch
            {
                "other" => "CTZ0022",
                "unreadable" => "CTZ0014",
                "coded" => "CTZ0030",
                _ => "CTZ0023",
            },
            exception.Diagnostic.Code
        );
    }

    private OciLayoutSink Sink(params string[] names) => new(_folder["layout"], [.. TestImage.Names(names)]);

    private OciLayoutSink SinkAt(string path, string name) => new(_folder[path], [.. TestImage.Names(name)]);

    private OciLayoutSource Source(string? name) => new(new ImageLocation(_folder["layout"], name));

    private Task<string> ReadAsync(string file) =>
        File.ReadAllTextAsync(Path.Combine(_folder["layout"], file), TestContext.Current.CancellationToken);

    private async Task AddBlobAsync(Blob blob) =>
        await File.WriteAllBytesAsync(
            Path.Combine(_folder["layout"], LayoutFormat.BlobName(blob.Descriptor.Digest)),
            await blob.BytesAsync(),
            TestContext.Current.CancellationToken
        );

    private async Task EditIndexAsync(Action<JsonObject> edit)
    {
        var json = JsonNode.Parse(await ReadAsync("index.json"))!.AsObject();
        edit(json);
        await File.WriteAllTextAsync(
            Path.Combine(_folder["layout"], "index.json"),
            json.ToJsonString(),
            TestContext.Current.CancellationToken
        );
    }
}
