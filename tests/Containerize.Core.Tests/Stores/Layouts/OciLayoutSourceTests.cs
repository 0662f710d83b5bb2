using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores.Files;

namespace Containerize.Core.Tests.Stores.Layouts;

public sealed class OciLayoutSourceTests : OciLayoutSourceTest
{
    [Theory]
    [InlineData("1.0")]
    [InlineData("acme/app:1.0")]
    [InlineData("docker.io/acme/app:1.0")]
    [InlineData(null)]
    public async Task An_image_is_found_by_tag_by_full_name_or_alone(string? name)
    {
        await StoreAsync("acme/app:1.0", TestImage.Of("one"));
        Assert.Equal(TestImage.Of("one").Digest, (await Source(name).PullAsync()).Digest);
        Assert.Equal($"oci:{Folder["layout"]}{(name is null ? "" : ":" + name)}", Source(name).Name);
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

    private ImmutableArray<Descriptor> Descriptors() =>
        ImageIndex
            .Parse(File.ReadAllBytes(Path.Combine(Folder["layout"], "index.json")), MediaTypes.OciIndex, "The index")
            .Manifests;

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
}
