using Containerize.TestKit.Servers;
using Containerize.TestKit.Tools;
using Containerize.Tests.Projects;
using Containerize.Tests.Tools;

namespace Containerize.Tests.Publishing;

/// <summary>
/// A machine with an empty cache, and a registry that has what another machine pushed. What the registry has is not
/// sent again, and nothing of it gets into the next image unless it is what the machine makes itself.
/// </summary>
public sealed class FreshMachineTests(Machine machine)
{
    [Fact]
    public async Task What_the_registry_holds_is_not_sent_again_and_never_believed()
    {
        var feed = await machine.Feed;
        await using var registry = await DockerRegistry.StartAsync(machine.Folder.Create("fresh-registry"));
        var folder = machine.Folder.Create("fresh");
        var app = TestProject.Web("Fresh").Containerized(feed);
        var project = app.WriteTo(folder, feed)
            .With("ContainerBaseImage", "scratch")
            .With("ContainerRegistry", registry.Address);
        Assert.Equal(["app", "assets", "config", "host"], await SentAsync(project));
        Assert.Empty(await SentAsync(project));

        // Another line of code: the files that are served stay what they were.
        app.WithFile("Program.cs", "WebApplication.CreateBuilder(args).Build().Run();\n").WriteTo(folder, feed);
        Assert.Equal(["app", "config"], await SentAsync(project));

        // Another repository, whose tag is an attacker's: our image with the bytes of one layer replaced, its
        // annotation and the diff ids of the config kept. The image comes out as it does elsewhere, and the layer is
        // mounted from where it really lies.
        using var attacker = new RegistryAttacker(registry.Address);
        await attacker.ReplaceLayerAsync("fresh", "latest", layer: 2, "fresh", "evil");
        await attacker.ReplaceLayerAsync("fresh", "latest", layer: 2, "other", "latest");
        var clean = await Skopeo.DigestAsync($"docker://{registry.Address}/fresh:latest");
        var other = project
            .With("ContainerRepository", "other")
            .With("ContainerReuseFrom", $"{registry.Address}/fresh:evil;{registry.Address}/fresh:latest");
        Assert.Empty(await SentAsync(other));
        Assert.Equal(["alreadyThere", "alreadyThere", "mounted"], Fates(project));
        Assert.Equal(clean, await Skopeo.DigestAsync($"docker://{registry.Address}/other:latest"));

        // What names no image of ours, and what names none at all, cost nothing.
        var third = project
            .With("ContainerRepository", "third")
            .With("ContainerReuseFrom", $"{registry.Address}/base:1;{registry.Address}/other:gone");
        Assert.Equal(["app", "assets", "config", "host"], await SentAsync(third));

        async Task<string[]> SentAsync(WrittenProject fresh)
        {
            var work = Path.Combine(project.Folder, "obj/Release/net10.0/containerize");
            if (Directory.Exists(work))
                Directory.Delete(work, recursive: true);
            var before = registry.Requests.Count;
            (
                await fresh.With("ContainerCacheDirectory", machine.Folder.Create("empty-cache")).ContainerizeAsync()
            ).Succeeded();
            var names = Layers(project)
                .ToDictionary(layer => (string)layer!["digest"]!, layer => (string)layer!["name"]!);
            return
            [
                .. registry
                    .Requests.Skip(before)
                    .Where(request => request.CompletesBlob)
                    .Select(request => names.GetValueOrDefault(request.UploadedDigest ?? "", "config"))
                    .Order(StringComparer.Ordinal),
            ];
        }
    }

    private static string[] Fates(WrittenProject project) =>
        [.. Layers(project).Select(layer => (string)layer!["fates"]![0]!)];

    private static System.Text.Json.Nodes.JsonArray Layers(WrittenProject project) =>
        System.Text.Json.Nodes.JsonNode.Parse(
            File.ReadAllText(Path.Combine(project.OutputFolder, "Fresh.container.json"))
        )!["layers"]!.AsArray();
}
