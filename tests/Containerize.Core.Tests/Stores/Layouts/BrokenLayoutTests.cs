using Containerize.Diagnostics;
using Containerize.Images;

namespace Containerize.Core.Tests.Stores.Layouts;

/// <summary>Layouts that are broken: documents, blobs and links that are not what they should be.</summary>
public sealed class BrokenLayoutTests : OciLayoutSourceTest
{
    [Fact]
    public async Task A_folder_that_is_not_there_is_an_error() =>
        Assert.Contains(
            Folder["layout"],
            await FailsAsync(DiagnosticTable.ImageNotFound, null),
            StringComparison.Ordinal
        );

    [Fact]
    public async Task A_file_is_no_layout()
    {
        await File.WriteAllTextAsync(Folder["layout"], "x", TestContext.Current.CancellationToken);
        Assert.Contains(
            $"'archive:{Folder["layout"]}:1.0'",
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
        var path = Path.Combine(Folder["layout"], file);
        if (content is null)
            File.Delete(path);
        else
            await File.WriteAllTextAsync(path, content, TestContext.Current.CancellationToken);
        Assert.Equal(
            code,
            (await Assert.ThrowsAsync<ContainerizeException>(() => Source("1.0").PullAsync())).Diagnostic.Code
        );
    }

    [Fact]
    public async Task What_cannot_be_opened_says_what_to_do()
    {
        await StoreAsync("app:1.0", TestImage.Of("one"));
        File.Delete(Folder["layout/index.json"]);
        Directory.CreateDirectory(Folder["layout/index.json"]);
        Assert.EndsWith(
            ". Make it again, or see to the permissions there.",
            await FailsAsync(DiagnosticTable.InvalidLayout, "1.0"),
            StringComparison.Ordinal
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
        File.Move(path, Path.Combine(Folder["layout"], "config"));
        File.CreateSymbolicLink(path, "../../config");
        Assert.Equal(image.Digest, (await Source("1.0").PullAsync()).Digest);

        File.Move(Path.Combine(Folder["layout"], "config"), Folder["config"]);
        File.CreateSymbolicLink(Path.Combine(Folder["layout"], "config"), "../config");
        await FailsAsync(DiagnosticTable.InvalidLayout, "1.0");

        File.Delete(Path.Combine(Folder["layout"], "config"));
        File.CreateSymbolicLink(Path.Combine(Folder["layout"], "config"), Folder["config"]);
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
            var path = Path.Combine(Folder["layout"], file);
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
}
