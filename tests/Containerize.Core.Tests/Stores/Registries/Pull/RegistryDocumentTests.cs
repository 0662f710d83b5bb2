using System.Text;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores.Registries.Client;
using Containerize.Stores.Registries.Pull;
using Containerize.TestKit.Images;
using Containerize.TestKit.Registries;

namespace Containerize.Core.Tests.Stores.Registries.Pull;

/// <summary>Documents and layers of a registry are what their digests say.</summary>
public sealed class RegistryDocumentTests : RegistryTest
{
    private static readonly Image SomeImage = TestImages.Create("some", 100_000, 3);

    [Theory]
    [InlineData("text/html", "<!DOCTYPE html><html><body>Welcome</body></html>")]
    [InlineData("text/plain", "<!DOCTYPE html><html><body>Welcome</body></html>")]
    [InlineData("application/vnd.oci.image.manifest.v1+json", "<html>")]
    [InlineData("application/vnd.oci.image.manifest.v1+json", "")]
    [InlineData("application/vnd.oci.image.manifest.v1+json", "[]")]
    [InlineData("application/vnd.oci.image.manifest.v1+json", "{\"schemaVersion\":2,\"layers\":[],\"manifests\":[]}")]
    [InlineData("application/vnd.oci.image.index.v1+json", "{\"schemaVersion\":2,\"manifests\":[],\"layers\":[]}")]
    [InlineData(
        "application/vnd.oci.image.index.v1+json",
        "{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"manifests\":[]}"
    )]
    [InlineData("application/vnd.docker.distribution.manifest.v1+prettyjws", "{\"schemaVersion\":1}")]
    public async Task What_is_no_manifest_is_said_to_be_none(string mediaType, string body)
    {
        await using var registry = await TestRegistry.StartAsync();
        registry.AddManifest(App, mediaType, Encoding.UTF8.GetBytes(body), "1.0");
        await AssertFailsAsync(DiagnosticTable.InvalidManifest, () => PullAsync(registry));
    }

    [Fact]
    public async Task A_manifest_is_what_its_digest_says()
    {
        await using var registry = await TestRegistry.StartAsync();
        await registry.AddAsync(App, SomeImage);
        registry.Manifests[(App, Digest.Of([7]).ToString())] = (
            MediaTypes.OciManifest,
            SomeImage.Manifest.Bytes.ToArray()
        );
        await AssertFailsAsync(DiagnosticTable.DigestMismatch, () => PullAsync(registry, $"{App}@{Digest.Of([7])}"));
    }

    [Fact]
    public async Task A_manifest_is_what_the_registry_says_it_is()
    {
        await using var registry = await TestRegistry.StartAsync();
        await registry.AddAsync(App, SomeImage, "1.0");
        registry.Script = context =>
        {
            context.Response.OnStarting(() =>
            {
                context.Response.Headers["Docker-Content-Digest"] = Digest.Of([7]).ToString();
                return Task.CompletedTask;
            });
            return Task.FromResult(false);
        };
        await AssertFailsAsync(DiagnosticTable.DigestMismatch, () => PullAsync(registry));
        // What copy, inspect and verify read.
        using var client = new RegistryClient(Options);
        var source = new RegistrySource(ImageReference.Parse($"{registry.Authority}/{App}:1.0"), client);
        await AssertFailsAsync(
            DiagnosticTable.DigestMismatch,
            () => source.OpenContentsAsync(Cancelled),
            Digest.Of([7]).ToString()
        );
    }

    [Fact]
    public async Task A_config_is_what_its_digest_says()
    {
        await using var registry = await TestRegistry.StartAsync();
        await registry.AddAsync(App, SomeImage, "1.0");
        var config = registry.Blobs[(App, SomeImage.Config.Digest.ToString())];
        registry.Blobs[(App, SomeImage.Config.Digest.ToString())] = [.. config[..^1], (byte)' '];
        await AssertFailsAsync(DiagnosticTable.DigestMismatch, () => PullAsync(registry));
        registry.Blobs[(App, SomeImage.Config.Digest.ToString())] = [.. config, (byte)' '];
        await AssertFailsAsync(DiagnosticTable.SizeMismatch, () => PullAsync(registry));
    }

    [Fact]
    public async Task A_layer_is_what_its_digest_says()
    {
        await using var registry = await TestRegistry.StartAsync();
        await registry.AddAsync(App, SomeImage, "1.0");
        registry.Blobs[(App, SomeImage.Layers[1].DiffId.ToString())] = [1, 2, 4];
        await AssertFailsAsync(DiagnosticTable.DigestMismatch, () => PullAsync(registry));
        registry.Blobs[(App, SomeImage.Layers[1].DiffId.ToString())] = [1, 2, 3, 4];
        await AssertFailsAsync(DiagnosticTable.SizeMismatch, () => PullAsync(registry));
    }

    [Fact]
    public async Task A_document_without_end_is_cut_off()
    {
        await using var registry = await TestRegistry.StartAsync(async context =>
        {
            if (!context.Request.Path.Value!.EndsWith("/1.0", StringComparison.Ordinal))
                return false;
            context.Response.ContentType = MediaTypes.OciManifest;
            var block = new byte[64 * 1024];
            for (var sent = 0; sent < 512 && !context.RequestAborted.IsCancellationRequested; sent++)
                await context.Response.Body.WriteAsync(block);
            // A client that still wants more after 32 MiB waits until it gives up for another reason.
            await UntilHungUpAsync(context);
            return true;
        });
        await AssertFailsAsync(DiagnosticTable.InvalidManifest, () => PullAsync(registry), "longer than");
    }
}
