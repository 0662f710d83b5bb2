using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.IO;
using Containerize.Stores;
using Containerize.Stores.Layouts;

namespace Containerize.Core.Tests.Stores.Layouts;

public sealed class OciLayoutSinkTests : OciLayoutSinkTest
{
    [Fact]
    public async Task An_image_comes_back_as_it_was_stored()
    {
        var image = TestImage.Of("one", "two", "two");
        var report = await Sink("acme/app:1.0").PushAsync(image);
        var back = await Source("1.0").PullAsync();
        Assert.Equal(image.Digest, back.Digest);
        Assert.Equal(["one", "two", "two"], await back.LayerTextsAsync());
        Assert.Equal($"oci:{Folder["layout"]}:1.0", report.Destination);
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
                .GetFileSystemEntries(Folder["layout"])
                .Select(path => Path.GetFileName(path))
                .Order(StringComparer.Ordinal)
        );
        Assert.Equal(3, Folder.Blobs("layout").Length);

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
        var before = Folder.Snapshot();
        var report = await Sink("app:1.0").PushAsync(image);
        Assert.Equal(before, Folder.Snapshot());
        Assert.All(report.Layers.Values, fate => Assert.Equal(BlobFate.AlreadyThere, fate));
    }

    public static TheoryData<string> Failures => ["shorter", "longer", "other", "unreadable", "coded", "cancelled"];

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task After_a_failure_a_new_layout_is_not_there(string failure)
    {
        await FailAsync(failure, TestImage.Of("one").WithBlob(Broken(failure)), "a/b/layout");
        Assert.Empty(Folder.Snapshot());
    }

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task After_a_failure_an_old_layout_is_as_it_was(string failure)
    {
        await Sink("app:1.0").PushAsync(TestImage.Of("one"));
        var before = Folder.Snapshot();
        await FailAsync(failure, TestImage.Of("one", "two").WithBlob(Broken(failure)), "layout");
        Assert.Equal(before, Folder.Snapshot());
    }

    [Fact]
    public async Task A_layout_is_a_folder_and_no_file()
    {
        await File.WriteAllTextAsync(Folder["layout"], "a file", TestContext.Current.CancellationToken);
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
        Assert.Equal(["layout=612066696C65"], Folder.Snapshot());
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
            Path.Combine(Folder["layout"], file),
            content,
            TestContext.Current.CancellationToken
        );
        var before = Folder.Snapshot();
        var exception = await Assert.ThrowsAsync<ContainerizeException>(() =>
            Sink("app:2.0").PushAsync(TestImage.Of("two"))
        );
        Assert.Equal(code, exception.Diagnostic.Code);
        Assert.Equal(before, Folder.Snapshot());
    }

    [Fact]
    public async Task An_index_without_its_marker_is_left_alone()
    {
        Directory.CreateDirectory(Folder["layout"]);
        await File.WriteAllTextAsync(
            Path.Combine(Folder["layout"], "index.json"),
            "[\"of something else\"]",
            TestContext.Current.CancellationToken
        );
        var before = Folder.Snapshot();
        await TestImage.FailsAsync(DiagnosticTable.InvalidLayout, () => Sink("app:2.0").PushAsync(TestImage.Of("two")));
        Assert.Equal(before, Folder.Snapshot());
    }

    [Fact]
    public async Task Nothing_is_written_through_a_link_that_leaves_the_layout()
    {
        Directory.CreateDirectory(Folder["layout"]);
        Directory.CreateDirectory(Folder["elsewhere"]);
        Directory.CreateSymbolicLink(Path.Combine(Folder["layout"], "blobs"), Folder["elsewhere"]);
        await TestImage.FailsAsync(DiagnosticTable.InvalidLayout, () => Sink("app:2.0").PushAsync(TestImage.Of("two")));
        Assert.Empty(Directory.GetFileSystemEntries(Folder["elsewhere"]));
        Assert.Equal(
            ["blobs"],
            Directory.GetFileSystemEntries(Folder["layout"]).Select(path => Path.GetFileName(path))
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
        var before = Folder.Snapshot();
        using (var files = new OutputFiles())
        using (await LayoutLock.ExclusiveAsync(Folder["layout"], files, TestContext.Current.CancellationToken))
        {
            await TestImage.FailsAsync(
                DiagnosticTable.OutputNotWritable,
                () =>
                    LayoutLock.ExclusiveAsync(
                        Folder["layout"],
                        files,
                        TestContext.Current.CancellationToken,
                        patience: 2
                    )
            );
            await TestImage.FailsAsync(
                DiagnosticTable.InvalidLayout,
                () => LayoutLock.SharedAsync(Folder["layout"], TestContext.Current.CancellationToken, patience: 2)
            );
        }

        Assert.Equal(before, Folder.Snapshot());
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
        var sink = new OciLayoutSink(Folder[path], [.. TestImage.Names("app:1.0")]);
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

    private OciLayoutSink SinkAt(string path, string name) => new(Folder[path], [.. TestImage.Names(name)]);
}
