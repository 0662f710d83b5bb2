using System.Text.Json.Nodes;
using Containerize.TestKit.Images;
using Containerize.TestKit.Tools;
using Containerize.Tests.Projects;

namespace Containerize.Tests.Settings;

/// <summary>A project, published by us and by the SDK: each into a registry, a second time, as a tarball, and with a
/// link that leads nowhere.</summary>
public sealed class SdkDefectProject(Machine machine) : IAsyncLifetime
{
    public const string Repository = "acme/defects";

    public HandmadeImage Base { get; } =
        HandmadeImage.Small with
        {
            Document = new JsonObject
            {
                ["variant"] = "v1",
                ["os.version"] = "1.2",
                ["os.features"] = new JsonArray("x"),
                ["author"] = "somebody",
            },
            Annotations = new JsonObject { ["of.the.base"] = "kept" },
        };

    public WrittenProject Written { get; private set; } = null!;

    public string Registry { get; private set; } = null!;

    public OciLayout Ours { get; private set; } = null!;

    public OciLayout OursAgain { get; private set; } = null!;

    public OciLayout Theirs { get; private set; } = null!;

    public OciLayout TheirsAgain { get; private set; } = null!;

    /// <summary>What MSBuild's items say after the first publish.</summary>
    public JsonNode OurAnswer { get; private set; } = null!;

    public JsonNode TheirAnswer { get; private set; } = null!;

    public string OurTarball { get; private set; } = null!;

    public string TheirTarball { get; private set; } = null!;

    public PublishResult OurBrokenLink { get; private set; } = null!;

    public PublishResult TheirBrokenLink { get; private set; } = null!;

    /// <summary>The end of a publish whose base is not in the registry.</summary>
    public PublishResult OurMissingBase { get; private set; } = null!;

    public PublishResult TheirMissingBase { get; private set; } = null!;

    public string OurCache { get; private set; } = null!;

    public string TheirCache { get; private set; } = null!;

    private string MissingBase => $"{Registry}/bases/defects:gone";

    /// <summary>The app's layer of each of the SDK's images.</summary>
    public IReadOnlyList<string> TheirAppLayers => [Theirs.LayerDigests()[^1], TheirsAgain.LayerDigests()[^1]];

    /// <summary>The identities of the items of one kind.</summary>
    public static IEnumerable<string> Identities(JsonNode answer, string kind) =>
        answer["Items"]![kind]!.AsArray().Select(item => (string)item!["Identity"]!);

    public async ValueTask InitializeAsync()
    {
        var (feed, registry) = (await machine.Feed, await machine.Registry);
        var folder = machine.Folder.Create("defects");
        (Registry, OurCache, TheirCache) = (
            registry.Address,
            machine.Folder.Create("our-cache"),
            machine.Folder.Create("sdk-cache")
        );
        Base.Config["Healthcheck"] = new JsonObject { ["Test"] = new JsonArray("CMD", "/bin/true") };
        Base.Config["OnBuild"] = new JsonArray("RUN true");
        Base.Config["Shell"] = new JsonArray("/bin/sh", "-ec");
        Base.Config["ArgsEscaped"] = true;
        Base.Config["Unknown"] = "to the specs";
        await Skopeo.CopyAsync(
            $"oci:{Base.WriteTo(Path.Combine(folder, "base")).Folder}:1.0",
            $"docker://{Registry}/bases/defects:1"
        );
        Written = TestProject
            .Console("Defects")
            .Containerized(feed)
            .WithProperty("ContainerWorkingDirectory", "/srv/my/app")
            .WithProperty("ContainerGenerateLabels", "false")
            .WithProperty("ContainerRepository", Repository)
            .WithItem("ContainerLabel", "of.the.project", ("Value", "kept"))
            .WithFile(
                "Directory.Build.targets",
                """
                <Project>
                  <Target Name="Link" AfterTargets="CopyFilesToPublishDirectory">
                    <Exec Command="ln -sf Defects.dll link" WorkingDirectory="$(PublishDir)" />
                    <Exec Command="ln -sf nowhere broken" WorkingDirectory="$(PublishDir)"
                          Condition="'$(WithBrokenLink)' == 'true'" />
                  </Target>
                </Project>
                """
            )
            .WriteTo(folder, feed)
            .With("ContainerBaseImage", $"{Registry}/bases/defects:1");
        await PublishOursAsync(folder);
        await PublishTheirsAsync(folder);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task PublishOursAsync(string folder)
    {
        var ours = Written with { Cache = OurCache };
        (Ours, OursAgain) = (new OciLayout(Path.Combine(folder, "ours")), new OciLayout(Path.Combine(folder, "again")));
        OurAnswer = Answer(
            await ours.With("ContainerRegistry", Registry)
                .With("ContainerImageTag", "ours")
                .With("ContainerOciLayoutPath", Ours.Folder)
                .ContainerizeAsync("-getItem:GeneratedContainerName", "-getItem:GeneratedContainer")
        );
        OurTarball = Tarballs(
            Path.Combine(folder, "our-tarball/"),
            await ours.With("ContainerOciLayoutPath", OursAgain.Folder)
                .With("ContainerArchiveOutputPath", Path.Combine(folder, "our-tarball/"))
                .ContainerizeAsync("--no-build")
        );
        OurMissingBase = await ours.With("ContainerBaseImage", MissingBase).ContainerizeAsync("--no-build");
        OurBrokenLink = await Broken(ours, folder)
            .With("ContainerBaseImage", "scratch")
            .With("ContainerAppCommandInstruction", "None")
            .ContainerizeAsync("--no-build");
    }

    private async Task PublishTheirsAsync(string folder)
    {
        var theirs = Written with
        {
            Cache = TheirCache,
            Settings = Written.Settings with
            {
                Environment = Written.Settings.Environment.Add("DOTNET_CONTAINER_INSECURE_REGISTRIES", Registry),
            },
        };
        var pushed = theirs.With("ContainerRegistry", Registry);
        TheirAnswer = Answer(
            await pushed
                .With("ContainerImageTag", "theirs")
                .PublishAsync(
                    "--no-build",
                    "-t:PublishContainer",
                    "-getItem:GeneratedContainerName",
                    "-getItem:GeneratedContainer"
                )
        );
        (await pushed.With("ContainerImageTag", "again").PublishAsync("--no-build", "-t:PublishContainer")).Succeeded();
        Theirs = await FetchAsync(folder, "theirs");
        TheirsAgain = await FetchAsync(folder, "again");
        TheirTarball = Tarballs(
            Path.Combine(folder, "their-tarball/"),
            await theirs
                .With("ContainerImageFormat", "OCI")
                .With("ContainerArchiveOutputPath", Path.Combine(folder, "their-tarball/"))
                .PublishAsync("--no-build", "-t:PublishContainer")
        );
        TheirMissingBase = await pushed
            .With("ContainerBaseImage", MissingBase)
            .PublishAsync("--no-build", "-t:PublishContainer");
        TheirBrokenLink = await Broken(pushed, folder).PublishAsync("--no-build", "-t:PublishContainer");
    }

    private static WrittenProject Broken(WrittenProject project, string folder) =>
        project.With("WithBrokenLink", "true").With("PublishDir", Path.Combine(folder, "broken/"));

    private static JsonNode Answer(PublishResult published) => JsonNode.Parse(published.Succeeded().Command.Output)!;

    private static string Tarballs(string folder, PublishResult published)
    {
        published.Succeeded();
        return Assert.Single(Directory.GetFiles(folder, "*", SearchOption.AllDirectories));
    }

    private async Task<OciLayout> FetchAsync(string folder, string tag)
    {
        var layout = new OciLayout(Path.Combine(folder, "of-the-sdk-" + tag));
        await Skopeo.CopyAsync($"docker://{Registry}/{Repository}:{tag}", $"oci:{layout.Folder}:{tag}");
        return layout;
    }
}
