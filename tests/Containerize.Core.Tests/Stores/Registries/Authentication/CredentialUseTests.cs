using System.Text;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores.Registries;
using Containerize.TestKit.Images;
using Containerize.TestKit.Registries;
using Containerize.TestKit.Servers;
using Microsoft.AspNetCore.Http;

namespace Containerize.Core.Tests.Stores.Registries.Authentication;

/// <summary>Where credentials go, and the errors when they are not accepted.</summary>
public sealed class CredentialUseTests : RegistryTest
{
    private static readonly Image SomeImage = TestImages.Create("some", 100_000, 3);

    private static readonly RegistryOptions Listed = Options with { InsecureRegistries = ["127.0.0.1"] };

    private static readonly RegistryOptions Known = Listed with
    {
        Credentials = new FixedCredentials(TokenServer.Username, TokenServer.Password),
    };

    [Fact]
    public async Task A_push_without_the_right_says_whose_credentials_were_tried()
    {
        await using var tokens = await TokenServer.StartAsync();
        await using var registry = await TestRegistry.StartAsync(tokens.CheckAsync);
        await AssertFailsAsync(
            DiagnosticTable.Unauthorized,
            () => PushAsync(registry, SomeImage),
            "401",
            "No credentials were found",
            "docker login"
        );
        var wrong = new FixedCredentials(TokenServer.Username, "wrong-password");
        var exception = await AssertFailsAsync(
            DiagnosticTable.Unauthorized,
            () => PushAsync(registry, SomeImage, Listed with { Credentials = wrong }),
            "/token",
            "who are you",
            "credentials from the test"
        );
        Assert.DoesNotContain("wrong-password", exception.ToString(), StringComparison.Ordinal);
        Assert.True(wrong.Asked.Single().Push);
    }

    [Fact]
    public async Task Credentials_do_not_go_over_plain_http_unless_the_host_is_listed()
    {
        await using var tokens = await TokenServer.StartAsync();
        await using var registry = await TestRegistry.StartAsync(tokens.CheckAsync);
        var exception = await AssertFailsAsync(
            DiagnosticTable.CredentialsWithheld,
            () => PushAsync(registry, SomeImage, Known with { InsecureRegistries = [] }),
            "plain HTTP",
            "List it as insecure"
        );
        Assert.DoesNotContain(TokenServer.Password, exception.ToString(), StringComparison.Ordinal);
        Assert.All(tokens.Asked, asked => Assert.Null(asked.Authorization));
    }

    [Fact]
    public async Task Credentials_for_plain_http_are_as_good_as_none_for_what_is_public()
    {
        await using var tokens = await TokenServer.StartAsync();
        await using var registry = await TestRegistry.StartAsync(tokens.CheckAsync);
        await registry.AddAsync(App, SomeImage, "1.0");
        Assert.Equal(
            SomeImage.Digest,
            (await PullAsync(registry, options: Known with { InsecureRegistries = [] })).Digest
        );
    }

    [Fact]
    public async Task A_scheme_that_we_do_not_speak_is_named()
    {
        await using var registry = await TestRegistry.StartAsync(context =>
        {
            context.Response.Headers.WWWAuthenticate = new[] { "Negotiate", "Digest realm=\"x\"" };
            return TestRegistry.RefuseAsync(context, 401, "UNAUTHORIZED");
        });
        await AssertFailsAsync(DiagnosticTable.Unauthorized, () => PullAsync(registry), "Negotiate, Digest realm=");
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("<html>login</html>")]
    [InlineData("{\"token\":\"\"}")]
    [InlineData("{\"token\":7}")]
    [InlineData("{\"token\":\"a\\r\\nX-Evil: 1\"}")]
    [InlineData("{\"token\":\"\\ud800\"}")]
    public async Task An_answer_without_a_token_is_said_to_have_none(string answer)
    {
        await using var server = await TestServer.StartAsync(context => context.Response.WriteAsync(answer));
        await using var registry = await TestRegistry.StartAsync(context =>
        {
            context.Response.Headers.WWWAuthenticate = $"Bearer realm=\"http://{server.Authority}/token\"";
            return TestRegistry.RefuseAsync(context, 401, "UNAUTHORIZED");
        });
        await AssertFailsAsync(
            DiagnosticTable.NotARegistry,
            () => PullAsync(registry),
            $"GET {server.Authority}/token",
            "no token"
        );
    }

    [Fact]
    public async Task A_secret_that_the_registry_repeats_is_not_repeated()
    {
        var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{TokenServer.Username}:{TokenServer.Password}"));
        await using var registry = await TestRegistry.StartAsync(context =>
        {
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"x\"";
            return TestRegistry.RefuseAsync(
                context,
                401,
                "UNAUTHORIZED",
                $"no {context.Request.Headers.Authorization} {TokenServer.Password}"
            );
        });
        var log = new List<string>();
        var exception = await AssertFailsAsync(
            DiagnosticTable.Unauthorized,
            () => PushAsync(registry, SomeImage, Known with { Log = log.Add }),
            "no Basic *** ***"
        );
        Assert.All(
            log.Append(exception.ToString()),
            line =>
                Assert.False(
                    line.Contains(basic, StringComparison.Ordinal)
                        || line.Contains(TokenServer.Password, StringComparison.Ordinal)
                )
        );
    }
}
