using System.Diagnostics;
using Containerize.Diagnostics;
using Containerize.Stores.Registries.Configuration;

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

    // docker/cli, GetCredentialsStore: a helper without a name is the file, whatever credsStore says.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_helper_without_a_name_means_the_file(bool push)
    {
        WriteHelper("all", """echo '{"Username":"store","Secret":"s"}'""");
        Write(
            ".docker/config.json",
            Somebody.Replace(
                "{\"auths\"",
                "{\"credsStore\":\"all\",\"credHelpers\":{\"test.io\":\"\"},\"auths\"",
                StringComparison.Ordinal
            )
        );
        Assert.Equal("foo", (await FindAsync(push: push))?.Username);
        Assert.Equal("store", (await FindAsync("other.io", push))?.Username);
        Assert.Empty(Warnings);
    }

    [Fact]
    public async Task A_helper_that_says_much_on_the_side_is_heard_to_its_end()
    {
        WriteHelper("all", """head -c 300000 /dev/zero | tr '\0' x >&2; echo '{"Username":"loud","Secret":"s"}'""");
        Write(".docker/config.json", """{"credsStore":"all"}""");
        Assert.Equal("loud", (await FindAsync())?.Username);
    }

    [Fact]
    public async Task A_helper_whose_answer_is_too_long_is_refused_at_its_end()
    {
        WriteHelper("all", """head -c 300000 /dev/zero | tr '\0' x; exit 0""");
        Write(".docker/config.json", """{"credsStore":"all"}""");
        Assert.Contains(
            "longer than 64 KiB",
            (await Assert.ThrowsAsync<ContainerizeException>(() => FindAsync())).Message,
            StringComparison.Ordinal
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
    public async Task A_helper_is_asked_for_its_registry_by_the_key_that_names_it()
    {
        WriteHelper(
            "test",
            """read server; echo "{\"ServerURL\":\"x\",\"Username\":\"$server\",\"Secret\":\"pä$1\"}" """
        );
        Write(".docker/config.json", """{"credHelpers":{"https://test.io/v1/":"test"}}""");
        Assert.Equal(("https://test.io/v1/", "päget"), ((await FindAsync())?.Username, (await FindAsync())?.Password));
        Assert.Null(await FindAsync("other.io"));
    }

    [Fact]
    public async Task A_store_is_asked_for_every_registry()
    {
        WriteHelper("all", """read server; echo "{\"Username\":\"$server\",\"Secret\":\"s\"}" """);
        Write(".docker/config.json", """{"credsStore":"all"}""");
        Assert.Equal("test.io", (await FindAsync())?.Username);
        Assert.Equal("https://index.docker.io/v1/", (await FindAsync("docker.io"))?.Username);
    }

    [Fact]
    public async Task A_helper_may_hold_an_identity_token()
    {
        WriteHelper("all", """echo '{"Username":"<token>","Secret":"identity"}'""");
        Write(".docker/config.json", """{"credsStore":"all"}""");
        Assert.Equal(
            ("", "", "identity"),
            await FindAsync() is { } found ? (found.Username, found.Password, found.IdentityToken) : default
        );
    }

    [Theory]
    [InlineData("echo 'credentials not found in native keychain'; exit 1")]
    [InlineData("echo '{\"Username\":\"\",\"Secret\":\"\"}'")]
    public async Task A_helper_that_has_none_leaves_it_to_the_file(string script)
    {
        WriteHelper("all", script);
        Write(
            ".docker/config.json",
            Somebody.Replace("{\"auths\"", "{\"credsStore\":\"all\",\"auths\"", StringComparison.Ordinal)
        );
        Assert.Equal("foo", (await FindAsync())?.Username);
    }

    [Theory]
    [InlineData("all", "echo 'the keychain is locked'; exit 3", "ended with 3: the keychain is locked")]
    [InlineData("all", "echo hello", "not the JSON")]
    [InlineData("all", "echo '{\"Secret\":7}x'", "not the JSON")]
    [InlineData("missing", "", "no such program")]
    [InlineData("../../bin/evil", "", "not one of a program")]
    [InlineData("x; touch /tmp/x", "", "not one of a program")]
    [InlineData("-x", "", "not one of a program")]
    public async Task A_helper_that_fails_stops_a_push_and_warns_in_a_pull(string name, string script, string said)
    {
        WriteHelper("all", script);
        Write(".docker/config.json", $$"""{"credsStore":"{{name}}"}""");
        var exception = await Assert.ThrowsAsync<ContainerizeException>(() => FindAsync());
        Assert.Equal(DiagnosticTable.CredentialHelperFailed, exception.Diagnostic);
        Assert.Contains(said, exception.Message, StringComparison.Ordinal);
        Assert.Null(await FindAsync(push: false));
        Assert.Contains(said, Assert.Single(Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_helper_that_hangs_is_ended()
    {
        WriteHelper("slow", "sleep 60");
        var clock = Stopwatch.StartNew();
        var exception = await Assert.ThrowsAsync<ContainerizeException>(() =>
            new CredentialHelper("slow", Environment) { Limit = TimeSpan.FromSeconds(0.3) }.GetAsync(
                "test.io",
                TestContext.Current.CancellationToken
            )
        );
        Assert.Contains("longer than", exception.Message, StringComparison.Ordinal);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 10);
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
