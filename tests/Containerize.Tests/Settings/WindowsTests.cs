using System.Formats.Tar;
using System.Text.Json.Nodes;
using Containerize.TestKit.Images;
using Containerize.TestKit.Tools;
using Containerize.Tests.Images;
using Containerize.Tests.Projects;

namespace Containerize.Tests.Settings;

/// <summary>
/// A program for Windows on a handmade base, made by us and by the SDK. No Windows is here to run it: what is compared
/// is what the SDK's images, which Windows takes, have in common with ours.
/// </summary>
public sealed class WindowsTests(Machine machine, WindowsTests.Project project) : IClassFixture<WindowsTests.Project>
{
    private const string Version = "10.0.20348.2700";

    [Fact]
    public void The_image_is_valid_and_keeps_the_version_of_Windows()
    {
        ImageValidator.AssertValid(project.Ours.Folder);
        var config = project.Ours.Config();
        Assert.Equal(
            ("windows", "amd64", Version),
            ((string?)config["os"], (string?)config["architecture"], (string?)config["os.version"])
        );
        Assert.Equal(["win32k"], config["os.features"]!.AsArray().Select(feature => (string?)feature));
        Assert.Equal(Version, (string?)project.Ours.Descriptor()["platform"]!["os.version"]);
        // The SDK loses both.
        Assert.Null(project.Theirs.Config()["os.version"]);
    }

    [Fact]
    public void Paths_have_the_slashes_of_Windows()
    {
        var ours = ImageDocument.Of(project.Ours);
        Assert.Equal(
            ("dotnet\nC:\\app\\Win.dll", "C:\\app", "ContainerUser"),
            (ours.Entrypoint, ours.WorkingFolder, ours.User)
        );
        Assert.Equal("C:\\data", ours.Volumes);
        // From Linux, MSBuild turns the slashes of the SDK's items around.
        Assert.Equal("dotnet\nC:/app/Win.dll", ImageDocument.Of(project.Theirs).Entrypoint);
    }

    [Fact]
    public void The_layer_has_the_entries_and_the_owners_that_the_SDK_s_has()
    {
        var (ours, theirs) = (Entries(project.Ours), Entries(project.Theirs));
        Assert.Equal(
            theirs.Keys,
            ours.Keys.Where(path => path != "Files/tools" && path != "Files/tools/settings.json")
        );
        Assert.All(
            ours,
            pair =>
                Assert.Equal(
                    theirs["Hives"].ExtendedAttributes["MSWINDOWS.rawsd"],
                    pair.Value.ExtendedAttributes["MSWINDOWS.rawsd"]
                )
        );
        Assert.All(
            ours.Values,
            entry =>
                Assert.Equal(
                    entry.EntryType == TarEntryType.Directory ? "16" : "32",
                    entry.ExtendedAttributes["MSWINDOWS.fileattr"]
                )
        );
        Assert.Equal(
            "Files/tools/settings.json",
            ours.Keys.Single(path => path.StartsWith("Files/tools/", StringComparison.Ordinal))
        );
    }

    [Fact]
    public async Task GNU_tar_and_skopeo_read_the_layer()
    {
        var blob = project.Ours.BlobPath(project.Ours.OwnDigests()["app"]);
        var names = (await Shell.RunAsync("tar", "--list", "--gzip", "--file", blob)).Lines;
        Assert.Equal(
            [
                "Files/",
                "Files/app/",
                "Files/app/Win.deps.json",
                "Files/app/Win.dll",
                "Files/app/Win.pdb",
                "Files/app/Win.runtimeconfig.json",
                "Files/tools/",
                "Files/tools/settings.json",
                "Hives/",
            ],
            names.Where(name => !name.StartsWith("tar:", StringComparison.Ordinal))
        );
        var copy = Path.Combine(machine.Folder.Create("windows-copy"), "layout");
        await Shell.RunAsync(
            "skopeo",
            "copy",
            "--quiet",
            "--override-os",
            "windows",
            $"oci:{project.Ours.Folder}:latest",
            $"oci:{copy}:latest"
        );
        Assert.Equal(project.Ours.Digest(), new OciLayout(copy).Digest());
    }

    [Fact]
    public void The_Dockerfile_says_that_no_builder_adds_such_a_layer()
    {
        var text = File.ReadAllText(
            Path.Combine(project.Written.Folder, "obj/Release/net10.0/win-x64/containerize/Dockerfile")
        );
        Assert.Contains(
            "# ADD app.tar /: a layer of Windows, which a Dockerfile cannot express.",
            text,
            StringComparison.Ordinal
        );
        Assert.Contains("\nWORKDIR C:\\\\app\n", text, StringComparison.Ordinal);
    }

    private static SortedDictionary<string, PaxTarEntry> Entries(OciLayout layout) =>
        new(
            layout
                .ReadLayer(layout.LayerDigests()[^1])
                .Cast<PaxTarEntry>()
                .ToDictionary(
                    entry => FileTree.PathOf(entry).Replace("//", "/", StringComparison.Ordinal),
                    StringComparer.Ordinal
                ),
            StringComparer.Ordinal
        );

    /// <summary>The project, published by us and by the SDK.</summary>
    public sealed class Project(Machine machine) : IAsyncLifetime
    {
        public WrittenProject Written { get; private set; } = null!;

        public OciLayout Ours { get; private set; } = null!;

        public OciLayout Theirs { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            var (feed, registry) = (await machine.Feed, await machine.Registry);
            var folder = machine.Folder.Create("windows");
            var image = new HandmadeImage(
                [
                    [
                        HandmadeImage.Folder("Files"),
                        HandmadeImage.Folder("Files/Windows"),
                        HandmadeImage.Folder("Hives"),
                    ],
                ],
                new JsonObject { ["Env"] = new JsonArray("Path=C:\\Windows"), ["User"] = "ContainerUser" }
            )
            {
                Os = "windows",
                Document = new JsonObject { ["os.version"] = Version, ["os.features"] = new JsonArray("win32k") },
            };
            var reference = $"{registry.Address}/bases/windows:1";
            await Skopeo.CopyAsync(
                $"oci:{image.WriteTo(Path.Combine(folder, "base")).Folder}:1.0",
                $"docker://{reference}"
            );
            Written = TestProject
                .Console("Win")
                .Containerized(feed)
                .WithProperty("RuntimeIdentifier", "win-x64")
                .WithProperty("SelfContained", "false")
                .WithProperty("UseAppHost", "false")
                .WithItem("ContainerVolume", "C:\\data")
                .WithItem("ContainerFile", "settings.json", ("TargetPath", "C:\\tools\\"))
                .WithFile("settings.json", "{}")
                .WriteTo(folder, feed)
                .With("ContainerBaseImage", reference);
            Ours = new OciLayout(Path.Combine(folder, "ours"));
            (await Written.With("ContainerOciLayoutPath", Ours.Folder).ContainerizeAsync()).Succeeded();
            Theirs = new OciLayout(Path.Combine(folder, "theirs"));
            var sdk = Written with
            {
                Cache = machine.Folder.Create("sdk-cache"),
                Settings = Written.Settings with
                {
                    Environment = Written.Settings.Environment.Add(
                        "DOTNET_CONTAINER_INSECURE_REGISTRIES",
                        registry.Address
                    ),
                },
            };
            (
                await sdk.With("ContainerRegistry", registry.Address)
                    .With("ContainerRepository", "acme/windows")
                    .With("ContainerImageFormat", "OCI")
                    .PublishAsync("--no-build", "-t:PublishContainer")
            ).Succeeded();
            await Shell.RunAsync(
                "skopeo",
                "copy",
                "--quiet",
                "--src-tls-verify=false",
                "--override-os",
                "windows",
                $"docker://{registry.Address}/acme/windows:latest",
                $"oci:{Theirs.Folder}:latest"
            );
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
