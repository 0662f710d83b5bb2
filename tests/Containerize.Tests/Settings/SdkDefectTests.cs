using System.Formats.Tar;
using System.Globalization;
using System.Text.Json.Nodes;
using Containerize.TestKit.Images;
using Containerize.TestKit.Tools;
using Containerize.Tests.Images;

namespace Containerize.Tests.Settings;

/// <summary>
/// What the SDK 10.0.401 gets wrong when it publishes the same project, shown right here; and, for those where its own
/// publish is cheap, shown wrong there, so that a list of its defects cannot outlive them.
/// </summary>
public sealed class SdkDefectTests(Machine machine, SdkDefectProject project) : IClassFixture<SdkDefectProject>
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

    [Theory]
    [InlineData("variant")]
    [InlineData("os.version")]
    [InlineData("os.features")]
    [InlineData("author")]
    public void What_the_base_s_document_says_survives(string member)
    {
        Assert.True(JsonNode.DeepEquals(project.Base.Document[member], project.Ours.Config()[member]));
        Assert.Null(project.Theirs.Config()[member]);
    }

    [Fact]
    public void What_the_base_s_manifest_is_annotated_with_survives()
    {
        Assert.Equal("kept", (string?)project.Ours.Manifest()["annotations"]!["of.the.base"]);
        Assert.Null(project.Theirs.Manifest()["annotations"]);
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
        Assert.Equal(
            $"{project.Registry}/{SdkDefectProject.Repository}:ours",
            SdkDefectProject.Identities(project.OurAnswer, "GeneratedContainerName").Single()
        );
        Assert.Equal(
            $"Microsoft.NET.Build.Containers.Registry:{SdkDefectProject.Repository}:theirs",
            SdkDefectProject.Identities(project.TheirAnswer, "GeneratedContainerName").Single()
        );
    }

    [Fact]
    public void MSBuild_learns_of_the_image_once()
    {
        Assert.Single(SdkDefectProject.Identities(project.OurAnswer, "GeneratedContainer"));
        Assert.Equal(2, SdkDefectProject.Identities(project.TheirAnswer, "GeneratedContainer").Count());
    }

    [Fact]
    public void The_same_input_has_one_digest()
    {
        Assert.Equal(project.Ours.Digest(), project.OursAgain.Digest());
        Assert.NotEqual(project.Theirs.Digest(), project.TheirsAgain.Digest());
        Assert.NotEqual(project.Theirs.LayerDigests()[^1], project.TheirsAgain.LayerDigests()[^1]);
    }

    [Fact]
    public void The_same_layer_lies_in_the_cache_once()
    {
        Assert.Single(
            Directory.GetFiles(Path.Combine(project.OurCache, "containerize"), "*", SearchOption.AllDirectories),
            file => Path.GetFileName(file) == project.Ours.OwnDigests()["app"][7..]
        );
        Assert.Equal(
            2,
            project
                .TheirAppLayers.Distinct()
                .Count(digest =>
                    File.Exists(Path.Combine(project.TheirCache, "dotnet/Containers/Content", digest[7..] + ".tar.gz"))
                )
        );
    }

    [Fact]
    public void A_tarball_has_the_name_of_what_it_is_and_says_what_its_image_runs_on()
    {
        Assert.Equal("acme-defects.tar", Path.GetFileName(project.OurTarball));
        Assert.Equal("defects.tar.gz", Path.GetFileName(project.TheirTarball));
        using (var file = File.OpenRead(project.TheirTarball))
            Assert.NotEqual((0x1f, 0x8b), (file.ReadByte(), file.ReadByte()));
        Assert.Equal("linux/amd64", Platform(project.OurTarball));
        Assert.Equal("/", Platform(project.TheirTarball));
    }

    [Fact]
    public void A_link_that_leads_nowhere_is_a_warning()
    {
        Assert.Equal(["warning CTZ0013"], project.OurBrokenLink.Succeeded().Codes);
        Assert.Equal(["error MSB4018"], project.TheirBrokenLink.Codes);
    }

    [Fact]
    public void Who_does_not_have_the_base_is_named()
    {
        Assert.Contains(project.Registry, project.OurMissingBase.FailedWith("CTZ0020"), StringComparison.Ordinal);
        Assert.DoesNotContain(
            project.Registry,
            project.TheirMissingBase.FailedWith("CONTAINER1015"),
            StringComparison.Ordinal
        );
    }

    private string Platform(string tarball)
    {
        var platform = OciLayout
            .FromTarball(tarball, Path.Combine(machine.Folder.Create("tarball"), "layout"))
            .Descriptor()["platform"]!;
        return $"{platform["os"]}/{platform["architecture"]}";
    }

    [Fact]
    public async Task The_time_of_the_commit_is_the_image_s_time()
    {
        var folder = project.Written.Folder;
        await Shell.RunAsync("git", "-C", folder, "init", "--quiet");
        await (
            new ShellCommand(
                "git",
                [
                    "-C",
                    folder,
                    "-c",
                    "user.name=Tests",
                    "-c",
                    "user.email=tests@example.test",
                    "commit",
                    "--quiet",
                    "--allow-empty",
                    "-m",
                    "One",
                ]
            )
            {
                Environment = new Dictionary<string, string?> { ["GIT_COMMITTER_DATE"] = "2026-02-03T04:05:06Z" },
            }
        ).RunAsync();
        var layout = new OciLayout(Path.Combine(machine.Folder.Create("commit"), "layout"));
        (
            await project
                .Written.With("ContainerCreated", "commit")
                .With("ContainerOciLayoutPath", layout.Folder)
                .ContainerizeAsync("--no-build")
        ).Succeeded();
        Assert.Equal("2026-02-03T04:05:06Z", (string?)layout.Config()["created"]);
        // The times of other files follow from their content, so that a changed page has another ETag.
        var timed = layout
            .ReadLayer(layout.OwnDigests()["app"])
            .Where(entry => entry.Name.EndsWith('/') || entry.Name.EndsWith(".dll", StringComparison.Ordinal))
            .ToList();
        Assert.True(timed.Count > 1);
        Assert.All(
            timed,
            entry =>
                Assert.Equal(
                    DateTimeOffset.Parse("2026-02-03T04:05:06Z", CultureInfo.InvariantCulture),
                    entry.ModificationTime
                )
        );
    }
}
