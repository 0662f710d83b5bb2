using System.Text.Json.Nodes;
using Containerize.TestKit.Images;
using Containerize.Tests.Images;
using Containerize.Tests.Projects;

namespace Containerize.Tests.Publishing;

/// <summary>The properties and items of a project, and what becomes of them in the image and in MSBuild.</summary>
public sealed class SettingsTests(Machine machine)
{
    [Fact]
    public async Task Every_setting_of_the_SDK_arrives_in_the_config()
    {
        var feed = await machine.Feed;
        var folder = machine.Folder.Create("settings");
        var layout = new OciLayout(Path.Combine(folder, "layout"));
        var project = TestProject
            .Console("Settings")
            .Containerized(feed)
            .WithProperty("ContainerWorkingDirectory", "/srv/my/app")
            .WithProperty("ContainerUser", "1000:1001")
            .WithProperty("ContainerRepository", "acme/settings")
            .WithProperty("ContainerImageTags", "1.0;latest")
            .WithItem("ContainerPort", "8080")
            .WithItem("ContainerPort", "53", ("Type", "udp"))
            .WithItem("ContainerEnvironmentVariable", "CONNECTION", ("Value", "Server=db;Port=1:2 \"quoted\" $HOME \\"))
            .WithItem("ContainerEnvironmentVariable", "FROM_BASE", ("Value", "changed"))
            .WithItem("ContainerLabel", "org.example.url", ("Value", "https://example.test/?a=b;c"))
            .WithItem("ContainerDefaultArgs", "--verbose")
            .WithItem("ContainerDefaultArgs", "two words")
            .WriteTo(folder, feed)
            .With("ContainerBaseImage", (await machine.Bases).SmallReference)
            .With("ContainerOciLayoutPath", layout.Folder);
        (await project.ContainerizeAsync()).Succeeded();

        ImageValidator.AssertValid(layout.Folder);
        LayerFormat.AssertKept(layout, "srv/my/app");
        Assert.Equal(layout.Digest("1.0"), layout.Digest("latest"));
        var image = ImageDocument.Of(layout, "1.0");
        Assert.Equal("linux/amd64", image.Platform);
        Assert.Equal("dotnet\n/srv/my/app/Settings.dll", image.Entrypoint);
        Assert.Equal("--verbose\ntwo words", image.Command);
        Assert.Equal(
            "PATH=/usr/bin:/bin\nFROM_BASE=changed\nCONNECTION=Server=db;Port=1:2 \"quoted\" $HOME \\",
            image.Environment
        );
        Assert.Equal(("1000:1001", "/srv/my/app"), (image.User, image.WorkingFolder));
        Assert.Equal("53/udp\n8080/tcp", image.Ports);
        Assert.Contains("org.example.url=https://example.test/?a=b;c", image.Labels, StringComparison.Ordinal);
        // The folder of the base above ours keeps what the base says of it.
        Assert.Equal(
            FileTree.Of((await machine.Bases).Small).Entries["srv"],
            FileTree.Of(layout, "1.0").Entries["srv"]
        );
    }

    [Fact]
    public async Task MSBuild_learns_what_was_made()
    {
        var feed = await machine.Feed;
        var folder = machine.Folder.Create("outputs");
        var project = TestProject
            .Console("Outputs")
            .Containerized(feed)
            .WriteTo(folder, feed)
            .With("ContainerBaseImage", (await machine.Bases).SmallReference);
        var answer = (
            await project.ContainerizeAsync(
                "-getProperty:GeneratedContainerDigest",
                "-getProperty:GeneratedArchiveOutputPath",
                "-getProperty:GeneratedContainerMediaType",
                "-getItem:GeneratedContainer",
                "-getItem:GeneratedContainerName"
            )
        ).Succeeded();
        var said = JsonNode.Parse(answer.Command.Output)!;
        // By default the tarball lies in the output folder and carries the assembly's name.
        var tarball = Path.Combine(project.OutputFolder, "outputs.tar");
        Assert.Equal(tarball, (string?)said["Properties"]!["GeneratedArchiveOutputPath"]);
        var layout = OciLayout.FromTarball(tarball, Path.Combine(folder, "layout"));
        ImageValidator.AssertValid(layout.Folder);
        Assert.Equal(layout.Digest(), (string?)said["Properties"]!["GeneratedContainerDigest"]);
        Assert.Equal(
            (string?)layout.Manifest()["mediaType"],
            (string?)said["Properties"]!["GeneratedContainerMediaType"]
        );
        var container = Assert.Single(said["Items"]!["GeneratedContainer"]!.AsArray());
        Assert.Equal(layout.Digest(), (string?)container!["ManifestDigest"]);
        Assert.Equal(
            await File.ReadAllTextAsync(layout.BlobPath(layout.Digest()), TestContext.Current.CancellationToken),
            (string?)container["Manifest"]
        );
        Assert.Equal(
            "docker.io/library/outputs:latest",
            (string?)Assert.Single(said["Items"]!["GeneratedContainerName"]!.AsArray())!["Identity"]
        );
    }

    [Fact]
    public async Task An_image_from_scratch_holds_the_app_alone()
    {
        var feed = await machine.Feed;
        var folder = machine.Folder.Create("scratch");
        var layout = new OciLayout(Path.Combine(folder, "layout"));
        (
            await TestProject
                .Console("Scratch")
                .Containerized(feed)
                .WriteTo(folder, feed)
                .With("ContainerBaseImage", "scratch")
                .With("ContainerOciLayoutPath", layout.Folder)
                .ContainerizeAsync()
        ).Succeeded();
        ImageValidator.AssertValid(layout.Folder);
        Assert.All(FileTree.Of(layout).Entries.Keys, path => Assert.StartsWith("app", path, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_tarball_can_be_the_base_and_what_it_says_is_kept()
    {
        var feed = await machine.Feed;
        var folder = machine.Folder.Create("archive");
        var layout = new OciLayout(Path.Combine(folder, "layout"));
        var image = HandmadeImage.Small;
        image.Config["StopSignal"] = "SIGINT";
        image.Config["Healthcheck"] = new JsonObject { ["Test"] = new JsonArray("CMD", "/bin/true") };
        image.Config["Labels"] = new JsonObject { ["of.the.base"] = "kept" };
        image.Config["Volumes"] = new JsonObject { ["/data"] = new JsonObject() };
        image.Config["Vendor"] = "unknown to the specs";
        var tarball = image.WriteTarball(Path.Combine(folder, "base.tar"));
        (
            await TestProject
                .Console("Archive")
                .Containerized(feed)
                .WriteTo(folder, feed)
                .With("ContainerBaseImage", $"archive:{tarball}")
                .With("ContainerOciLayoutPath", layout.Folder)
                .ContainerizeAsync()
        ).Succeeded();
        ImageValidator.AssertValid(layout.Folder);
        var config = layout.Config()["config"]!;
        foreach (var name in new[] { "StopSignal", "Healthcheck", "Vendor", "Volumes" })
            Assert.True(
                JsonNode.DeepEquals(image.Config[name], config[name]),
                $"{name} is {config[name]?.ToJsonString()}"
            );
        Assert.Equal("kept", (string?)config["Labels"]!["of.the.base"]);
    }
}
