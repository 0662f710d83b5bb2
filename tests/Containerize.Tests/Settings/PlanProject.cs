using Containerize.TestKit.Images;
using Containerize.Tests.Projects;

namespace Containerize.Tests.Settings;

/// <summary>The project: planned, published with all that a log can say, planned again, and published with what it
/// says usually.</summary>
public sealed class PlanProject(Machine machine) : IAsyncLifetime
{
    public WrittenProject Written { get; private set; } = null!;

    /// <summary>The plan before anything was built, with an unreachable base.</summary>
    public PrintedPlan Unbuilt { get; private set; } = null!;

    public IReadOnlyList<string> AssembliesAfterThePlan { get; private set; } = [];

    public bool PublishFolderAfterThePlan { get; private set; }

    public PrintedPlan Built { get; private set; } = null!;

    /// <summary>What the detailed log of the publish says.</summary>
    public PrintedPlan Detailed { get; private set; } = null!;

    /// <summary>What the normal log of another says.</summary>
    public string Normal { get; private set; } = "";

    /// <summary>The file that GitHub Actions would give that publish for its outputs.</summary>
    public string GitHubOutput { get; private set; } = "";

    /// <summary>The Dockerfile that the publish wrote.</summary>
    public string Dockerfile { get; private set; } = "";

    public OciLayout Layout { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var feed = await machine.Feed;
        var folder = machine.Folder.Create("planned");
        var greetings = TestProject.Library("Greetings");
        greetings.WriteTo(folder, feed);
        var written = TestProject
            .Web("Planned")
            .WithReference(greetings)
            .WithPackage("Newtonsoft.Json", "13.0.4")
            .WithPackage("System.CommandLine", "2.0.0-beta4.22272.1")
            .WithProperty("SatelliteResourceLanguages", "en")
            .WithItem("ContainerLayer", "models", ("Files", "models/**"))
            .WithItem("Content", "models/**", ("CopyToPublishDirectory", "Always"))
            .WithFile("models/words.bin", "words")
            .Containerized(feed)
            .WriteTo(folder, feed);
        Unbuilt = PrintedPlan.Of(
            await written
                .With("ContainerBaseImage", "registry.invalid/base:1")
                .ContainerizeAsync("-p:ContainerPlanOnly=true")
        );
        AssembliesAfterThePlan = [.. Directory.GetFiles(folder, "*.dll", SearchOption.AllDirectories)];
        PublishFolderAfterThePlan = Directory.Exists(Path.Combine(written.OutputFolder, "publish"));
        Written = written.With("ContainerBaseImage", "scratch");
        Detailed = PrintedPlan.Of(await Written.ContainerizeAsync("--no-restore", "-v:d"));
        Layout = OciLayout.FromTarball(
            Path.Combine(Written.OutputFolder, "planned.tar"),
            Path.Combine(folder, "layout")
        );
        ImageValidator.AssertValid(Layout.Folder);
        Dockerfile = await File.ReadAllTextAsync(
            Path.Combine(Written.Folder, "obj/Release/net10.0/containerize/Dockerfile")
        );
        Built = PrintedPlan.Of(
            await (Written with { Verb = "build" }).PublishAsync("--no-restore", "-c", "Release", "-t:ContainerizePlan")
        );
        GitHubOutput = Path.Combine(folder, "github-output");
        await File.WriteAllTextAsync(GitHubOutput, "before=1\n");
        var pipeline = Written.Settings with
        {
            Environment = Written
                .Settings.Environment.Add("GITHUB_ACTIONS", "true")
                .Add("GITHUB_OUTPUT", GitHubOutput)
                .Add("TF_BUILD", "True"),
        };
        Normal = (await (Written with { Settings = pipeline }).ContainerizeAsync("--no-restore", "-v:n"))
            .Succeeded()
            .Command.Output;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
