using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores;
using Containerize.Stores.Registries;
using Containerize.Stores.Registries.Client;
using Containerize.Stores.Registries.Pull;
using Containerize.Stores.Registries.Push;
using Containerize.TestKit.Images;
using Containerize.TestKit.Registries;
using Containerize.TestKit.Servers;

namespace Containerize.Core.Tests.Stores.Registries.Authentication;

public sealed class AuthenticationTests : RegistryTest
{
    private static readonly Image SomeImage = TestImages.Create("some", 100_000, 3);

    private static readonly RegistryOptions Listed = Options with { InsecureRegistries = ["127.0.0.1"] };

    private static readonly RegistryOptions Known = Listed with
    {
        Credentials = new FixedCredentials(TokenServer.Username, TokenServer.Password),
    };

    [Fact]
    public async Task A_public_image_is_pulled_with_a_token_for_everybody()
    {
        await using var tokens = await TokenServer.StartAsync();
        await using var registry = await TestRegistry.StartAsync(tokens.CheckAsync);
        await registry.AddAsync(App, SomeImage, "1.0");
        Assert.Equal(SomeImage.Digest, (await PullAsync(registry)).Digest);
        var asked = Assert.Single(tokens.Asked);
        Assert.Equal(
            ("GET", $"repository:{App}:pull", null),
            (asked.Method, Assert.Single(asked.Scopes), asked.Authorization)
        );
    }

    [Theory]
    [InlineData("token", "Bearer realm=\"{0}\",service=\"test registry\",scope=\"{1}\"")]
    [InlineData("access_token", "bEaReR realm = \"{0}\"  , scope=\"{1}\" ,service  =\"test registry\"")]
    [InlineData("token", "Bearer service=\"test registry\",realm={0}")]
    [InlineData(
        "token",
        "Negotiate YIIB==, Basic realm=\"x\", Bearer other=fun,realm=\"{0}\",service=\"test\\ "
            + "registry\",error=\"insufficient_scope\""
    )]
    public async Task A_challenge_may_be_written_in_many_ways(string member, string challenge)
    {
        await using var tokens = await TokenServer.StartAsync();
        (tokens.TokenMember, tokens.Challenge) = (member, challenge);
        await using var registry = await TestRegistry.StartAsync(tokens.CheckAsync);
        await PushAsync(registry, SomeImage, Known);
        AssertHolds(registry, SomeImage);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)] // by POST
    public async Task A_challenge_without_a_service_means_the_registry_itself(bool isPosted)
    {
        await using var tokens = await TokenServer.StartAsync();
        tokens.Challenge = "Bearer realm=\"{0}\",scope=\"{1}\"";
        tokens.Refused = isPosted ? ("GET", 404) : null;
        await using var registry = await TestRegistry.StartAsync(tokens.CheckAsync);
        tokens.Service = registry.Authority;
        await PushAsync(registry, SomeImage, Known);
        AssertHolds(registry, SomeImage);
    }

    [Theory]
    [InlineData("realm=\"https://registry.example/token\"")]
    [InlineData("NTLM")]
    [InlineData("Negotiate, Digest realm=\"x\"")]
    public async Task A_challenge_that_nobody_can_meet_is_quoted(string header)
    {
        await using var registry = await TestRegistry.StartAsync(context =>
        {
            context.Response.Headers.WWWAuthenticate = header;
            return TestRegistry.RefuseAsync(context, 401, "UNAUTHORIZED", "who are you");
        });
        var message = await TestImage.FailsAsync(DiagnosticTable.Unauthorized, () => PullAsync(registry));
        Assert.Contains($"'WWW-Authenticate: {header}'", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", 404)]
    [InlineData("GET", 405)]
    [InlineData("GET", 401)]
    [InlineData("GET", 400)]
    [InlineData("POST", 404)] // GCR
    public async Task A_password_goes_by_whichever_way_the_server_knows(string method, int status)
    {
        await using var tokens = await TokenServer.StartAsync();
        tokens.Refused = (method, status);
        await using var registry = await TestRegistry.StartAsync(tokens.CheckAsync);
        await PushAsync(registry, SomeImage, Known);
        AssertHolds(registry, SomeImage);
        Assert.Equal(method == "GET" ? "password" : null, tokens.Asked.Last().Grant);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(404)] // GCR
    [InlineData(401)] // Artifactory
    [InlineData(400)] // ACR
    [InlineData(405)]
    public async Task An_identity_token_is_exchanged_and_a_password_beside_it_is_the_fallback(int status)
    {
        await using var tokens = await TokenServer.StartAsync();
        tokens.Refused = status == 0 ? null : ("POST", status);
        await using var registry = await TestRegistry.StartAsync(tokens.CheckAsync);
        var password = status == 0 ? "" : TokenServer.Password;
        await PushAsync(
            registry,
            SomeImage,
            Listed with
            {
                Credentials = new FixedCredentials(TokenServer.Username, password)
                {
                    IdentityToken = TokenServer.Identity,
                },
            }
        );
        AssertHolds(registry, SomeImage);
        Assert.Equal(status == 0 ? "refresh_token" : null, tokens.Asked.Last().Grant);
    }

    [Fact]
    public async Task One_token_is_enough_for_a_push_and_the_scope_for_it_comes_first()
    {
        await using var tokens = await TokenServer.StartAsync();
        await using var registry = await TestRegistry.StartAsync(tokens.CheckAsync);
        await PushAsync(registry, TestImages.Create("many", [.. Enumerable.Range(1, 40)]), Known);
        Assert.Equal([$"repository:{App}:pull,push"], Assert.Single(tokens.Asked).Scopes);
    }

    [Fact]
    public async Task A_mount_has_both_repositories_in_one_token()
    {
        await using var tokens = await TokenServer.StartAsync();
        await using var registry = await TestRegistry.StartAsync(tokens.CheckAsync);
        await registry.AddAsync("base/image", SomeImage, "1");
        using var client = new RegistryClient(Known);
        var image = await new RegistrySource(
            ImageReference.Parse($"{registry.Authority}/base/image:1"),
            client
        ).PullAsync(TestImages.Amd64, Cancelled);
        var report = await new RegistrySink(registry.Authority, App, ["1.0"], client).PushAsync(image, Cancelled);
        Assert.All(report.Layers.Values, fate => Assert.Equal(BlobFate.Mounted, fate));
        Assert.Contains(
            tokens.Asked,
            asked => asked.Scopes.SequenceEqual([$"repository:{App}:pull,push", "repository:base/image:pull"])
        );
    }

    [Fact]
    public async Task What_the_registry_calls_the_repository_is_asked_for_too()
    {
        await using var tokens = await TokenServer.StartAsync();
        tokens.Challenge =
            "Bearer realm=\"{0}\",service=\"test registry\",scope=\"repository:prefix/" + App + ":pull,push {1}\"";
        await using var registry = await TestRegistry.StartAsync(context =>
            context.Request.Path == "/v2/" ? Task.FromResult(false) : tokens.CheckAsync(context)
        );
        await PushAsync(registry, SomeImage, Known);
        Assert.Contains(
            tokens.Asked,
            asked => asked.Scopes.SequenceEqual([$"repository:{App}:pull,push", $"repository:prefix/{App}:pull,push"])
        );
    }

    [Fact]
    public async Task A_token_that_is_no_longer_accepted_is_replaced_in_the_middle_of_a_push()
    {
        await using var tokens = await TokenServer.StartAsync();
        tokens.Uses = 3;
        await using var registry = await TestRegistry.StartAsync(tokens.CheckAsync);
        await PushAsync(registry, TestImages.Create("large", 3_000_000, 5, 6, 7), Known with { ParallelUploads = 1 });
        AssertHolds(registry, TestImages.Create("large", 3_000_000, 5, 6, 7));
        Assert.InRange(tokens.Asked.Count, 5, 10);
    }

    [Fact]
    public async Task A_token_is_replaced_before_it_expires()
    {
        await using var tokens = await TokenServer.StartAsync();
        await using var registry = await TestRegistry.StartAsync(tokens.CheckAsync);
        var time = new HastyTime();
        await PushAsync(registry, SomeImage, Known with { Time = time });
        Assert.True(tokens.Asked.Count > 5, $"{tokens.Asked.Count} tokens");
        Assert.DoesNotContain(registry.Seen, seen => seen.Authorization is null && seen.Path != "/v2/");
    }

    [Fact]
    public async Task A_challenge_that_is_missing_is_looked_for_at_the_root()
    {
        // gcr.io, after containers/image docker_client.go: the refusal of the request itself says nothing.
        await using var tokens = await TokenServer.StartAsync();
        var pings = 0;
        await using var registry = await TestRegistry.StartAsync(async context =>
        {
            var isRoot = context.Request.Path == "/v2/";
            if (isRoot && ++pings == 1)
                return false;
            var refused = !isRoot && context.Request.Headers.Authorization.Count == 0;
            return refused
                ? await TestRegistry.RefuseAsync(context, 401, "UNAUTHORIZED")
                : await tokens.CheckAsync(context);
        });
        await registry.AddAsync(App, SomeImage, "1.0");
        Assert.Equal(SomeImage.Digest, (await PullAsync(registry)).Digest);
        Assert.Equal(2, pings);
    }

    /// <summary>Every look at it makes it ten minutes later.</summary>
    private sealed class HastyTime : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Interlocked.Add(ref _ticks, TimeSpan.FromMinutes(10).Ticks);
    }
}
