using System.IO.Compression;
using System.Text;
using Containerize.TestKit.Servers;
using Containerize.Tests.Projects;

namespace Containerize.Tests.Registries;

/// <summary>
/// A publish at the loudest verbosity with a binary log, for every way to log in: neither holds the password, a token,
/// or either of them in base64.
/// </summary>
public sealed class SecretTests(Machine machine, SecretTests.Project built) : IClassFixture<SecretTests.Project>
{
    [Theory]
    [InlineData("variables")]
    [InlineData("config")]
    [InlineData("auth config")]
    [InlineData("helper")]
    public async Task A_password_is_in_no_log(string way)
    {
        await using var registry = await DockerRegistry.StartAsync(
            machine.Folder.Create("users"),
            DockerRegistry.Tester
        );
        var said = await PublishAsync(
            registry.Address,
            Environment(way, registry.Address, DockerRegistry.User, DockerRegistry.Password),
            succeeds: true
        );
        AssertHoldsNone(said, Forms(DockerRegistry.User, DockerRegistry.Password));
        Assert.Contains("Using credentials from", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("config")]
    [InlineData("helper")]
    public async Task A_password_that_is_refused_is_in_no_log(string way)
    {
        const string Wrong = "another secret of tests";
        await using var registry = await DockerRegistry.StartAsync(
            machine.Folder.Create("users"),
            DockerRegistry.Tester
        );
        var said = await PublishAsync(
            registry.Address,
            Environment(way, registry.Address, DockerRegistry.User, Wrong),
            succeeds: false
        );
        Assert.Contains("CTZ0032", said, StringComparison.Ordinal);
        AssertHoldsNone(said, Forms(DockerRegistry.User, Wrong));
    }

    [Theory]
    [InlineData("config")]
    [InlineData("helper")]
    [InlineData("identity token")]
    public async Task A_token_is_in_no_log(string way)
    {
        var folder = machine.Folder.Create("token");
        await using var tokens = await JwtServer.StartAsync(folder);
        await using var registry = await DockerRegistry.StartAsync(folder, auth: tokens.Configuration);
        var said = await PublishAsync(
            registry.Address,
            Environment(way, registry.Address, JwtServer.Username, JwtServer.Password),
            succeeds: true
        );
        Assert.NotEmpty(tokens.Issued);
        AssertHoldsNone(
            said,
            [
                .. Forms(JwtServer.Username, JwtServer.Password),
                .. Forms("<token>", JwtServer.IdentityToken),
                .. tokens.Issued.SelectMany(token => new[] { token, token.Split('.')[2], Base64(token) }),
            ]
        );
    }

    private async Task<string> PublishAsync(string registry, Dictionary<string, string?> environment, bool succeeds)
    {
        var log = Path.Combine(machine.Folder.Create("log"), "publish.binlog");
        var project = built
            .Written.With("ContainerBaseImage", (await machine.Bases).SmallReference)
            .With("ContainerRegistry", registry)
            .With("ContainerRepository", "secret/app");
        project = project with
        {
            Settings = project.Settings with { Environment = project.Settings.Environment.SetItems(environment) },
        };
        var result = await project.ContainerizeAsync("--no-build", "-v:diag", $"-bl:{log}");
        result.Command.Expect(succeeds ? 0 : 1);
        using var unpacked = new MemoryStream();
        await using (var packed = new GZipStream(File.OpenRead(log), CompressionMode.Decompress))
            await packed.CopyToAsync(unpacked, TestContext.Current.CancellationToken);
        return string.Join('\n', result.Lines) + "\n" + Encoding.UTF8.GetString(unpacked.ToArray());
    }

    private Dictionary<string, string?> Environment(string way, string registry, string user, string password)
    {
        var home = machine.Folder.Create("home");
        var environment = new Dictionary<string, string?>
        {
            ["DOCKER_CONFIG"] = home,
            ["DOTNET_CONTAINER_INSECURE_REGISTRIES"] = "127.0.0.1",
        };
        var auths = "{\"auths\":{\"" + registry + "\":{\"auth\":\"" + Base64($"{user}:{password}") + "\"}}}";
        switch (way)
        {
            case "variables":
                // Variables that begin with DOTNET_ are written into logs by MSBuild itself, before any task runs.
                (environment["SDK_CONTAINER_REGISTRY_UNAME"], environment["SDK_CONTAINER_REGISTRY_PWORD"]) = (
                    user,
                    password
                );
                break;
            case "config":
                File.WriteAllText(Path.Combine(home, "config.json"), auths);
                break;
            case "identity token":
                File.WriteAllText(
                    Path.Combine(home, "config.json"),
                    "{\"auths\":{\"" + registry + "\":{\"identitytoken\":\"" + JwtServer.IdentityToken + "\"}}}"
                );
                break;
            case "auth config":
                environment["DOCKER_AUTH_CONFIG"] = auths;
                break;
            default:
                File.WriteAllText(Path.Combine(home, "config.json"), "{\"credsStore\":\"tests\"}");
                var helper = Path.Combine(home, "docker-credential-tests");
                File.WriteAllText(
                    helper,
                    $$"""
                    #!/bin/sh
                    echo '{"Username":"{{user}}","Secret":"{{password}}"}'
                    """
                );
                File.SetUnixFileMode(helper, UnixFileMode.UserRead | UnixFileMode.UserExecute);
                environment["PATH"] = $"{home}:{System.Environment.GetEnvironmentVariable("PATH")}";
                break;
        }

        return environment;
    }

    private static string[] Forms(string user, string password) =>
        [
            password,
            Base64(password).TrimEnd('='),
            Base64($"{user}:{password}").TrimEnd('='),
            Uri.EscapeDataString(password),
        ];

    private static void AssertHoldsNone(string said, IEnumerable<string> secrets) =>
        Assert.All(
            secrets,
            secret => Assert.False(said.Contains(secret, StringComparison.Ordinal), "a secret is in the log")
        );

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    /// <summary>A program, built once.</summary>
    public sealed class Project(Machine machine) : IAsyncLifetime
    {
        public WrittenProject Written { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            var feed = await machine.Feed;
            Written = TestProject.Console("Secret").Containerized(feed).WriteTo(machine.Folder.Create("secret"), feed);
            (await Written.PublishAsync()).Succeeded();
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
