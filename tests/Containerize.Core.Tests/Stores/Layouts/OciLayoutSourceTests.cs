using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores;
using Containerize.Stores.Files;
using Containerize.Stores.Layouts;

namespace Containerize.Core.Tests.Stores.Layouts;

public sealed class OciLayoutSourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("1.0")]
    [InlineData("acme/app:1.0")]
    [InlineData("docker.io/acme/app:1.0")]
    [InlineData(null)]
    public async Task An_image_is_found_by_tag_by_full_name_or_alone(string? name)
    {
        await StoreAsync("acme/app:1.0", TestImage.Of("one"));
        Assert.Equal(TestImage.Of("one").Digest, (await Source(name).PullAsync()).Digest);
        Assert.Equal($"oci:{_folder["layout"]}{(name is null ? "" : ":" + name)}", Source(name).Name);
    }

    [Fact]
    public async Task A_full_reference_as_ref_name_is_understood()
    {
        await StoreAsync("acme/app:1.0", TestImage.Of("one"));
        await EditIndexAsync(manifest =>
            manifest["annotations"] = new JsonObject
            {
                ["org.opencontainers.image.ref.name"] = "docker.io/acme/app:1.0",
            }
        );
        Assert.Equal(TestImage.Of("one").Digest, (await Source("1.0").PullAsync()).Digest);
    }

    [Fact]
    public async Task An_image_that_is_not_there_is_an_error_that_says_what_is()
    {
        await StoreAsync("acme/app:1.0", TestImage.Of("one"));
        Assert.Contains(
            "'docker.io/acme/app:1.0'",
            await FailsAsync(DiagnosticTable.ImageNotFound, "2.0"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Several_images_and_no_name_is_an_error_that_lists_them()
    {
        await StoreAsync("acme/app:1.0", TestImage.Of("one"));
        await StoreAsync("acme/app:2.0", TestImage.Of("two"));
        var message = await FailsAsync(DiagnosticTable.SeveralImages, null);
        Assert.Contains("'docker.io/acme/app:1.0', 'docker.io/acme/app:2.0'", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_names_of_one_image_need_no_choice()
    {
        await StoreAsync("acme/app:1.0", TestImage.Of("one"));
        await StoreAsync("acme/app:2.0", TestImage.Of("one"));
        Assert.Equal(TestImage.Of("one").Digest, (await Source(null).PullAsync()).Digest);
    }

    [Fact]
    public async Task Images_of_several_platforms_need_no_choice()
    {
        await StoreAsync("acme/app:amd", TestImage.Of("one"));
        await StoreAsync("acme/app:arm", TestImage.Of(TestImage.Arm64, "two"));
        Assert.Equal(["two"], await (await Source(null).PullAsync(TestImage.Arm64)).LayerTextsAsync());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("{}")]
    public async Task Where_the_index_says_no_platform_the_config_decides(string? platform)
    {
        await StoreAsync("app:1.0", TestImage.Of(TestImage.Arm64, "one"));
        await EditIndexAsync(manifest => manifest["platform"] = platform is null ? null : JsonNode.Parse(platform));
        Assert.Equal(TestImage.Arm64, (await Source("1.0").PullAsync(TestImage.Arm64)).Config.Platform);
        Assert.Contains(
            "exists for linux/arm64.",
            await FailsAsync(DiagnosticTable.PlatformMissing, "1.0"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_wrong_platform_is_an_error_that_says_which_there_are()
    {
        await StoreAsync("app:1.0", TestImage.Of(new Platform("linux", "arm", "v6"), "one"));
        Assert.Contains(
            "does not exist for linux/amd64; it exists for linux/arm/v6.",
            await FailsAsync(DiagnosticTable.PlatformMissing, "1.0"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task An_index_in_the_index_is_searched_and_attestations_are_not_offered()
    {
        await StoreAsync("app:amd", TestImage.Of("one"));
        await StoreAsync("app:arm", TestImage.Of(TestImage.Arm64, "two"));
        var children = Descriptors().Select(child => child with { Annotations = Descriptor.NoAnnotations }).ToList();
        var attestation = children[0] with { Platform = new Platform("unknown", "unknown") };
        await NestAsync(1, [attestation, .. children]);
        Assert.Equal(["two"], await (await Source("nested").PullAsync(TestImage.Arm64)).LayerTextsAsync());
        var message = await TestImage.FailsAsync(
            DiagnosticTable.PlatformMissing,
            () => Source("nested").PullAsync(new Platform("linux", "s390x"))
        );
        Assert.Contains("exists for linux/amd64, linux/arm64.", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Indexes_in_indexes_end_somewhere()
    {
        await StoreAsync("app:amd", TestImage.Of("one"));
        await NestAsync(8, [.. Descriptors()]);
        Assert.Equal(["one"], await (await Source("nested").PullAsync()).LayerTextsAsync());
        await NestAsync(1, [.. Descriptors()]);
        await FailsAsync(DiagnosticTable.InvalidManifest, "nested");
    }

    [Fact]
    public async Task Signatures_beside_an_image_are_no_images()
    {
        await StoreAsync("app:1.0", TestImage.Of("one"));
        var empty = Blob.FromBytes("application/vnd.oci.empty.v1+json", "{}"u8.ToArray());
        var artifact = Manifest.Create(ImageFormat.Oci, empty.Descriptor, [empty.Descriptor], Descriptor.NoAnnotations);
        await AddBlobAsync(Blob.FromBytes(MediaTypes.OciManifest, artifact.Bytes));
        await WriteIndexAsync([artifact.Descriptor, .. Descriptors()]);
        Assert.Equal(TestImage.Of("one").Digest, (await Source(null).PullAsync()).Digest);
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_an_error() =>
        Assert.Contains(
            _folder["layout"],
            await FailsAsync(DiagnosticTable.ImageNotFound, null),
            StringComparison.Ordinal
        );

    [Fact]
    public async Task A_file_is_no_layout()
    {
        await File.WriteAllTextAsync(_folder["layout"], "x", TestContext.Current.CancellationToken);
        Assert.Contains(
            $"'archive:{_folder["layout"]}:1.0'",
            await FailsAsync(DiagnosticTable.InvalidLayout, "1.0"),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("oci-layout", null, "CTZ0025")]
    [InlineData("oci-layout", "{\"imageLayoutVersion\":\"1.0.1\"}", "CTZ0025")]
    [InlineData("oci-layout", "{}", "CTZ0025")]
    [InlineData("oci-layout", "", "CTZ0024")]
    [InlineData("index.json", null, "CTZ0025")]
    [InlineData("index.json", "<html><body>Sign in</body></html>", "CTZ0024")]
    [InlineData("index.json", "{}", "CTZ0024")]
    [InlineData("index.json", "{\"schemaVersion\":2,\"manifests\":[]}", "CTZ0020")]
    [InlineData("index.json", "{\"manifests\":[],\"manifests\":[]}", "CTZ0024")]
    [InlineData("index.json", "{\"manifests\":[],\"mediaType\":\"\\ud800\"}", "CTZ0024")]
    [InlineData("index.json", "{\"manifests\":[],\"\\udc00\":0}", "CTZ0024")]
    public async Task What_is_no_layout_is_an_error(string file, string? content, string code)
    {
        await StoreAsync("app:1.0", TestImage.Of("one"));
        var path = Path.Combine(_folder["layout"], file);
        if (content is null)
            File.Delete(path);
        else
            await File.WriteAllTextAsync(path, content, TestContext.Current.CancellationToken);
        Assert.Equal(
            code,
            (await Assert.ThrowsAsync<ContainerizeException>(() => Source("1.0").PullAsync())).Diagnostic.Code
        );
    }

    [Theory]
    [InlineData("<html><body>", "CTZ0022")]
    [InlineData("<html>", "CTZ0023")]
    [InlineData("<html><body> and more", "CTZ0023")]
    [InlineData(null, "CTZ0025")]
    public async Task A_manifest_or_config_that_is_something_else_is_refused(string? content, string code)
    {
        foreach (
            var descriptor in new[] { TestImage.Of("one").Manifest.Descriptor, TestImage.Of("one").Manifest.Config }
        )
        {
            await StoreAsync("app:1.0", TestImage.Of("one"));
            var path = PathOf(descriptor.Digest);
            if (content is null)
                File.Delete(path);
            else
                await File.WriteAllTextAsync(
                    path,
                    content == "<html><body>" ? content.PadRight((int)descriptor.Size)
                        : content == "<html>" ? content
                        : content.PadRight((int)descriptor.Size + 1),
                    TestContext.Current.CancellationToken
                );
            Assert.Equal(
                code,
                (await Assert.ThrowsAsync<ContainerizeException>(() => Source("1.0").PullAsync())).Diagnostic.Code
            );
        }
    }

    [Fact]
    public async Task Html_under_its_own_digest_is_still_no_manifest()
    {
        await StoreAsync("app:1.0", TestImage.Of("one"));
        var page = Blob.FromBytes(MediaTypes.OciManifest, "<html><body>Sign in</body></html>"u8.ToArray());
        await AddBlobAsync(page);
        await WriteIndexAsync([page.Descriptor]);
        Assert.Contains(
            "<html><body>Sign in",
            await FailsAsync(DiagnosticTable.InvalidManifest, null),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_manifest_that_says_it_is_gigabytes_long_is_not_read()
    {
        await StoreAsync("app:1.0", TestImage.Of("one"));
        await EditIndexAsync(manifest => manifest["size"] = 4L << 30);
        Assert.Contains(
            "4194304 is the most",
            await FailsAsync(DiagnosticTable.InvalidManifest, "1.0"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_config_with_another_number_of_layers_is_refused()
    {
        await StoreAsync("app:1.0", TestImage.Of("one"));
        var image = TestImage.Of("one");
        var manifest = Manifest.Create(ImageFormat.Oci, image.Manifest.Config, [], Descriptor.NoAnnotations);
        await AddBlobAsync(Blob.FromBytes(MediaTypes.OciManifest, manifest.Bytes));
        await WriteIndexAsync([manifest.Descriptor]);
        await FailsAsync(DiagnosticTable.InvalidManifest, null);
    }

    [Fact]
    public async Task A_flipped_bit_or_a_cut_in_a_layer_is_found_when_it_is_read()
    {
        await StoreAsync("app:1.0", TestImage.Of("one"));
        var layer = (await Source("1.0").PullAsync()).Layers[0];
        var path = PathOf(layer.Blob.Descriptor.Digest);
        await File.WriteAllTextAsync(path, "onf", TestContext.Current.CancellationToken);
        await TestImage.FailsAsync(DiagnosticTable.DigestMismatch, layer.Blob.BytesAsync);
        await File.WriteAllTextAsync(path, "on", TestContext.Current.CancellationToken);
        await TestImage.FailsAsync(DiagnosticTable.SizeMismatch, layer.Blob.BytesAsync);
        await File.WriteAllTextAsync(path, "one more", TestContext.Current.CancellationToken);
        await TestImage.FailsAsync(DiagnosticTable.SizeMismatch, layer.Blob.BytesAsync);
        File.Delete(path);
        Assert.Contains(
            "incomplete",
            await TestImage.FailsAsync(DiagnosticTable.InvalidLayout, layer.Blob.BytesAsync),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_link_inside_the_layout_is_followed_and_one_out_of_it_is_not()
    {
        var image = TestImage.Of("one");
        await StoreAsync("app:1.0", image);
        var path = PathOf(image.Manifest.Config.Digest);
        File.Move(path, Path.Combine(_folder["layout"], "config"));
        File.CreateSymbolicLink(path, "../../config");
        Assert.Equal(image.Digest, (await Source("1.0").PullAsync()).Digest);

        File.Move(Path.Combine(_folder["layout"], "config"), _folder["config"]);
        File.CreateSymbolicLink(Path.Combine(_folder["layout"], "config"), "../config");
        await FailsAsync(DiagnosticTable.InvalidLayout, "1.0");

        File.Delete(Path.Combine(_folder["layout"], "config"));
        File.CreateSymbolicLink(Path.Combine(_folder["layout"], "config"), _folder["config"]);
        await FailsAsync(DiagnosticTable.InvalidLayout, "1.0");
    }

    [Fact]
    public async Task Whatever_a_byte_becomes_the_error_has_a_code()
    {
        var image = TestImage.Of("one", "two");
        await StoreAsync("acme/app:1.0", image);
        var random = new Random(20);
        foreach (var file in new[] { "index.json", "oci-layout" })
        {
            var path = Path.Combine(_folder["layout"], file);
            var original = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
            for (var i = 0; i < 120; i++)
            {
                await File.WriteAllBytesAsync(path, Damage(original, random), TestContext.Current.CancellationToken);
                var exception = await Record.ExceptionAsync(() => Source(null).PullAsync());
                Assert.True(exception is null or ContainerizeException, exception?.ToString());
            }

            await File.WriteAllBytesAsync(path, original, TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task Whatever_a_manifest_or_config_holds_the_error_has_a_code()
    {
        var image = TestImage.Of("one", "two");
        await StoreAsync("acme/app:1.0", image);
        var random = new Random(21);
        for (var i = 0; i < 120; i++)
        {
            var config = Blob.FromBytes(
                MediaTypes.OciConfig,
                i % 2 == 0 ? image.Config.Bytes : Damage(image.Config.Bytes.ToArray(), random)
            );
            var text = System
                .Text.Encoding.Latin1.GetString(image.Manifest.Bytes.Span)
                .Replace(image.Config.Digest.ToString(), config.Descriptor.Digest.ToString(), StringComparison.Ordinal);
            var bytes = System.Text.Encoding.Latin1.GetBytes(text);
            var manifest = Blob.FromBytes(MediaTypes.OciManifest, i % 2 == 0 ? Damage(bytes, random) : bytes);
            await AddBlobAsync(config);
            await AddBlobAsync(manifest);
            await WriteIndexAsync([manifest.Descriptor]);
            var exception = await Record.ExceptionAsync(() => Source(null).PullAsync());
            Assert.True(exception is null or ContainerizeException, exception?.ToString());
        }
    }

    private static byte[] Damage(byte[] original, Random random)
    {
        var bytes = (byte[])original.Clone();
        for (var flips = random.Next(1, 4); flips > 0; flips--)
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        return random.Next(4) == 0 ? bytes[..random.Next(bytes.Length)] : bytes;
    }

    private OciLayoutSource Source(string? name) => new(new ImageLocation(_folder["layout"], name));

    private Task<string> FailsAsync(Diagnostic expected, string? name) =>
        TestImage.FailsAsync(expected, () => Source(name).PullAsync());

    private Task<PushReport> StoreAsync(string name, Image image) =>
        new OciLayoutSink(_folder["layout"], [.. TestImage.Names(name)]).PushAsync(image);

    private string PathOf(Digest digest) => Path.Combine(_folder["layout"], LayoutFormat.BlobName(digest));

    private async Task AddBlobAsync(Blob blob) =>
        await File.WriteAllBytesAsync(
            PathOf(blob.Descriptor.Digest),
            await blob.BytesAsync(),
            TestContext.Current.CancellationToken
        );

    private ImmutableArray<Descriptor> Descriptors() =>
        ImageIndex
            .Parse(File.ReadAllBytes(Path.Combine(_folder["layout"], "index.json")), MediaTypes.OciIndex, "The index")
            .Manifests;

    private Task WriteIndexAsync(Descriptor[] manifests) =>
        File.WriteAllBytesAsync(
            Path.Combine(_folder["layout"], "index.json"),
            ImageIndex.Create(ImageFormat.Oci, [.. manifests]).Bytes.ToArray(),
            TestContext.Current.CancellationToken
        );

    private async Task NestAsync(int depth, Descriptor[] manifests)
    {
        for (; depth > 0; depth--)
        {
            var index = ImageIndex.Create(ImageFormat.Oci, [.. manifests]);
            await AddBlobAsync(Blob.FromBytes(MediaTypes.OciIndex, index.Bytes));
            manifests =
            [
                index.Descriptor with
                {
                    Annotations = ImageNames.Annotations(ImageReference.Parse("app:nested")),
                },
            ];
        }

        await WriteIndexAsync(manifests);
    }

    private Task EditIndexAsync(Action<JsonNode> edit)
    {
        var json = JsonNode.Parse(File.ReadAllBytes(Path.Combine(_folder["layout"], "index.json")))!;
        edit(json["manifests"]![0]!);
        return File.WriteAllTextAsync(
            Path.Combine(_folder["layout"], "index.json"),
            json.ToJsonString(),
            TestContext.Current.CancellationToken
        );
    }
}
