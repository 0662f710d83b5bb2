using Containerize.TestKit.Tools;

namespace Containerize.Tests.Projects;

/// <summary>The samples of this repository, copied out of it so that the package reaches them as it reaches a
/// user.</summary>
public static class Samples
{
    /// <summary>Copies a sample, with what it references beside it, and adds the package to it.</summary>
    /// <param name="folder">The folder in which the sample's folder is made.</param>
    public static WrittenProject Write(string name, string folder, PackageFeed feed)
    {
        var samples = Path.Combine(TestFolder.Repository, "samples");
        foreach (var sample in Directory.GetDirectories(samples, name + "*"))
            Copy(sample, Path.Combine(folder, Path.GetFileName(sample)));
        var project = Path.Combine(folder, name, name + ".csproj");
        var text = File.ReadAllText(project);
        File.WriteAllText(
            project,
            text.Replace(
                "</Project>",
                $"""
                  <ItemGroup>
                    <PackageReference Include="Containerize" Version="{feed.Version}" PrivateAssets="all" />
                  </ItemGroup>
                </Project>
                """,
                StringComparison.Ordinal
            )
        );
        return new WrittenProject(Path.Combine(folder, name), name, feed).With("NuGetAudit", "false");
    }

    /// <summary>Copies a folder without what a build leaves in it.</summary>
    public static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        foreach (
            var folder in Directory
                .GetDirectories(from)
                .Where(folder => Path.GetFileName(folder) is not ("bin" or "obj"))
        )
            Copy(folder, Path.Combine(to, Path.GetFileName(folder)));
    }
}
