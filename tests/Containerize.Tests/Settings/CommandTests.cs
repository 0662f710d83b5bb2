using System.Text.Json.Nodes;
using Containerize.TestKit.Images;
using Containerize.Tests.Images;
using Containerize.Tests.Projects;

namespace Containerize.Tests.Settings;

/// <summary>
/// What starts the container, by the rules of the SDK, in images of a real project; and which base is inferred, in its
/// plans. All rows of the SDK's tables are in the tests of the core.
/// </summary>
public sealed class CommandTests(CommandTests.Run run) : IClassFixture<CommandTests.Run>
{
    private static readonly ProjectCase[] Commands =
    [
        new(
            "entrypoint",
            Instruction("Entrypoint") + "<ItemGroup><ContainerDefaultArgs Include=\"--verbose\" /></ItemGroup>"
        ),
        new(
            "default args",
            Instruction("DefaultArgs")
                + "<ItemGroup><ContainerAppCommandArgs Include=\"run\" /><ContainerDefaultArgs "
                + "Include=\"--verbose\" /></ItemGroup>"
        ),
        new("none", Instruction("None")),
        new(
            "none with args",
            Instruction("None") + "<ItemGroup><ContainerDefaultArgs Include=\"--verbose\" /></ItemGroup>"
        ),
        new("old form", "<ItemGroup><ContainerEntrypointArgs Include=\"--verbose\" /></ItemGroup>"),
        new(
            "own entrypoint",
            "<ItemGroup><ContainerEntrypoint Include=\"/run\" /><ContainerEntrypointArgs Include=\"-x\" /></ItemGroup>"
        ),
        new("own command", "<ItemGroup><ContainerAppCommand Include=\"/app/start.sh\" /></ItemGroup>"),
    ];

    private static readonly ProjectCase[] Bases =
    [
        new("plain", ""),
        new("web", "<ItemGroup><FrameworkReference Include=\"Microsoft.AspNetCore.App\" /></ItemGroup>"),
        new("family", "<PropertyGroup><ContainerFamily>noble-chiseled</ContainerFamily></PropertyGroup>"),
        new(
            "invariant family",
            "<PropertyGroup><ContainerFamily>noble-chiseled</ContainerFamily>"
                + "<InvariantGlobalization>true</InvariantGlobalization></PropertyGroup>"
        ),
        new(
            "musl",
            "<PropertyGroup><ContainerRuntimeIdentifier>linux-musl-x64</ContainerRuntimeIdentifier></PropertyGroup>"
        ),
        new("self-contained", "<PropertyGroup><PublishSelfContained>true</PublishSelfContained></PropertyGroup>"),
        new(
            "windows",
            "<PropertyGroup><ContainerRuntimeIdentifier>win-x64</ContainerRuntimeIdentifier>"
                + "<ContainerFamily>nanoserver-ltsc2022</ContainerFamily></PropertyGroup>"
        ),
    ];

    [Theory]
    [InlineData("entrypoint", "dotnet /app/Start.dll", "--verbose")]
    [InlineData("default args", "/entry", "dotnet /app/Start.dll run --verbose")]
    [InlineData("none", "/entry", "--of-the-base")]
    [InlineData("none with args", "/entry", "--verbose")]
    [InlineData("old form", "dotnet /app/Start.dll", "--verbose")]
    [InlineData("own entrypoint", "/run -x", "dotnet /app/Start.dll")]
    [InlineData("own command", "/app/start.sh", "")]
    public void Entrypoint_and_arguments_follow_from_the_items(string name, string entrypoint, string command)
    {
        var image = ImageDocument.Of(run.LayoutOf(name));
        Assert.Equal((entrypoint, command), (image.Entrypoint.Replace('\n', ' '), image.Command.Replace('\n', ' ')));
    }

    [Theory]
    [InlineData("plain", "runtime:10.0")]
    [InlineData("web", "aspnet:10.0")]
    [InlineData("family", "runtime:10.0-noble-chiseled-extra")]
    [InlineData("invariant family", "runtime:10.0-noble-chiseled")]
    [InlineData("musl", "runtime:10.0-alpine")]
    [InlineData("self-contained", "runtime-deps:10.0")]
    [InlineData("windows", "runtime:10.0-nanoserver-ltsc2022")]
    public void The_base_follows_from_the_project(string name, string tag) =>
        Assert.Contains(
            run.Plans[name].Lines,
            line => line.EndsWith($"ARG BASE=mcr.microsoft.com/dotnet/{tag}", StringComparison.Ordinal)
        );

    private static string Instruction(string value) =>
        $"<PropertyGroup><ContainerAppCommandInstruction>{value}</ContainerAppCommandInstruction></PropertyGroup>";

    /// <summary>One project, published once; then an image for each case, and a plan for each base.</summary>
    public sealed class Run(Machine machine) : IAsyncLifetime
    {
        private string _folder = "";

        public ProjectCases Plans { get; private set; } = null!;

        public OciLayout LayoutOf(string name) => new(Path.Combine(_folder, "layouts", name));

        public async ValueTask InitializeAsync()
        {
            var feed = await machine.Feed;
            _folder = machine.Folder.Create("commands");
            var project = TestProject.Console("Start").Containerized(feed).WriteTo(_folder, feed);
            (await project.PublishAsync()).Succeeded();
            var image = HandmadeImage.Small;
            image.Config["Entrypoint"] = new JsonArray("/entry");
            image.Config["Cmd"] = new JsonArray("--of-the-base");
            var layout = image.WriteTo(Path.Combine(_folder, "base"));
            await ProjectCases.RunAsync(
                project,
                "_ContainerizeImage",
                Commands,
                $"""
                <PropertyGroup Condition="'$(Case)' != ''">
                  <ContainerOciLayoutPath>$(MSBuildProjectDirectory)/../layouts/$(Case)</ContainerOciLayoutPath>
                  <ContainerBaseImage>oci:{layout.Folder}:1.0</ContainerBaseImage>
                </PropertyGroup>
                """
            );
            Plans = await ProjectCases.RunAsync(project, "ContainerizePlan", Bases);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
