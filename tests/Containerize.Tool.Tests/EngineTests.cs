using Containerize.TestKit.Images;
using Containerize.TestKit.Tools;

namespace Containerize.Tool.Tests;

/// <summary>The engine of this machine as a place: Debian's Docker daemon.</summary>
public sealed class EngineTests(ToolMachine machine)
{
    [Fact]
    public async Task Docker_is_given_an_image_and_gives_it_back()
    {
        var folder = machine.Folder.Create("engine");
        await using var engine = await DockerEngine.StartAsync(folder);
        var tool = await machine.Tool;
        await RunAsync("copy", $"oci:{machine.Small.Folder}:1.0", "daemon:acme/app:1.0");
        Assert.Contains(
            "acme/app:1.0",
            (await engine.DockerAsync("images", "--format", "{{.Repository}}:{{.Tag}}")).Output,
            StringComparison.Ordinal
        );
        Assert.Contains("FROM_BASE=yes", await RunAsync("inspect", "daemon:acme/app:1.0"), StringComparison.Ordinal);
        await RunAsync("copy", "daemon:acme/app:1.0", $"oci:{folder}/back");
        FileTree.Of(new OciLayout($"{folder}/back")).AssertSame(FileTree.Of(machine.Small), times: true);
        var context = Directory.CreateDirectory(Path.Combine(folder, "context")).FullName;
        await File.WriteAllTextAsync(
            Path.Combine(context, "Dockerfile"),
            "FROM scratch\nENV BUILT=yes\nCOPY Dockerfile /\n",
            TestContext.Current.CancellationToken
        );
        await RunAsync("build", context, "--tag", "acme/built:1.0", "--load", "--cache-dir", $"{folder}/cache");
        Assert.Contains("BUILT=yes", await RunAsync("inspect", "daemon:acme/built:1.0"), StringComparison.Ordinal);
        Assert.Contains(
            "error CTZ0029",
            (await CommandAsync("inspect", "daemon:acme/nothing")).Expect(1).Error,
            StringComparison.Ordinal
        );

        async Task<string> RunAsync(params string[] arguments) => (await CommandAsync(arguments)).Expect(0).Output;

        Task<CommandResult> CommandAsync(params string[] arguments) =>
            (
                tool.Command(arguments) is var command
                    ? command with
                    {
                        Environment = new Dictionary<string, string?>(command.Environment)
                        {
                            ["DOCKER_HOST"] = $"unix://{folder}/docker.sock",
                        },
                    }
                    : command
            ).RunAsync();
    }
}
