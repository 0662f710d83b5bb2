using System.Text;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.TestKit.Images;
using Containerize.TestKit.Registries;
using Containerize.TestKit.Servers;
using Microsoft.AspNetCore.Http;

namespace Containerize.Core.Tests.Stores.Registries;

/// <summary>A registry that answers too much or what is no answer.</summary>
public sealed class EndlessRegistryTests : RegistryTest
{
    private static readonly Image SomeImage = TestImages.Create("some", 100_000, 3);

    [Fact]
    public async Task An_upload_without_a_location_is_no_upload()
    {
        await using var registry = await TestRegistry.StartAsync(context =>
        {
            context.Response.StatusCode = context.Request.Method == "POST" ? 202 : 404;
            return Task.FromResult(context.Request.Path != "/v2/");
        });
        await AssertFailsAsync(DiagnosticTable.NotARegistry, () => PushAsync(registry, SomeImage), "POST", "Location");
    }

    [Theory] // CVE-2024-3727
    [InlineData("sha256:../../../../etc/passwd")]
    [InlineData("sha256:E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855")]
    [InlineData("../../token")]
    public async Task A_digest_that_is_none_is_not_asked_for(string digest)
    {
        await using var registry = await TestRegistry.StartAsync();
        var text = Encoding
            .UTF8.GetString(SomeImage.Manifest.Bytes.Span)
            .Replace(SomeImage.Config.Digest.ToString(), digest, StringComparison.Ordinal);
        registry.AddManifest(App, MediaTypes.OciManifest, Encoding.UTF8.GetBytes(text), "1.0");
        await AssertFailsAsync(DiagnosticTable.InvalidManifest, () => PullAsync(registry));
        Assert.Single(registry.Seen, seen => seen.Path != "/v2/");
    }

    [Fact] // GHSA-f36w-mj3v-6jqv: the size of a descriptor is not how much memory is taken
    public async Task A_config_that_says_it_is_enormous_is_not_believed()
    {
        await using var registry = await TestRegistry.StartAsync();
        await registry.AddAsync(App, SomeImage);
        var manifest = Manifest.Create(
            ImageFormat.Oci,
            SomeImage.Manifest.Config with
            {
                Size = long.MaxValue,
            },
            SomeImage.Manifest.Layers,
            Descriptor.NoAnnotations
        );
        registry.AddManifest(App, MediaTypes.OciManifest, manifest.Bytes.ToArray(), "1.0");
        await AssertFailsAsync(DiagnosticTable.SizeMismatch, () => PullAsync(registry));
    }

    // More than is read of any document, and than the buffers on the way hold.
    private const int Much = 32 * 1024 * 1024;

    [Theory] // CVE-2023-25153
    [InlineData("token")]
    [InlineData("error")]
    [InlineData("layer")]
    public async Task What_has_no_end_is_cut_off(string what)
    {
        await using var tokens = await TestServer.StartAsync(context => EndlessAsync(context));
        await using var registry = await TestRegistry.StartAsync(async context =>
        {
            if (
                context.Request.Path == "/v2/"
                || (
                    what == "layer"
                    && !context.Request.Path.Value!.EndsWith(
                        SomeImage.Layers[0].DiffId.ToString(),
                        StringComparison.Ordinal
                    )
                )
            )
                return false;
            if (what == "token")
            {
                context.Response.Headers.WWWAuthenticate = $"Bearer realm=\"http://{tokens.Authority}/token\"";
                return await TestRegistry.RefuseAsync(context, 401, "UNAUTHORIZED");
            }

            context.Response.StatusCode = what == "error" ? 400 : 200;
            await EndlessAsync(context);
            return true;
        });
        await registry.AddAsync(App, SomeImage, "1.0");
        var exception = await Assert.ThrowsAsync<ContainerizeException>(() => PullAsync(registry));
        Assert.Equal(
            what switch
            {
                "token" => "CTZ0037",
                "error" => "CTZ0031",
                _ => "CTZ0023",
            },
            exception.Diagnostic.Code
        );
        Assert.InRange(exception.Message.Length, 1, 600);

        async Task EndlessAsync(HttpContext context)
        {
            var block = Encoding.ASCII.GetBytes(new string('x', 64 * 1024));
            for (var sent = 0; sent < Much && !context.RequestAborted.IsCancellationRequested; sent += block.Length)
                await context.Response.Body.WriteAsync(block);
            // A client that still wants more waits until it gives up for another reason.
            await UntilHungUpAsync(context);
        }
    }

    [Fact]
    public async Task A_flood_of_headers_ends_in_a_message()
    {
        await using var registry = await TestRegistry.StartAsync(context =>
        {
            for (var i = 0; i < 20 && context.Request.Path != "/v2/"; i++)
                context.Response.Headers.Append($"X-Flood-{i}", new string('x', 6000));
            return Task.FromResult(false);
        });
        await AssertFailsAsync(DiagnosticTable.RegistryUnreachable, () => PullAsync(registry));
    }
}
