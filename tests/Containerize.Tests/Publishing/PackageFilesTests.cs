using System.IO.Compression;
using Containerize.TestKit.Images;
using Containerize.Tests.Projects;

namespace Containerize.Tests.Publishing;

/// <summary>
/// A package whose own targets copy its files, used by a referenced project: no item of the publish says whose they
/// are.
/// </summary>
public sealed class PackageFilesTests(Machine machine)
{
    private const string Targets = """
        <Project>
          <ItemGroup>
            <None Include="$(MSBuildThisFileDirectory)../tools/**" CopyToOutputDirectory="PreserveNewest"
                  Link="Copied/%(RecursiveDir)%(Filename)%(Extension)" />
            <Content Include="$(MSBuildThisFileDirectory)../other/**" CopyToOutputDirectory="PreserveNewest"
                     Link="%(RecursiveDir)%(Filename)%(Extension)" />
          </ItemGroup>
        </Project>
        """;

    [Fact]
    public async Task They_lie_with_packages_and_foreign_libraries_are_told()
    {
        var feed = await machine.Feed;
        WritePackage(Path.Combine(Path.GetDirectoryName(feed.Nupkg)!, "Copying.Tools.1.2.3.nupkg"));
        var folder = machine.Folder.Create("package-files");
        var layout = new OciLayout(Path.Combine(folder, "layout"));
        TestProject
            .Library("Middle")
            .WithItem("PackageReference", "Copying.Tools", ("Version", "1.2.3"))
            .WriteTo(folder, feed);
        var project = TestProject
            .Console("Taker")
            .WithReference(TestProject.Library("Middle"))
            .Containerized(feed)
            .WriteTo(folder, feed)
            .With("ContainerBaseImage", "scratch")
            .With("ContainerOciLayoutPath", layout.Folder);
        var result = (await project.ContainerizeAsync()).Succeeded();

        Assert.Equal(["dependencies-copying-tools", "host", "app"], layout.OwnLayers().Select(layer => layer.Name));
        Assert.Equal(
            ["app/Copied/deep/tool.dll", "app/runtimes/win-x64/native/foreign.dll"],
            layout.FilesOf("dependencies-copying-tools")
        );
        Assert.Contains("app/Middle.dll", layout.FilesOf("app"));
        Assert.Contains(
            result.Lines,
            line =>
                line.Contains("warning CTZ0191", StringComparison.Ordinal)
                && line.Contains("11.0 MiB", StringComparison.Ordinal)
                && line.Contains("runtimes/win-x64", StringComparison.Ordinal)
        );
        // The library does not have the package, so nothing maps its folder.
        var causes = Assert.Single(
            result.Lines.Distinct(),
            line => line.Contains("warning CTZ0180", StringComparison.Ordinal)
        );
        Assert.Contains(
            $"/app/Middle.dll: the folder of '{folder}/Middle/Middle.csproj'",
            causes,
            StringComparison.Ordinal
        );
    }

    // One file by the targets, one foreign library that is all zeros: it compresses to next to nothing.
    private static void WritePackage(string path)
    {
        using var zip = ZipFile.Open(path, ZipArchiveMode.Create);
        Write(
            "Copying.Tools.nuspec",
            """
            <package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd">
              <metadata>
                <id>Copying.Tools</id><version>1.2.3</version><authors>a</authors><description>d</description>
              </metadata>
            </package>
            """
        );
        Write("buildTransitive/Copying.Tools.targets", Targets);
        Write("tools/deep/tool.dll", new string('t', 1 << 20));
        Write("other/runtimes/win-x64/native/foreign.dll", new string('\0', 11 << 20));

        void Write(string name, string text)
        {
            using var writer = new StreamWriter(zip.CreateEntry(name).Open());
            writer.Write(text);
        }
    }
}
