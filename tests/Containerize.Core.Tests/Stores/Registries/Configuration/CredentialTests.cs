using Containerize.Diagnostics;

namespace Containerize.Core.Tests.Stores.Registries.Configuration;

public sealed class CredentialTests : ConfigurationTest
{
    private const string Somebody = """{"auths":{"test.io":{"auth":"Zm9vOmJhcg=="}}}"""; // foo:bar

    [Theory] // the SDK's table, AuthHandshakeMessageHandlerTests
    [InlineData("SDK_CONTAINER_REGISTRY", "out.example", true, true)]
    [InlineData("DOTNET_CONTAINER_REGISTRY", "out.example", true, true)]
    [InlineData("DOTNET_CONTAINER_PUSH_REGISTRY", "out.example", true, true)]
    [InlineData("DOTNET_CONTAINER_PULL_REGISTRY", "out.example", true, false)]
    [InlineData("SDK_CONTAINER_REGISTRY", "out.example", false, true)]
    [InlineData("DOTNET_CONTAINER_PULL_REGISTRY", "out.example", false, true)]
    [InlineData("DOTNET_CONTAINER_PUSH_REGISTRY", "out.example", false, false)]
    [InlineData("DOTNET_CONTAINER_REGISTRY", "base.example", false, false)]
    [InlineData("DOTNET_CONTAINER_PULL_REGISTRY", "base.example", false, true)]
    public async Task Variables_are_for_pushing_for_pulling_or_for_the_output(
        string prefix,
        string registry,
        bool push,
        bool found
    )
    {
        Bases = [registry];
        (Variables[prefix + "_UNAME"], Variables[prefix + "_PWORD"]) = ("me", "pass");
        Assert.Equal(found, await FindAsync(registry, push) is { Username: "me", Password: "pass" });
    }

    [Theory]
    [InlineData("DOTNET_CONTAINER_PUSH_REGISTRY", "")]
    [InlineData("DOTNET_CONTAINER_REGISTRY", null)]
    [InlineData("SDK_CONTAINER_REGISTRY", "")]
    public async Task A_name_without_a_password_is_an_error_for_a_push_and_nothing_for_a_pull(
        string prefix,
        string? password
    )
    {
        Variables[prefix + "_UNAME"] = "me";
        if (password is not null)
            Variables[prefix + "_PWORD"] = password;
        Assert.Null(await FindAsync("out.example", push: false));
        var exception = await Assert.ThrowsAsync<ContainerizeException>(() => FindAsync("out.example", push: true));
        Assert.Equal(DiagnosticTable.PasswordMissing, exception.Diagnostic);
        Assert.Contains(prefix + "_PWORD", exception.Message, StringComparison.Ordinal);
    }

    // The SDK pulls one base and pushes to one registry. Here a Dockerfile may name any other.
    [Theory]
    [InlineData("DOTNET_CONTAINER_PULL_REGISTRY", "base.example", "other.example", false)]
    [InlineData("DOTNET_CONTAINER_PULL_REGISTRY", "base.example", "out.example", false)]
    [InlineData("DOTNET_CONTAINER_PULL_REGISTRY", "", "docker.io", false)]
    [InlineData("DOTNET_CONTAINER_PULL_REGISTRY", "base.example second.example", "base.example", false)]
    [InlineData("DOTNET_CONTAINER_PULL_REGISTRY", "base.example BASE.example", "Base.example", true)]
    [InlineData("DOTNET_CONTAINER_REGISTRY", "base.example", "base.example", false)]
    [InlineData("SDK_CONTAINER_REGISTRY", "base.example", "other.example", false)]
    public async Task A_registry_that_only_a_Dockerfile_names_gets_no_password_of_a_variable(
        string prefix,
        string bases,
        string registry,
        bool found
    )
    {
        Bases = bases.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        (Variables[prefix + "_UNAME"], Variables[prefix + "_PWORD"]) = ("me", "pass");
        Assert.Equal(found, await FindAsync(registry, push: false) is not null);
    }

    [Theory]
    [InlineData("DOTNET_CONTAINER_PULL_REGISTRY", false)]
    [InlineData("DOTNET_CONTAINER_PUSH_REGISTRY", true)]
    [InlineData("DOTNET_CONTAINER_REGISTRY", false)]
    [InlineData("DOTNET_CONTAINER_REGISTRY", true)]
    [InlineData("SDK_CONTAINER_REGISTRY", true)]
    public async Task A_host_beside_the_password_says_where_it_goes(string prefix, bool push)
    {
        Bases = ["base.example"];
        (Variables[prefix + "_UNAME"], Variables[prefix + "_PWORD"], Variables[prefix + "_HOST"]) = (
            "me",
            "pass",
            "a.example:5000; b.example"
        );
        Assert.NotNull(await FindAsync("a.example:5000", push));
        Assert.NotNull(await FindAsync("B.example", push));
        Assert.Null(await FindAsync("a.example", push));
        Assert.Null(await FindAsync(push ? "out.example" : "base.example", push));
    }

    [Theory]
    [InlineData("PUSH_REGISTRY")]
    [InlineData("REGISTRY")]
    public async Task One_password_is_not_for_two_registries_that_are_pushed_to(string kind)
    {
        (Variables[$"DOTNET_CONTAINER_{kind}_UNAME"], Variables[$"DOTNET_CONTAINER_{kind}_PWORD"]) = ("me", "pass");
        var credentials = (Environment with { OutputRegistries = ["out.example", "second.example"] })
            .ToOptions()
            .Credentials;
        Assert.Null(
            await credentials.FindAsync(new("out.example", "team/app", true), TestContext.Current.CancellationToken)
        );
    }

    [Fact]
    public async Task The_particular_variables_come_before_those_for_everything()
    {
        foreach (
            var prefix in new[]
            {
                "SDK_CONTAINER_REGISTRY",
                "DOTNET_CONTAINER_REGISTRY",
                "DOTNET_CONTAINER_PUSH_REGISTRY",
            }
        )
        {
            (Variables[prefix + "_UNAME"], Variables[prefix + "_PWORD"]) = (prefix, "pass");
            Assert.Equal(prefix, (await FindAsync("out.example"))?.Username);
        }
    }

    [Fact]
    public async Task Each_place_counts_before_the_ones_after_it()
    {
        string[] expected = ["xdg", "runtime", "dockerhome", "authconfig", "environment"];
        Write(".config/containers/auth.json", Auth("xdg"));
        var found = new List<string?> { (await FindAsync())?.Username };
        Variables["XDG_RUNTIME_DIR"] = Path.Combine(Home, "run");
        Write("run/containers/auth.json", Auth("runtime"));
        found.Add((await FindAsync())?.Username);
        Write(".docker/config.json", Auth("dockerhome"));
        found.Add((await FindAsync())?.Username);
        Variables["DOCKER_AUTH_CONFIG"] = Auth("authconfig");
        found.Add((await FindAsync())?.Username);
        (Variables["DOTNET_CONTAINER_REGISTRY_UNAME"], Variables["DOTNET_CONTAINER_REGISTRY_PWORD"]) = (
            "environment",
            "x"
        );
        Variables["DOTNET_CONTAINER_REGISTRY_HOST"] = "test.io";
        found.Add((await FindAsync())?.Username);
        Assert.Equal(expected, found);
    }

    [Fact]
    public async Task Variables_that_name_a_place_replace_the_usual_one()
    {
        Write(".docker/config.json", Auth("dockerhome"));
        Write("other/config.json", "{}");
        Variables["DOCKER_CONFIG"] = Path.Combine(Home, "other");
        Assert.Null(await FindAsync());
        Variables["REGISTRY_AUTH_FILE"] = Write("podman.json", Auth("named"));
        Assert.Equal("named", (await FindAsync())?.Username);
    }

    [Fact]
    public async Task A_variable_that_is_no_config_is_passed_over_as_docker_does()
    {
        Variables["DOCKER_AUTH_CONFIG"] = "nonsense";
        Write(".docker/config.json", Somebody);
        Assert.Equal("foo", (await FindAsync())?.Username);
        Assert.Single(Warnings);
    }

    [Fact]
    public async Task A_file_that_may_not_be_read_is_named()
    {
        var file = Write(".docker/config.json", "]");
        var exception = await Assert.ThrowsAsync<ContainerizeException>(() => FindAsync());
        Assert.Contains(file, exception.Message, StringComparison.Ordinal);
        File.Delete(file);
        Directory.CreateDirectory(file);
        Assert.Null(await FindAsync());
    }

    private static string Auth(string user) =>
        "{\"auths\":{\"test.io\":{\"username\":\"" + user + "\",\"password\":\"x\"}}}";
}
