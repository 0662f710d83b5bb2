using Containerize.Diagnostics;
using Containerize.Stores.Registries.Configuration;

namespace Containerize.Core.Tests.Stores.Registries.Configuration;

/// <summary>Credential helpers and stores: when they are asked, and what their answers mean.</summary>
public sealed class CredentialHelperTests : ConfigurationTest
{
    private const string Somebody = """{"auths":{"test.io":{"auth":"Zm9vOmJhcg=="}}}"""; // foo:bar

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
        WriteHelper("slow", "sleep 600");
        var exception = await Assert.ThrowsAsync<ContainerizeException>(() =>
            new CredentialHelper("slow", Environment) { Limit = TimeSpan.FromSeconds(0.3) }
                .GetAsync("test.io", TestContext.Current.CancellationToken)
                .WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken)
        );
        Assert.Contains("longer than", exception.Message, StringComparison.Ordinal);
    }
}
