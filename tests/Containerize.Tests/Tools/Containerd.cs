using Containerize.TestKit.Tools;

namespace Containerize.Tests.Tools;

/// <summary>containerd's own client, in a namespace of the tests, on the containerd that a Docker daemon
/// brings.</summary>
public sealed class Containerd(string socket)
{
    /// <summary>Imports a tarball and returns the names that containerd has then.</summary>
    public async Task<IReadOnlyList<string>> ImportAsync(string tarball)
    {
        await CtrAsync("images", "import", tarball);
        return (await CtrAsync("images", "list", "--quiet")).Text.Split('\n');
    }

    /// <summary>Runs <c>ctr</c>, which must succeed.</summary>
    public async Task<CommandResult> CtrAsync(params IEnumerable<string> arguments) =>
        (
            await DockerEngine.RunAsync(
                new ShellCommand("ctr", ["--address", socket, "--namespace", "tests", .. arguments])
            )
        ).Expect(0);
}
