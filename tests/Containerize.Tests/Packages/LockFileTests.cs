using System.IO.Compression;
using System.Text.Json.Nodes;
using Containerize.TestKit.Images;
using Containerize.TestKit.Tools;
using Containerize.Tests.Projects;

namespace Containerize.Tests.Packages;

/// <summary>A lock file pins the base image too, with or without packages upon it, and knows which NuGet packages
/// change.</summary>
public sealed class LockFileTests(Machine machine)
{
    [Fact]
    public async Task A_tag_that_moved_on_is_not_followed_until_the_lock_is_written_anew()
    {
        var folder = machine.Folder.Create("lock");
        var reference = $"{(await machine.Registry).Address}/bases/locked:1";
        var (before, after) = (
            HandmadeImage.Small.WriteTo(Path.Combine(folder, "before")),
            (HandmadeImage.Small with { Config = new JsonObject { ["User"] = "42" } }).WriteTo(
                Path.Combine(folder, "after")
            )
        );
        await Skopeo.CopyAsync($"oci:{before.Folder}:1.0", $"docker://{reference}");
        var metadata = Path.Combine(folder, "image.json");
        var project = TestProject
            .Console("Locked")
            .Containerized(await machine.Feed)
            .WriteTo(folder, await machine.Feed)
            .With("ContainerBaseImage", reference)
            .With("ContainerMetadataPath", metadata);
        (await project.With("ContainerUpdateLock", "true").ContainerizeAsync()).Succeeded();
        var first = Read();
        await Skopeo.CopyAsync($"oci:{after.Folder}:1.0", $"docker://{reference}");
        (await project.ContainerizeAsync()).Succeeded();
        Assert.Equal(first, Read());
        var updated = (await project.With("ContainerUpdateLock", "true").ContainerizeAsync()).Succeeded();
        Assert.NotEqual(first, Read());
        Assert.Contains(
            updated.Lines,
            line => line.Trim() == $"~ base {reference} {before.Digest("1.0")} -> {after.Digest("1.0")}"
        );

        string Read() => (string)JsonNode.Parse(File.ReadAllText(metadata))!["digest"]!;
    }

    [Fact]
    public async Task A_bump_of_a_small_package_that_changed_before_sends_its_layer_and_the_list_in_the_app()
    {
        var feed = await machine.Feed;
        WritePackage(feed, "Acme.Busy", "1.0.0", "library");
        WritePackage(feed, "Acme.Busy", "1.0.1", "library, mended");
        WritePackage(feed, "Acme.Busy", "1.0.2", "library, mended again");
        WritePackage(feed, "Acme.Quiet", "1.0.0", new string('q', 600_000));
        var folder = machine.Folder.Create("busy");
        var layout = new OciLayout(Path.Combine(folder, "layout"));

        await PublishAsync("1.0.0", isUpdate: true);
        Assert.Equal(["dependencies", "host", "app"], layout.OwnLayers().Select(layer => layer.Name));
        await PublishAsync("1.0.1", isUpdate: true);
        var before = layout.OwnDigests();
        Assert.Equal(
            ["dependencies-acme-busy", "dependencies", "host", "app"],
            layout.OwnLayers().Select(layer => layer.Name)
        );
        await PublishAsync("1.0.2", isUpdate: false);
        Assert.Equal(
            ["dependencies-acme-busy", "app"],
            layout.OwnLayers().Where(layer => !before.Values.Contains(layer.Digest)).Select(layer => layer.Name)
        );

        async Task PublishAsync(string version, bool isUpdate) =>
            (
                await TestProject
                    .Console("Busy")
                    .WithPackage("Acme.Busy", version)
                    .WithPackage("Acme.Quiet", "1.0.0")
                    .Containerized(feed)
                    .WriteTo(folder, feed)
                    .With("ContainerBaseImage", "scratch")
                    .With("ContainerOciLayoutPath", layout.Folder)
                    .With("ContainerUpdateLock", isUpdate ? "true" : "false")
                    .ContainerizeAsync()
            ).Succeeded();
    }

    // A native library needs no compiler.
    private static void WritePackage(PackageFeed feed, string id, string version, string library)
    {
        using var zip = ZipFile.Open(
            Path.Combine(Path.GetDirectoryName(feed.Nupkg)!, $"{id}.{version}.nupkg"),
            ZipArchiveMode.Create
        );
        Write(
            $"{id}.nuspec",
            $"""
            <package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd">
              <metadata>
                <id>{id}</id><version>{version}</version><authors>a</authors><description>d</description>
              </metadata>
            </package>
            """
        );
        Write($"runtimes/linux-x64/native/lib{id}.so", library);

        void Write(string name, string text)
        {
            var entry = zip.CreateEntry(name);
            // A publish copies what is newer than the file that lies there.
            entry.LastWriteTime = new DateTimeOffset(2020, 1, 1 + Version.Parse(version).Build, 0, 0, 0, TimeSpan.Zero);
            using var writer = new StreamWriter(entry.Open());
            writer.Write(text);
        }
    }
}
