using System.Collections.Concurrent;
using Containerize.TestKit.Servers;

namespace Containerize.Tool.Tests;

/// <summary>What a Dockerfile gets only where the user of <c>containerize build</c> allows it.</summary>
public sealed class BuildPermissionTests(ToolMachine machine) : BuildTest(machine)
{
    private const string Refusal = "needs permission";

    [Fact]
    public async Task The_network_of_the_machine_needs_permission()
    {
        var folder = await WriteAsync("host", "FROM scratch\nRUN --network=host x\n");
        string[] build = ["build", ".", "--output", "oci:out"];
        Assert.Contains(Refusal, (await RunAsync(folder, build)).Expect(1).Error, StringComparison.Ordinal);
        foreach (var allowed in new[] { new[] { "--allow", "network.host" }, ["--network", "host"] })
        {
            // There is no program to run; but it may be tried.
            var error = (await RunAsync(folder, [.. build, .. allowed])).Expect(1).Error;
            Assert.DoesNotContain(Refusal, error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_registry_that_a_Dockerfile_names_gets_no_password_of_a_variable_that_is_not_for_it()
    {
        var passwords = new ConcurrentBag<string>();
        await using var registry = await TestServer.StartAsync(context =>
        {
            passwords.Add(context.Request.Headers.Authorization.ToString());
            context.Response.StatusCode = 401;
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"tests\"";
            return Task.CompletedTask;
        });
        var folder = await WriteAsync("password", $"FROM scratch\nCOPY --from={registry.Authority}/x:1 / /\n");
        await BuildAsync("");
        Assert.NotEmpty(passwords);
        Assert.All(passwords, password => Assert.Equal("", password));
        await BuildAsync(registry.Authority);
        Assert.Contains(passwords, password => password.StartsWith("Basic ", StringComparison.Ordinal));

        async Task BuildAsync(string hosts)
        {
            var command = (await Machine.Tool).Command(["build", ".", "--output", "oci:out"]);
            var environment = new Dictionary<string, string?>(command.Environment)
            {
                // Else plain HTTP keeps every password back.
                ["DOTNET_CONTAINER_INSECURE_REGISTRIES"] = registry.Authority,
                ["DOTNET_CONTAINER_PULL_REGISTRY_UNAME"] = "me",
                ["DOTNET_CONTAINER_PULL_REGISTRY_PWORD"] = "secret",
                ["DOTNET_CONTAINER_PULL_REGISTRY_HOST"] = hosts,
            };
            (await (command with { WorkingFolder = folder, Environment = environment }).RunAsync()).Expect(1);
        }
    }

    private async Task<string> WriteAsync(string name, string text)
    {
        var folder = Context(name);
        await File.WriteAllTextAsync(Path.Combine(folder, "Dockerfile"), text, TestContext.Current.CancellationToken);
        return folder;
    }
}
