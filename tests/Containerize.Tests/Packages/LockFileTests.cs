using System.Text.Json.Nodes;
using Containerize.TestKit.Images;
using Containerize.TestKit.Tools;
using Containerize.Tests.Projects;

namespace Containerize.Tests.Packages;

/// <summary>A lock file pins the base image too, with or without packages upon it.</summary>
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
}
