using System.Formats.Tar;
using System.Globalization;
using System.Text.Json.Nodes;
using Containerize.Tests.Images;
using Containerize.Tests.Projects;
using Containerize.Tests.Tools;

namespace Containerize.Tests.Settings;

/// <summary>
/// What the SDK 10.0.401 gets wrong when it publishes the same project, shown right here; and, for those where its own publish
/// is cheap, shown wrong there, so that a list of its defects cannot outlive them.
/// </summary>
public sealed class SdkDefectTests(Machine machine, SdkDefectTests.Project project) : IClassFixture<SdkDefectTests.Project>
{
    [Fact]
    public void A_working_directory_without_a_slash_at_its_end_starts_the_app()
    {
        Assert.Equal("dotnet\n/srv/my/app/Defects.dll", ImageDocument.Of(project.Ours).Entrypoint);
        Assert.Equal("dotnet\n/srv/my/appDefects.dll", ImageDocument.Of(project.Theirs).Entrypoint);
    }

    [Fact]
    public void Without_generated_labels_the_project_s_own_are_kept()
    {
        Assert.Equal("of.the.project=kept", ImageDocument.Of(project.Ours).Labels);
        Assert.Equal("", ImageDocument.Of(project.Theirs).Labels);
    }

    [Theory]
    [InlineData("Healthcheck")]
    [InlineData("OnBuild")]
    [InlineData("Shell")]
    [InlineData("ArgsEscaped")]
    [InlineData("Unknown")]
    public void What_the_base_s_config_says_survives(string member)
    {
        Assert.True(JsonNode.DeepEquals(project.Base.Config[member], project.Ours.Config()["config"]![member]));
        Assert.Null(project.Theirs.Config()["config"]![member]);
    }

    [Fact]
    public void Every_entry_of_history_has_a_time_and_every_layer_an_entry()
    {
        var history = project.Ours.Config()["history"]!.AsArray();
        Assert.All(history, entry => Assert.Equal("1970-01-01T00:00:00Z", (string?)entry!["created"]));
        Assert.Equal(project.Ours.LayerDigests().Count, history.Count(entry => (bool?)entry!["empty_layer"] != true));
    }

    [Fact]
    public void Text_is_no_program_and_a_link_stays_a_link()
    {
        var (ours, theirs) = (FileTree.Of(project.Ours).Entries, FileTree.Of(project.Theirs).Entries);
        Assert.Equal(0x1A4, ours["srv/my/app/Defects.dll"].Mode);
        Assert.Equal(0x1ED, ours["srv/my/app/Defects"].Mode);
        Assert.Equal(0x1ED, theirs["srv/my/app/Defects.dll"].Mode);
        Assert.Equal(TarEntryType.SymbolicLink, ours["srv/my/app/link"].Kind);
        Assert.NotEqual(TarEntryType.SymbolicLink, theirs["srv/my/app/link"].Kind);
    }

    [Fact]
    public void The_name_that_MSBuild_learns_is_the_name_of_the_image()
    {
        Assert.Equal($"{project.Registry}/{Project.Repository}:ours", project.OurName);
        Assert.Equal($"Microsoft.NET.Build.Containers.Registry:{Project.Repository}:theirs", project.TheirName);
    }

    [Fact]
    public void The_same_input_has_one_digest() => Assert.Equal(project.Ours.Digest(), project.OursAgain.Digest());

    [Fact]
    public async Task The_time_of_the_commit_is_the_image_s_time()
    {
        var folder = project.Written.Folder;
        await Shell.RunAsync("git", "-C", folder, "init", "--quiet");
        await (new ShellCommand("git", ["-C", folder, "-c", "user.name=Tests", "-c", "user.email=tests@example.test", "commit", "--quiet", "--allow-empty", "-m", "One"])
        {
            Environment = new Dictionary<string, string?> { ["GIT_COMMITTER_DATE"] = "2026-02-03T04:05:06Z" },
        }).RunAsync();
        var layout = new OciLayout(Path.Combine(machine.Folder.Create("commit"), "layout"));
        (await project.Written.With("ContainerCreated", "commit").With("ContainerOciLayoutPath", layout.Folder).ContainerizeAsync("--no-build")).Succeeded();
        Assert.Equal("2026-02-03T04:05:06Z", (string?)layout.Config()["created"]);
        Assert.All(layout.ReadLayer(layout.OwnDigests()["app"]).Select(entry => entry.ModificationTime),
            time => Assert.Equal(DateTimeOffset.Parse("2026-02-03T04:05:06Z", CultureInfo.InvariantCulture), time));
    }

    /// <summary>The project, published twice by us and once by the SDK.</summary>
    public sealed class Project(Machine machine) : IAsyncLifetime
    {
        public const string Repository = "acme/defects";

        public HandmadeImage Base { get; } = HandmadeImage.Small;

        public WrittenProject Written { get; private set; } = null!;

        public string Registry { get; private set; } = null!;

        public OciLayout Ours { get; private set; } = null!;

        public OciLayout OursAgain { get; private set; } = null!;

        public OciLayout Theirs { get; private set; } = null!;

        public string OurName { get; private set; } = null!;

        public string TheirName { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            var (feed, registry) = (await machine.Feed, await machine.Registry);
            var folder = machine.Folder.Create("defects");
            Registry = registry.Address;
            Base.Config["Healthcheck"] = new JsonObject { ["Test"] = new JsonArray("CMD", "/bin/true") };
            Base.Config["OnBuild"] = new JsonArray("RUN true");
            Base.Config["Shell"] = new JsonArray("/bin/sh", "-ec");
            Base.Config["ArgsEscaped"] = true;
            Base.Config["Unknown"] = "to the specs";
            await Skopeo.CopyAsync($"oci:{Base.WriteTo(Path.Combine(folder, "base")).Folder}:1.0", $"docker://{Registry}/bases/defects:1");
            Written = TestProject.Console("Defects").Containerized(feed)
                .WithProperty("ContainerWorkingDirectory", "/srv/my/app")
                .WithProperty("ContainerGenerateLabels", "false")
                .WithProperty("ContainerRepository", Repository)
                .WithItem("ContainerLabel", "of.the.project", ("Value", "kept"))
                .WithFile("Directory.Build.targets", """
                    <Project>
                      <Target Name="Link" AfterTargets="CopyFilesToPublishDirectory">
                        <Exec Command="ln -sf Defects.dll link" WorkingDirectory="$(PublishDir)" />
                      </Target>
                    </Project>
                    """)
                .WriteTo(folder, feed)
                .With("ContainerBaseImage", $"{Registry}/bases/defects:1");
            Ours = new OciLayout(Path.Combine(folder, "ours"));
            OursAgain = new OciLayout(Path.Combine(folder, "again"));
            Theirs = new OciLayout(Path.Combine(folder, "theirs"));
            OurName = Name(await Written.With("ContainerRegistry", Registry).With("ContainerImageTag", "ours").With("ContainerOciLayoutPath", Ours.Folder)
                .ContainerizeAsync("-getItem:GeneratedContainerName"));
            (await Written.With("ContainerOciLayoutPath", OursAgain.Folder).ContainerizeAsync()).Succeeded();
            var sdk = Written with
            {
                Settings = Written.Settings with
                {
                    Environment = Written.Settings.Environment.Add("DOTNET_CONTAINER_INSECURE_REGISTRIES", Registry).Add("XDG_CACHE_HOME", machine.Folder.Create("sdk-cache")),
                },
            };
            TheirName = Name(await sdk.With("ContainerRegistry", Registry).With("ContainerImageTag", "theirs")
                .PublishAsync("-t:PublishContainer", "-getItem:GeneratedContainerName"));
            await Skopeo.CopyAsync($"docker://{Registry}/{Repository}:theirs", $"oci:{Theirs.Folder}:theirs");
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private static string Name(PublishResult published) =>
            (string)Assert.Single(JsonNode.Parse(published.Succeeded().Command.Output)!["Items"]!["GeneratedContainerName"]!.AsArray())!["Identity"]!;
    }
}
