using Containerize.TestKit.Images;
using Containerize.Tests.Images;
using Containerize.Tests.Projects;

namespace Containerize.Tests.Publishing;

/// <summary>Small changes stay small: which layer changes when what changes, seen on a project that is published
/// again.</summary>
public sealed class LayerTests(LayerTests.Project published) : IClassFixture<LayerTests.Project>
{
    [Fact]
    public void What_is_stable_what_is_a_prerelease_and_the_app_lie_in_layers_of_their_own()
    {
        Assert.Equal(
            ["dependencies", "prerelease", "host", "app"],
            published.Before.OwnLayers().Select(layer => layer.Name)
        );
        Assert.Equal(["app/Newtonsoft.Json.dll", "app/Serilog.dll"], published.Before.FilesOf("dependencies"));
        Assert.Equal(
            ["app/System.CommandLine.dll"],
            published
                .Before.FilesOf("prerelease")
                .Where(path => !path.EndsWith(".resources.dll", StringComparison.Ordinal))
        );
        Assert.Contains("app/Greetings.dll", published.Before.FilesOf("app"));
        Assert.Contains("app/Layered.dll", published.Before.FilesOf("app"));
    }

    [Fact]
    public void Changing_a_line_of_the_app_changes_the_layer_app_alone() =>
        Assert.Equal(["app"], Changed(published.Before, published.AfterALine));

    [Fact]
    public void A_newer_package_changes_the_layers_dependencies_and_app() =>
        Assert.Equal(["app", "dependencies"], Changed(published.AfterALine, published.AfterAPackage));

    private static IEnumerable<string> Changed(OciLayout before, OciLayout after) =>
        before
            .OwnDigests()
            .Keys.Union(after.OwnDigests().Keys)
            .Where(name => before.OwnDigests().GetValueOrDefault(name) != after.OwnDigests().GetValueOrDefault(name))
            .Order(StringComparer.Ordinal);

    /// <summary>A project with packages of both kinds and a reference, published, changed and published again in one
    /// folder.</summary>
    public sealed class Project(Machine machine) : IAsyncLifetime
    {
        private readonly string _folder = machine.Folder.Create("layers");

        /// <summary>The image before any change.</summary>
        public OciLayout Before { get; private set; } = null!;

        /// <summary>The image after a change of one line.</summary>
        public OciLayout AfterALine { get; private set; } = null!;

        /// <summary>The image after a package got newer too.</summary>
        public OciLayout AfterAPackage { get; private set; } = null!;

        private static TestProject Of(PackageFeed feed, string json = "13.0.3") =>
            TestProject
                .Console("Layered")
                .WithPackage("Newtonsoft.Json", json)
                .WithPackage("Serilog", "4.4.0")
                .WithPackage("System.CommandLine", "2.0.0-beta4.22272.1")
                .WithReference(TestProject.Library("Greetings"))
                .WithFile("Program.cs", "System.Console.WriteLine(Greetings.Greeting.Text);\n")
                .Containerized(feed);

        public async ValueTask InitializeAsync()
        {
            var feed = await machine.Feed;
            TestProject.Library("Greetings").WriteTo(_folder, feed);
            const string Line = "System.Console.WriteLine(\"Another line\");\n";
            Before = await PublishAsync(Of(feed));
            AfterALine = await PublishAsync(Of(feed).WithFile("Program.cs", Line));
            AfterAPackage = await PublishAsync(Of(feed, json: "13.0.4").WithFile("Program.cs", Line));
        }

        private async Task<OciLayout> PublishAsync(TestProject project)
        {
            var layout = new OciLayout(Path.Combine(machine.Folder.Create("layers"), "layout"));
            var written = project
                .WriteTo(_folder, await machine.Feed)
                .With("ContainerBaseImage", (await machine.Bases).SmallReference)
                .With("ContainerOciLayoutPath", layout.Folder);
            (await written.ContainerizeAsync()).Succeeded();
            ImageValidator.AssertValid(layout.Folder);
            LayerFormat.AssertKept(layout);
            return layout;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
