using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores.Registries.Client;
using Containerize.Stores.Registries.Pull;
using Containerize.TestKit.Images;
using Containerize.TestKit.Registries;
using Containerize.TestKit.Servers;
using Microsoft.AspNetCore.Http;

namespace Containerize.Core.Tests.Stores.Registries.Pull;

public sealed class RegistrySourceTests : RegistryTest
{
    private static readonly Image SomeImage = TestImages.Create("some", 100_000, 3);

    [Fact]
    public async Task An_image_comes_back_as_it_went_in()
    {
        await using var registry = await TestRegistry.StartAsync();
        await registry.AddAsync(App, SomeImage, "1.0");
        Assert.Equal(SomeImage.Digest, (await PullAsync(registry)).Digest);
        Assert.Equal(SomeImage.Digest, (await PullAsync(registry, $"{App}@{SomeImage.Digest}")).Digest);
    }

    [Fact]
    public async Task The_layers_know_where_they_came_from()
    {
        await using var registry = await TestRegistry.StartAsync();
        await registry.AddAsync(App, SomeImage, "1.0");
        Assert.All(
            (await PullAsync(registry)).Layers,
            layer => Assert.Equal($"{registry.Authority}/{App}:1.0", layer.Blob.Origin?.ToString())
        );
    }

    [Fact]
    public async Task Of_an_index_the_image_for_the_platform_is_taken()
    {
        await using var registry = await TestRegistry.StartAsync();
        await registry.AddAsync(App, SomeImage);
        var index = ImageIndex.Create(
            ImageFormat.Oci,
            [
                new Descriptor(MediaTypes.OciManifest, Digest.Of([1]), 1) { Platform = new Platform("linux", "arm64") },
                SomeImage.Manifest.Descriptor with
                {
                    Platform = TestImages.Amd64,
                },
            ]
        );
        registry.AddManifest(App, MediaTypes.OciIndex, index.Bytes.ToArray(), "1.0");
        Assert.Equal(SomeImage.Digest, (await PullAsync(registry)).Digest);
        using var client = new RegistryClient(Options);
        await AssertFailsAsync(
            DiagnosticTable.PlatformMissing,
            () =>
                new RegistrySource(ImageReference.Parse($"{registry.Authority}/{App}:1.0"), client).PullAsync(
                    new Platform("linux", "s390x"),
                    Cancelled
                ),
            "linux/arm64, linux/amd64"
        );
    }

    [Fact]
    public async Task An_image_for_another_platform_is_not_taken()
    {
        await using var registry = await TestRegistry.StartAsync();
        await registry.AddAsync(App, Image.Scratch(new Platform("linux", "arm64")), "1.0");
        await AssertFailsAsync(
            DiagnosticTable.PlatformMissing,
            () => PullAsync(registry),
            "linux/arm64",
            "linux/amd64"
        );
    }

    [Fact]
    public async Task What_does_not_exist_is_said_not_to_exist()
    {
        await using var registry = await TestRegistry.StartAsync();
        await AssertFailsAsync(
            DiagnosticTable.ImageNotFound,
            () => PullAsync(registry),
            $"{registry.Authority}/{App}",
            "1.0"
        );
    }

    [Fact]
    public async Task A_registry_that_is_not_there_is_named()
    {
        var registry = await TestRegistry.StartAsync();
        var authority = registry.Authority;
        await registry.DisposeAsync();
        using var client = new RegistryClient(Options);
        await AssertFailsAsync(
            DiagnosticTable.RegistryUnreachable,
            () =>
                new RegistrySource(ImageReference.Parse($"{authority}/{App}:1.0"), client).PullAsync(
                    TestImages.Amd64,
                    Cancelled
                ),
            authority,
            "Check the name"
        );
    }

    [Fact]
    public async Task A_web_page_as_a_refusal_is_cut_to_one_line()
    {
        await using var registry = await TestRegistry.StartAsync(async context =>
        {
            context.Response.StatusCode = 418;
            await context.Response.WriteAsync(
                "<html><head><title>no</title><script>alert(1)</script></head>\n<body>\r\n<h1>I am a <b>teapot</b></h1>"
                    + new string('x', 5000)
            );
            return true;
        });
        var exception = await AssertFailsAsync(
            DiagnosticTable.RegistryRefused,
            () => PullAsync(registry),
            $"GET {registry.Authority}/v2/{App}/manifests/1.0",
            "418",
            "I am a teapot"
        );
        Assert.DoesNotContain("alert", exception.Message, StringComparison.Ordinal);
        Assert.InRange(exception.Message.Length, 0, 500);
    }

    [Fact]
    public async Task Credentials_are_sent_when_the_registry_asks_for_them()
    {
        await using var registry = await TestRegistry.StartAsync(async context =>
        {
            if (context.Request.Headers.Authorization == "Basic w7xzZXI6cMOkc3M6d8O2cmQ=") // üser:päss:wörd
                return false;
            context.Response.Headers.WWWAuthenticate = "BASIC realm=\"Sonatype Nexus\"";
            return await TestRegistry.RefuseAsync(context, 401, "UNAUTHORIZED", "authentication required");
        });
        await registry.AddAsync(App, SomeImage, "1.0");
        var options = Options with
        {
            InsecureRegistries = ["127.0.0.1"],
            Credentials = new FixedCredentials("üser", "päss:wörd"),
        };
        Assert.Equal(SomeImage.Digest, (await PullAsync(registry, options: options)).Digest);
        await AssertFailsAsync(
            DiagnosticTable.Unauthorized,
            () => PullAsync(registry),
            "401",
            "No credentials were found"
        );
        await AssertFailsAsync(
            DiagnosticTable.Unauthorized,
            () => PullAsync(registry, options: options with { Credentials = new FixedCredentials("üser", "false") }),
            "credentials from the test do not allow it"
        );
    }
}
