using System.Globalization;
using Containerize.TestKit.Images;
using Containerize.TestKit.Servers;
using Containerize.TestKit.Tools;

namespace Containerize.Tests.Publishing;

/// <summary>The README's command, as it stands there, in a clone of this repository that has seen nothing
/// else.</summary>
public sealed class SampleTests(Machine machine)
{
    [Fact]
    public async Task The_README_s_command_makes_an_image_that_runs_in_a_fresh_clone()
    {
        var clone = Path.Combine(machine.Folder.Create("clone"), "containerize");
        await Shell.RunAsync("git", "clone", "--quiet", TestFolder.Repository, clone);
        var result = await new ShellCommand("dotnet", ["publish", "samples/HelloWeb", "-p:Containerize=true"])
        {
            WorkingFolder = clone,
            Environment = Sdk.Quiet,
            Timeout = TimeSpan.FromMinutes(9),
        }.RunAsync();
        result.Expect(0);
        var tarball = Assert.Single(
            Directory.GetFiles(Path.Combine(clone, "samples/HelloWeb/bin"), "*.tar", SearchOption.AllDirectories)
        );
        ImageValidator.AssertValid(
            OciLayout.FromTarball(tarball, Path.Combine(machine.Folder.Create("clone"), "layout")).Folder
        );
        var docker = await machine.Docker;
        Assert.Equal("Loaded image: helloweb:latest", await docker.LoadAsync(tarball));
        await AssertAnswersAsync(docker);
    }

    private static async Task AssertAnswersAsync(DockerEngine docker)
    {
        var port = Server.FreePort().ToString(CultureInfo.InvariantCulture);
        var container = (
            await docker.DockerAsync(
                "run",
                "--detach",
                "--network",
                "host",
                "--env",
                $"ASPNETCORE_URLS=http://127.0.0.1:{port}",
                "helloweb:latest"
            )
        ).Text;
        try
        {
            using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
            Assert.Contains(
                "healthy",
                await WebImageTests.AnswerAsync(client, "/health", () => docker.DockerAsync("logs", container)),
                StringComparison.Ordinal
            );
            Assert.Equal(
                "1654",
                (await docker.DockerAsync("top", container, "-o", "pid,uid")).Lines[^1].Split(' ')[^1]
            );
        }
        finally
        {
            await docker.DockerAsync("rm", "--force", container);
        }
    }
}
