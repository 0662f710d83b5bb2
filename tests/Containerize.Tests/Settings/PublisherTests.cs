using Containerize.TestKit.Images;
using Containerize.Tests.Images;
using Containerize.Tests.Projects;

namespace Containerize.Tests.Settings;

/// <summary>
/// One project that is published through every door, with hooks on the SDK's targets and a version that a target
/// computes: the image is made once, and it is the same; where only a package was asked for, none is.
/// </summary>
public sealed class PublisherTests(Machine machine)
{
    // Hooked as MinVer does it; Nerdbank.GitVersioning names its target in GetPackageVersionDependsOn.
    private const string Hooks = """
        <Project>
          <Target Name="ComputeVersion" BeforeTargets="GetAssemblyVersion" Condition="'$(Names)' != 'true'">
            <PropertyGroup>
              <Version>3.4.5</Version>
              <PackageVersion>3.4.5</PackageVersion>
            </PropertyGroup>
          </Target>
          <PropertyGroup Condition="'$(Names)' == 'true'">
            <GetPackageVersionDependsOn>NameVersion;$(GetPackageVersionDependsOn)</GetPackageVersionDependsOn>
          </PropertyGroup>
          <Target Name="NameVersion">
            <PropertyGroup>
              <Version>5.6.1</Version>
            </PropertyGroup>
          </Target>
          <Target Name="Label" BeforeTargets="ComputeContainerConfig">
            <ItemGroup>
              <ContainerLabel Include="example.before" Value="config" />
            </ItemGroup>
          </Target>
          <Target Name="Port" AfterTargets="ComputeContainerBaseImage">
            <ItemGroup>
              <ContainerPort Include="7777" Type="tcp" />
            </ItemGroup>
          </Target>
          <Target Name="Before" BeforeTargets="PublishContainer">
            <Message Importance="high" Text="before: $(GeneratedContainerDigest)" />
          </Target>
          <Target Name="After" AfterTargets="PublishContainer">
            <Message Importance="high" Text="after: $(GeneratedContainerDigest)" />
          </Target>
        </Project>

        """;

    private const string Platforms = """
        <Project>
          <PropertyGroup Condition="'$(Packs)' == 'true'">
            <RuntimeIdentifiers>linux-x64;any</RuntimeIdentifiers>
          </PropertyGroup>
        </Project>

        """;

    [Fact]
    public async Task Whoever_calls_the_image_is_made_once_and_a_package_makes_none()
    {
        var feed = await machine.Feed;
        var folder = machine.Folder.Create("doors");
        var tarball = Path.Combine(folder, "image.tar");
        var project = new TestProject("Doors", "Microsoft.NET.Sdk.Worker")
            .WithProperty("OutputType", "Exe")
            .WithProperty("ImplicitUsings", "disable")
            .WithProperty("IsPackable", "true")
            .WithProperty("Containerize", "true")
            .WithProperty("ContainerBaseImage", (await machine.Bases).SmallReference)
            .WithProperty("ContainerImageTags", "semver")
            .WithProperty("ContainerArchiveOutputPath", tarball)
            .WithProperty("PackAsTool", "true")
            .WithProperty("PackageOutputPath", "packages")
            .WithFile("Program.cs", "System.Console.WriteLine();\n")
            .WithFile("Directory.Build.props", Platforms)
            .WithFile("Directory.Build.targets", Hooks)
            .Containerized(feed)
            .WriteTo(folder, feed);

        var digest = Made(await project.PublishAsync("-t:PublishContainer"));
        var image = OciLayout.FromTarball(tarball, Path.Combine(folder, "layout"));
        Assert.Equal(digest, image.Digest("3.4.5"));
        Assert.Equal(digest, image.Digest("latest"));
        var document = ImageDocument.Of(image);
        Assert.Contains("example.before=config", document.Labels.Split('\n'));
        Assert.Contains("org.opencontainers.image.version=3.4.5", document.Labels.Split('\n'));
        Assert.Contains("org.opencontainers.image.created=1970-01-01T00:00:00Z", document.Labels.Split('\n'));
        Assert.Equal("7777/tcp", document.Ports);

        Assert.Equal(digest, Made(await project.With("PublishProfile", "DefaultContainer").PublishAsync("--no-build")));
        var build = project with { Verb = "build" };
        Assert.Equal(digest, Made(await build.PublishAsync("-c", "Release", "-t:PublishContainer")));
        var plan = await build.With("Names", "true").PublishAsync("-c", "Release", "-t:ContainerizePlan");
        var tags = new[] { "5.6.1", "5.6", "5", "latest" }.Select(tag => $"docker.io/library/doors:{tag}");
        Assert.Contains(
            plan.Succeeded().Lines,
            line => line.EndsWith(string.Join(", ", tags), StringComparison.Ordinal)
        );

        var packed = (await (project.With("Packs", "true") with { Verb = "pack" }).PublishAsync()).Succeeded();
        Assert.DoesNotContain(packed.Lines, line => line.Contains("ontainer image", StringComparison.Ordinal));
        Assert.Equal(
            ["Doors.3.4.5.nupkg", "Doors.any.3.4.5.nupkg", "Doors.linux-x64.3.4.5.nupkg"],
            Directory
                .GetFiles(Path.Combine(project.Folder, "packages"))
                .Select(Path.GetFileName)
                .Order(StringComparer.Ordinal)
        );
    }

    // The lines before and after the image show that the hooks ran in their places.
    private static string Made(PublishResult result)
    {
        var lines = result.Succeeded().Lines.Select(line => line.Trim()).ToList();
        Assert.Single(lines, line => line.Contains("-> Container image ", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains("Pushed image", StringComparison.Ordinal));
        Assert.Single(lines, line => line == "before:");
        var after = Assert.Single(lines, line => line.StartsWith("after: sha256:", StringComparison.Ordinal));
        return after["after: ".Length..];
    }
}
