using System.Security;
using Containerize.TestKit.Tools;

namespace Containerize.Tests.Projects;

/// <summary>
/// The package Containerize as a user gets it: packed from this repository and offered by a folder. Projects below the
/// run's folder restore from it and from the sources that this machine is configured for, into a packages folder of the
/// run.
/// </summary>
public sealed class PackageFeed
{
    private PackageFeed(string nupkg, string packages)
    {
        Nupkg = nupkg;
        Packages = packages;
    }

    /// <summary>The packed file.</summary>
    public string Nupkg { get; }

    /// <summary>Its version.</summary>
    public string Version => Path.GetFileNameWithoutExtension(Nupkg)["Containerize.".Length..];

    /// <summary>The packages folder of the run, empty at its start.</summary>
    public string Packages { get; }

    /// <summary>Packs Containerize and writes a nuget.config that adds it to the machine's sources for all projects
    /// below.</summary>
    /// <param name="root">The folder below which the projects of the run lie.</param>
    public static async Task<PackageFeed> PackAsync(string root)
    {
        var feed = Directory.CreateDirectory(Path.Combine(root, "feed")).FullName;
        var pack = new ShellCommand(
            "dotnet",
            ["pack", "src/Containerize", "--configuration", "Release", "--output", feed, "-nodeReuse:false", "-nologo"]
        )
        {
            WorkingFolder = TestFolder.Repository,
            Environment = Sdk.Quiet,
        };
        (await pack.RunAsync()).Expect(0);
        await File.WriteAllTextAsync(
            Path.Combine(root, "nuget.config"),
            $"""
            <configuration>
              <packageSources>
                <add key="Containerize under test" value="{SecurityElement.Escape(feed)}" />
              </packageSources>
            </configuration>
            """
        );
        return new PackageFeed(
            Assert.Single(Directory.GetFiles(feed, "Containerize.*.nupkg")),
            Path.Combine(root, "packages")
        );
    }
}
