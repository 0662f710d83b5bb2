using Containerize.Diagnostics;
using Containerize.Http;
using Containerize.Images;
using Containerize.Stores;
using Containerize.Stores.Registries;
using Containerize.Stores.Registries.Client;
using Containerize.Stores.Registries.Pull;
using Containerize.Stores.Registries.Push;
using Containerize.TestKit.Images;
using Containerize.TestKit.Registries;
using Containerize.TestKit.Servers;
using Microsoft.AspNetCore.Http;

namespace Containerize.Core.Tests.Stores.Registries;

/// <summary>Registries that behave like the ones that people have, each with where that was seen.</summary>
public sealed class QuirkTests : RegistryTest
{
    private static readonly Image SomeImage = TestImages.Create("some", 100_000, 3);

    private static readonly RegistryOptions Known = Options with
    {
        InsecureRegistries = ["127.0.0.1"],
        Credentials = new FixedCredentials(TokenServer.Username, TokenServer.Password),
    };

    [Fact] // ggcr write.go: an unknown origin of a mount is an error there
    public async Task Where_a_mount_is_an_error_the_blob_is_sent()
    {
        await using var registry = await TestRegistry.StartAsync(async context =>
            context.Request.Query.ContainsKey("mount") && await TestRegistry.RefuseAsync(context, 500, "UNKNOWN")
        );
        await registry.AddAsync("base/image", SomeImage, "1");
        using var client = new RegistryClient(Options);
        var image = await new RegistrySource(
            ImageReference.Parse($"{registry.Authority}/base/image:1"),
            client
        ).PullAsync(TestImages.Amd64, Cancelled);
        var report = await new RegistrySink(registry.Authority, App, ["1.0"], client).PushAsync(image, Cancelled);
        AssertHolds(registry, image);
        Assert.All(report.Layers.Values, fate => Assert.Equal(BlobFate.Sent, fate));
    }

    [Fact] // docker-registry empties a blob's link while another writer of the blob writes it again
    public async Task Where_a_blob_is_missed_for_a_moment_the_manifest_is_sent_again_and_not_for_ever()
    {
        var (misses, puts) = (1, 0);
        await using var registry = await TestRegistry.StartAsync(async context =>
            HttpMethods.IsPut(context.Request.Method)
            && context.Request.Path.Value!.Contains("/manifests/", StringComparison.Ordinal)
            && ++puts <= misses
            && await TestRegistry.RefuseAsync(context, 400, "MANIFEST_BLOB_UNKNOWN")
        );
        using var client = new RegistryClient(Options);
        await new RegistrySink(registry.Authority, App, ["1.0"], client).PushAsync(SomeImage, Cancelled);
        AssertHolds(registry, SomeImage);
        misses = int.MaxValue;
        var other = TestImages.Create("other", 10);
        var exception = await Assert.ThrowsAsync<ContainerizeException>(() =>
            new RegistrySink(registry.Authority, App, ["2.0"], client).PushAsync(other, Cancelled)
        );
        Assert.Contains("MANIFEST_BLOB_UNKNOWN", exception.Message, StringComparison.Ordinal);
    }

    [Fact] // ggcr#1679: the token server refuses the second scope
    public async Task Where_a_mount_is_not_allowed_the_blob_is_sent()
    {
        await using var tokens = await TokenServer.StartAsync();
        await using var registry = await TestRegistry.StartAsync(async context =>
            context.Request.Query.ContainsKey("mount")
                ? await TestRegistry.RefuseAsync(context, 403, "DENIED")
                : await tokens.CheckAsync(context)
        );
        await registry.AddAsync("base/image", SomeImage, "1");
        using var client = new RegistryClient(Known);
        var image = await new RegistrySource(
            ImageReference.Parse($"{registry.Authority}/base/image:1"),
            client
        ).PullAsync(TestImages.Amd64, Cancelled);
        await new RegistrySink(registry.Authority, App, ["1.0"], client).PushAsync(image, Cancelled);
        AssertHolds(registry, image);
    }

    [Theory] // containers/image: Harbor and registry.redhat.io say UNKNOWN where a manifest is unknown
    [InlineData("UNKNOWN")]
    [InlineData("NOT_FOUND")]
    public async Task Harbor_has_other_words_for_what_it_does_not_know(string code)
    {
        await using var registry = await TestRegistry.StartAsync(async context =>
            context.Request.Path.Value!.Contains("/manifests/", StringComparison.Ordinal)
            && await TestRegistry.RefuseAsync(context, 404, code, "not found")
        );
        await AssertFailsAsync(DiagnosticTable.ImageNotFound, () => PullAsync(registry));
    }

    [Fact] // ocx#480: 400 MANIFEST_INVALID for media types that are not on a list
    public async Task GitLab_refuses_manifests_that_it_does_not_know()
    {
        await using var registry = await TestRegistry.StartAsync(async context =>
            context.Request.Method == "PUT"
            && context.Request.Path.Value!.Contains("/manifests/", StringComparison.Ordinal)
            && await TestRegistry.RefuseAsync(context, 400, "MANIFEST_INVALID", "unknown media type")
        );
        await AssertFailsAsync(
            DiagnosticTable.RegistryRefused,
            () => PushAsync(registry, SomeImage),
            "MANIFEST_INVALID: unknown media type",
            "ContainerImageFormat"
        );
    }

    // RTFACT-13797: 403 to HEAD of a missing manifest; containerd#3533: 404 to PUT after POST; containerd: 401 to POST
    // for a token.
    [Fact]
    public async Task Artifactory_answers_forbidden_for_missing_and_takes_a_stream_only()
    {
        await using var tokens = await TokenServer.StartAsync();
        tokens.Refused = ("POST", 401);
        await using var registry = await TestRegistry.StartAsync(async context =>
        {
            if (await tokens.CheckAsync(context))
                return true;
            var isManifest = context.Request.Path.Value!.Contains("/manifests/", StringComparison.Ordinal);
            return (
                    HttpMethods.IsHead(context.Request.Method)
                    && isManifest
                    && await TestRegistry.RefuseAsync(context, 403, "DENIED")
                )
                || (
                    context.Request.Method == "PUT"
                    && !isManifest
                    && context.Request.ContentLength > 0
                    && await TestRegistry.RefuseAsync(context, 404, "BLOB_UPLOAD_UNKNOWN")
                );
        });
        await PushAsync(registry, SomeImage, Known);
        AssertHolds(registry, SomeImage);
        Assert.All(registry.Seen.Where(seen => seen.Method == "PATCH"), seen => Assert.Null(seen.ContentRange));
    }

    [Fact] // nginx before a registry: client_max_body_size
    public async Task A_proxy_that_limits_bodies_gets_chunks()
    {
        await using var registry = await TestRegistry.StartAsync(async context =>
            context.Request.ContentLength > 1_000_000
            && await TestRegistry.RefuseAsync(
                context,
                413,
                "",
                "<html><head><title>413 Request Entity Too Large</title></head></html>"
            )
        );
        var image = TestImages.Create("large", 3_500_000);
        await PushAsync(registry, image, Options with { ChunkSize = 1_000_000 });
        AssertHolds(registry, image);
        Assert.Equal(
            4,
            registry.Seen.Count(seen => seen.Method == "PATCH" && seen.Query.Length > 0 && seen.Length > 100_000)
        );
    }

    [Fact] // gitea#37093
    public async Task Gitea_of_old_knows_no_index()
    {
        await using var registry = await TestRegistry.StartAsync(async context =>
            context.Request.ContentType == MediaTypes.OciIndex
            && await TestRegistry.RefuseAsync(context, 404, "MANIFEST_UNKNOWN")
        );
        using var client = new RegistryClient(Options);
        await new RegistrySink(registry.Authority, App, [], client).PushAsync(SomeImage, Cancelled);
        var index = ImageIndex.Create(
            ImageFormat.Oci,
            [SomeImage.Manifest.Descriptor with { Platform = TestImages.Amd64 }]
        );
        await AssertFailsAsync(
            DiagnosticTable.RegistryRefused,
            () => new RegistrySink(registry.Authority, App, ["1.0"], client).PushAsync(index, Cancelled),
            "404"
        );
    }

    [Fact] // Docker Hub: its references and its API have different hosts, and its realm has a third
    public void Docker_hub_has_three_hosts()
    {
        Assert.Equal("registry-1.docker.io", RegistryEndpoint.ApiHost("docker.io"));
        var endpoint = new RegistryEndpoint("docker.io", new Uri("https://registry-1.docker.io"), false);
        Assert.Null(new RedirectPolicy([]).Objection(new Uri("https://auth.docker.io/token"), endpoint));
        Assert.False(new RedirectPolicy([]).MayBePlain(endpoint.Base));
    }

    [Fact] // a registry whose locations are absolute, and one that puts the query's end where nothing follows
    public void An_upload_is_closed_with_its_own_query_untouched()
    {
        var digest = Digest.Of([]);
        Assert.Equal(
            $"https://r/u?_state=a%2Fb%3D%3D&x=%2b+%20&digest={digest}",
            UploadSession.Closing(new Uri("https://r/u?_state=a%2Fb%3D%3D&x=%2b+%20"), digest).OriginalString
        );
        Assert.Equal(
            $"https://r/u?digest={digest}",
            UploadSession.Closing(new Uri("https://r/u"), digest).OriginalString
        );
        Assert.Equal(
            $"https://r/u?digest={digest}",
            UploadSession.Closing(new Uri("https://r/u?"), digest).OriginalString
        );
        Assert.Equal(
            $"https://r/u?a=b&digest={digest}",
            UploadSession.Closing(new Uri("https://r/u?a=b#part"), digest).OriginalString
        );
    }
}
