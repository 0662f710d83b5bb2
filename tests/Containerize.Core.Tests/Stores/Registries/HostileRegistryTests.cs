using System.Net;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores.Registries;
using Containerize.TestKit.Images;
using Containerize.TestKit.Registries;
using Containerize.TestKit.Servers;
using Microsoft.AspNetCore.Http;

namespace Containerize.Core.Tests.Stores.Registries;

/// <summary>The rows of the security checklist, each with what happened to others.</summary>
public sealed class HostileRegistryTests : RegistryTest
{
    private static readonly Image SomeImage = TestImages.Create("some", 100_000, 3);

    private static readonly RegistryOptions Known = Options with
    {
        InsecureRegistries = ["127.0.0.1"],
        Credentials = new FixedCredentials("user", "the password"),
    };

    [Fact] // CVE-2020-15157
    public async Task A_layers_urls_are_never_fetched()
    {
        await using var elsewhere = await Elsewhere.StartAsync("127.0.0.1");
        await using var registry = await TestRegistry.StartAsync();
        var layer = SomeImage.Layers[0].Blob.Descriptor with { Urls = [$"http://{elsewhere.Authority}/layer"] };
        var manifest = Manifest.Create(
            ImageFormat.Oci,
            SomeImage.Manifest.Config,
            [layer, SomeImage.Manifest.Layers[1]],
            Descriptor.NoAnnotations
        );
        await registry.AddAsync(App, SomeImage);
        registry.Blobs.TryRemove((App, layer.Digest.ToString()), out _);
        registry.AddManifest(App, MediaTypes.OciManifest, manifest.Bytes.ToArray(), "1.0");
        await AssertFailsAsync(DiagnosticTable.ImageNotFound, () => PullAsync(registry), layer.Digest.ToString());
        Assert.Empty(elsewhere.Seen);
    }

    [Fact] // CVE-2026-48978
    public async Task A_realm_on_a_private_host_is_not_asked()
    {
        await using var elsewhere = await Elsewhere.StartAsync("127.0.0.2");
        await using var registry = await TestRegistry.StartAsync(context =>
        {
            context.Response.Headers.WWWAuthenticate = $"Bearer realm=\"http://{elsewhere.Authority}/token\"";
            return TestRegistry.RefuseAsync(context, 401, "UNAUTHORIZED");
        });
        await AssertFailsAsync(
            DiagnosticTable.UnsafeTarget,
            () => PushAsync(registry, SomeImage, Known),
            elsewhere.Authority
        );
        Assert.Empty(elsewhere.Seen);
    }

    [Fact]
    public async Task A_realm_that_redirects_takes_no_credentials_along_and_leads_nowhere_private()
    {
        var target = "";
        await using var neighbour = await Elsewhere.StartAsync("127.0.0.1");
        await using var elsewhere = await Elsewhere.StartAsync("127.0.0.2");
        await using var realm = await TestServer.StartAsync(context =>
        {
            context.Response.Redirect(target);
            return Task.CompletedTask;
        });
        await using var registry = await TestRegistry.StartAsync(context =>
        {
            context.Response.Headers.WWWAuthenticate = $"Bearer realm=\"http://{realm.Authority}/token\"";
            return TestRegistry.RefuseAsync(context, 401, "UNAUTHORIZED");
        });
        target = $"http://{neighbour.Authority}/token";
        await AssertFailsAsync(DiagnosticTable.NotARegistry, () => PushAsync(registry, SomeImage, Known));
        Assert.All(neighbour.Seen, Assert.Null);
        Assert.NotEmpty(neighbour.Seen);
        target = $"http://{elsewhere.Authority}/token";
        await AssertFailsAsync(DiagnosticTable.UnsafeTarget, () => PushAsync(registry, SomeImage, Known));
        Assert.Empty(elsewhere.Seen);
    }

    [Theory] // CVE-2026-50151
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_upload_elsewhere_is_refused_or_gets_no_authorization(bool listed)
    {
        await using var elsewhere = await Elsewhere.StartAsync(listed ? "127.0.0.1" : "127.0.0.2");
        await using var registry = await BasicAsync(context =>
        {
            if (context.Request.Method != "POST")
                return Task.FromResult(false);
            context.Response.StatusCode = 202;
            context.Response.Headers.Location = $"http://{elsewhere.Authority}/upload";
            return Task.FromResult(true);
        });
        await AssertFailsAsync(
            listed ? DiagnosticTable.Unauthorized : DiagnosticTable.UnsafeTarget,
            () => PushAsync(registry, SomeImage, Known),
            elsewhere.Authority
        );
        Assert.All(elsewhere.Seen, Assert.Null);
        Assert.Equal(listed, !elsewhere.Seen.IsEmpty);
    }

    [Fact] // GHSA-vh4v-2xq2-g5cg
    public async Task A_redirect_to_another_origin_takes_no_authorization_along()
    {
        await using var elsewhere = await Elsewhere.StartAsync("127.0.0.1");
        await using var registry = await BasicAsync(context =>
        {
            if (!context.Request.Path.Value!.Contains("/blobs/", StringComparison.Ordinal))
                return Task.FromResult(false);
            context.Response.StatusCode = 307;
            context.Response.Headers.Location = $"http://{elsewhere.Authority}/storage";
            return Task.FromResult(true);
        });
        await registry.AddAsync(App, SomeImage, "1.0");
        await AssertFailsAsync(DiagnosticTable.SizeMismatch, () => PullAsync(registry, options: Known));
        Assert.NotEmpty(elsewhere.Seen);
        Assert.All(elsewhere.Seen, Assert.Null);
    }

    [Fact]
    public async Task A_place_that_was_redirected_to_and_wants_credentials_gets_none()
    {
        await using var elsewhere = await Elsewhere.StartAsync("127.0.0.1", 401);
        await using var registry = await BasicAsync(context =>
        {
            if (!context.Request.Path.Value!.Contains("/blobs/", StringComparison.Ordinal))
                return Task.FromResult(false);
            context.Response.Redirect($"http://{elsewhere.Authority}/storage");
            return Task.FromResult(true);
        });
        await registry.AddAsync(App, SomeImage, "1.0");
        await AssertFailsAsync(DiagnosticTable.Unauthorized, () => PullAsync(registry, options: Known));
        Assert.Null(Assert.Single(elsewhere.Seen));
    }

    [Theory]
    [InlineData("http://127.0.0.2:1/x", "CTZ0034")]
    [InlineData("http://localhost:1/x", "CTZ0034")]
    [InlineData("http://evil.example/x", "CTZ0034")]
    [InlineData("https://user@evil.example/x", "CTZ0034")]
    [InlineData("file:///etc/passwd", "CTZ0034")]
    [InlineData("//127.0.0.2/x", "CTZ0034")]
    [InlineData("https://[::ffff:169.254.169.254]/latest/meta-data", "CTZ0034")]
    [InlineData("", "CTZ0037")]
    [InlineData("http://", "CTZ0037")]
    [InlineData("/v2/team/app/manifests/1.0", "CTZ0037")] // round and round
    public async Task A_redirect_leads_where_the_registry_may_lead_or_nowhere(string location, string code)
    {
        await using var registry = await TestRegistry.StartAsync(context =>
        {
            if (context.Request.Path == "/v2/")
                return Task.FromResult(false);
            context.Response.StatusCode = 307;
            context.Response.Headers.Location = location;
            return Task.FromResult(true);
        });
        var exception = await Assert.ThrowsAsync<ContainerizeException>(() => PullAsync(registry));
        Assert.Equal(code, exception.Diagnostic.Code);
        Assert.InRange(registry.Seen.Count, 1, 13);
    }

    private static Task<TestRegistry> BasicAsync(Func<HttpContext, Task<bool>> then) =>
        TestRegistry.StartAsync(context =>
        {
            if (context.Request.Headers.Authorization.Count > 0)
                return then(context);
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"x\"";
            return TestRegistry.RefuseAsync(context, 401, "UNAUTHORIZED");
        });

    /// <summary>A server that should not be asked, or not with an Authorization, which it records.</summary>
    private sealed class Elsewhere : IAsyncDisposable
    {
        private TestServer _server = null!;

        public System.Collections.Concurrent.ConcurrentQueue<string?> Seen { get; } = new();

        public string Authority => _server.Authority;

        public static async Task<Elsewhere> StartAsync(string address, int status = 200)
        {
            var elsewhere = new Elsewhere();
            elsewhere._server = await TestServer.StartAsync(
                async context =>
                {
                    elsewhere.Seen.Enqueue(context.Request.Headers.Authorization);
                    context.Response.StatusCode = context.Request.Method is "PUT" or "PATCH" ? 403 : status;
                    context.Response.Headers.WWWAuthenticate = "Basic realm=\"elsewhere\"";
                    await context.Response.WriteAsync("{}");
                },
                address: IPAddress.Parse(address)
            );
            return elsewhere;
        }

        public ValueTask DisposeAsync() => _server.DisposeAsync();
    }
}
