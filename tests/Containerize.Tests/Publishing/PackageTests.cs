using System.IO.Compression;
using Containerize.TestKit.Images;
using Containerize.TestKit.Tools;
using Containerize.Tests.Images;
using Containerize.Tests.Projects;

namespace Containerize.Tests.Publishing;

/// <summary>The package as a file, and the ways in which it reaches a project.</summary>
public sealed class PackageTests(Machine machine)
{
    [Fact]
    public async Task The_package_holds_exactly_these_files()
    {
        using var package = await ZipFile.OpenReadAsync(
            (await machine.Feed).Nupkg,
            TestContext.Current.CancellationToken
        );
        var files = package
            .Entries.Select(entry => entry.FullName)
            .Where(name => !name.StartsWith("docs/", StringComparison.Ordinal) && !IsOpcOwn(name))
            .Order(StringComparer.Ordinal);
        Assert.Equal(
            [
                "Containerize.nuspec",
                "README.md",
                "Sdk/Sdk.props",
                "Sdk/Sdk.targets",
                "THIRD-PARTY-NOTICES.md",
                "build/Containerize.Ahead.targets",
                "build/Containerize.Checks.targets",
                "build/Containerize.Dependencies.targets",
                "build/Containerize.Frameworks.targets",
                "build/Containerize.Labels.targets",
                "build/Containerize.Last.targets",
                "build/Containerize.Outputs.targets",
                "build/Containerize.Paths.targets",
                "build/Containerize.Plan.targets",
                "build/Containerize.Platforms.targets",
                "build/Containerize.PublishContainer.targets",
                "build/Containerize.Published.targets",
                "build/Containerize.References.targets",
                "build/Containerize.Solution.targets",
                "build/Containerize.Verify.targets",
                "build/Containerize.props",
                "build/Containerize.targets",
                "buildMultiTargeting/Containerize.targets",
                "icon.png",
                "tasks/net10.0/BouncyCastle.Cryptography.dll",
                "tasks/net10.0/Containerize.Core.dll",
                "tasks/net10.0/Containerize.deps.json",
                "tasks/net10.0/Containerize.dll",
                "tasks/net10.0/Containerize.xml",
                "tasks/net10.0/ICSharpCode.SharpZipLib.dll",
                "tasks/net10.0/Microsoft.Extensions.FileSystemGlobbing.dll",
                "tasks/net10.0/NuGet.Versioning.dll",
                "tasks/net10.0/SharpCompress.dll",
                "tasks/net10.0/Tomlyn.dll",
                "tasks/net10.0/YamlDotNet.dll",
                "tasks/net10.0/ZstdSharp.dll",
                .. from machine in new[] { "linux-arm64", "linux-musl-x64", "linux-x64" }
                from name in new[]
                {
                    "Containerize.Core",
                    "Containerize",
                    "ICSharpCode.SharpZipLib",
                    "Microsoft.Extensions.FileSystemGlobbing",
                    "NuGet.Versioning",
                }
                select $"tasks/net10.0/{machine}/{name}.dll",
            ],
            files
        );
        var docs = Path.Combine(TestFolder.Repository, "docs");
        Assert.Equal(
            Directory
                .GetFiles(docs, "*.md", SearchOption.AllDirectories)
                .Select(path => "docs/" + Path.GetRelativePath(docs, path))
                .Order(StringComparer.Ordinal),
            package
                .Entries.Select(entry => entry.FullName)
                .Where(name => name.StartsWith("docs/", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task Without_the_switch_the_package_does_nothing()
    {
        var feed = await machine.Feed;
        var project = TestProject.Console("Quiet").Containerized(feed).WriteTo(machine.Folder.Create("quiet"), feed);
        (await project.PublishAsync()).Succeeded();
        Assert.Empty(Directory.GetFiles(project.Folder, "*.tar", SearchOption.AllDirectories));
        Assert.False(Directory.Exists(Path.Combine(project.Folder, "obj/Release/net10.0/containerize")));
        Assert.DoesNotContain(
            "Containerize",
            await File.ReadAllTextAsync(
                Path.Combine(project.OutputFolder, "publish/Quiet.deps.json"),
                TestContext.Current.CancellationToken
            ),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task It_works_as_an_MSBuild_SDK()
    {
        var feed = await machine.Feed;
        var project = TestProject.Console("AsSdk").WriteTo(machine.Folder.Create("sdk"), feed);
        var file = Path.Combine(project.Folder, "AsSdk.csproj");
        await File.WriteAllTextAsync(
            file,
            (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).Replace(
                "<PropertyGroup>",
                $"<Sdk Name=\"Containerize\" Version=\"{feed.Version}\" />\n  <PropertyGroup>",
                StringComparison.Ordinal
            ),
            TestContext.Current.CancellationToken
        );
        await AssertMakesImageAsync(project);
    }

    [Fact]
    public async Task It_works_on_a_project_that_was_never_touched()
    {
        var feed = await machine.Feed;
        var project = TestProject.Console("Untouched").WriteTo(machine.Folder.Create("untouched"), feed);
        var unpacked = Path.Combine(machine.Folder.Create("unpacked"), "package");
        await ZipFile.ExtractToDirectoryAsync(feed.Nupkg, unpacked, TestContext.Current.CancellationToken);
        await AssertMakesImageAsync(
            project.With("CustomAfterMicrosoftCommonTargets", Path.Combine(unpacked, "build/Containerize.targets"))
        );
    }

    [Fact]
    public async Task The_target_can_be_called_by_name_without_the_switch()
    {
        var feed = await machine.Feed;
        var project = TestProject
            .Console("ByName")
            .Containerized(feed)
            .WriteTo(machine.Folder.Create("by-name"), feed)
            .With("ContainerBaseImage", (await machine.Bases).SmallReference);
        (await project.PublishAsync("-t:Containerize")).Succeeded();
        Assert.Single(Directory.GetFiles(project.OutputFolder, "*.tar"));
    }

    [Fact]
    public async Task Of_a_solution_only_what_can_run_becomes_an_image()
    {
        var feed = await machine.Feed;
        var folder = machine.Folder.Create("solution");
        var library = TestProject.Library("Greetings").Containerized(feed);
        library.WriteTo(folder, feed);
        TestProject.Console("Tests").WithProperty("IsTestProject", "true").Containerized(feed).WriteTo(folder, feed);
        var app = TestProject.Console("App").WithReference(library).Containerized(feed).WriteTo(folder, feed);
        await Shell.RunAsync("dotnet", "new", "sln", "--name", "All", "--output", folder, "--format", "sln");
        await Shell.RunAsync(
            "dotnet",
            "sln",
            Path.Combine(folder, "All.sln"),
            "add",
            Path.Combine(folder, "App"),
            Path.Combine(folder, "Tests"),
            Path.Combine(folder, "Greetings")
        );
        var solution = app with { SolutionFile = Path.Combine(folder, "All.sln") };
        var result = await solution
            .With("ContainerBaseImage", (await machine.Bases).SmallReference)
            .ContainerizeAsync();
        result.Succeeded();
        Assert.Empty(result.Codes);
        Assert.Equal(
            ["app.tar"],
            Directory.GetFiles(folder, "*.tar", SearchOption.AllDirectories).Select(Path.GetFileName)
        );
    }

    [Fact]
    public async Task A_library_that_is_asked_for_by_name_is_an_error()
    {
        var feed = await machine.Feed;
        var project = TestProject
            .Library("Greetings")
            .Containerized(feed)
            .WriteTo(machine.Folder.Create("library"), feed);
        (await project.PublishAsync("-t:Containerize")).FailedWith("CTZ0005");
    }

    private async Task AssertMakesImageAsync(WrittenProject project)
    {
        var layout = Path.Combine(machine.Folder.Create("ways"), "layout");
        (
            await project
                .With("ContainerBaseImage", (await machine.Bases).SmallReference)
                .With("ContainerOciLayoutPath", layout)
                .ContainerizeAsync()
        ).Succeeded();
        ImageValidator.AssertValid(layout);
        LayerFormat.AssertKept(new OciLayout(layout));
    }

    /// <summary>What every package has because of the format of its container (ECMA-376, part 2).</summary>
    private static bool IsOpcOwn(string name) =>
        name is "[Content_Types].xml" or "_rels/.rels" || name.StartsWith("package/", StringComparison.Ordinal);
}
