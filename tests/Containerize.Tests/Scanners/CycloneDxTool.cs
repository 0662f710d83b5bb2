using System.Text.Json.Nodes;
using Containerize.TestKit.Tools;

namespace Containerize.Tests.Scanners;

/// <summary>The .NET tool of CycloneDX, which makes an SBOM of a project file.</summary>
/// <param name="Program">The program.</param>
public sealed record CycloneDxTool(string Program)
{
    /// <summary>Installs it into a folder.</summary>
    public static async Task<CycloneDxTool> InstallAsync(string folder)
    {
        (
            await Shell.RunAsync("dotnet", "tool", "install", "CycloneDX", "--version", "6.3.1", "--tool-path", folder)
        ).Expect(0);
        return new(Path.Combine(folder, "dotnet-CycloneDX"));
    }

    /// <summary>What it lists of a project that was restored.</summary>
    /// <param name="project">The project file.</param>
    /// <param name="packages">The folder of NuGet packages.</param>
    /// <param name="output">An empty folder.</param>
    public async Task<JsonNode> RunAsync(string project, string packages, string output)
    {
        (
            await new ShellCommand(
                Program,
                [project, "--output", output, "--output-format", "Json", "--exclude-dev", "--disable-package-restore"]
            )
            {
                Environment = new Dictionary<string, string?>(Sdk.Quiet)
                {
                    ["NUGET_PACKAGES"] = packages,
                    ["DOTNET_ROLL_FORWARD"] = "LatestMajor",
                },
            }.RunAsync()
        ).Expect(0);
        return JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(output, "bom.json")))!;
    }
}
