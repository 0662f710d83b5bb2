using Containerize.TestKit.Tools;

namespace Containerize.Tests.Tools;

/// <summary>Podman with a store of its own; the vfs driver leaves no mounts behind.</summary>
/// <param name="folder">An empty folder of its own.</param>
public sealed class Podman(string folder)
{
    /// <summary>Loads a tarball and returns the name it got.</summary>
    public async Task<string> LoadAsync(string tarball)
    {
        const string Said = "Loaded image: ";
        var lines = (await PodmanAsync("load", "--input", tarball)).Lines;
        return lines.LastOrDefault(line => line.StartsWith(Said, StringComparison.Ordinal))?[Said.Length..]
            ?? throw new InvalidOperationException(string.Join('\n', lines));
    }

    /// <summary>Runs <c>podman</c>, which must succeed.</summary>
    public Task<CommandResult> PodmanAsync(params IEnumerable<string> arguments) =>
        Shell.RunAsync(
            "podman",
            [
                "--root",
                Path.Combine(folder, "root"),
                "--runroot",
                Path.Combine(folder, "run"),
                "--storage-driver",
                "vfs",
                .. arguments,
            ]
        );
}
