namespace Containerize.TestKit.Tools;

/// <summary>The checks of <c>tests/Outside</c>, with the packages of npm that they need.</summary>
/// <param name="Folder">Where they lie.</param>
public sealed record NodePackages(string Folder)
{
    /// <summary>Copies the checks into an empty folder, and installs their packages.</summary>
    public static async Task<NodePackages> InstallAsync(string folder)
    {
        foreach (var file in Directory.GetFiles(Path.Combine(TestFolder.Repository, "tests/Outside")))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        (
            await Shell.RunAsync(
                "npm",
                "install",
                "--prefix",
                folder,
                "--no-audit",
                "--no-fund",
                "--ignore-scripts",
                "--silent"
            )
        ).Expect(0);
        return new(folder);
    }

    /// <summary>What a check prints.</summary>
    public async Task<string[]> RunAsync(string script, params string[] arguments) =>
        (await Shell.RunAsync("node", [Path.Combine(Folder, script), .. arguments]))
            .Expect(0)
            .Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
