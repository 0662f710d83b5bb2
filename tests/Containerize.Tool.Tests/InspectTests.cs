using System.Text.Json.Nodes;
using Containerize.TestKit.Images;
using Containerize.TestKit.Tools;

namespace Containerize.Tool.Tests;

/// <summary><c>containerize inspect</c> beside what skopeo and umoci say.</summary>
public sealed class InspectTests(ToolMachine machine)
{
    [Fact]
    public async Task What_it_says_is_what_skopeo_and_umoci_say()
    {
        var registry = await machine.Registry;
        var name = $"{registry.Address}/inspect/app:1.0";
        await Skopeo.CopyAsync($"oci:{machine.Small.Folder}:1.0", $"docker://{name}");
        var said = JsonNode.Parse(await machine.OutputAsync("inspect", "--json", name))!;
        var image = Assert.Single(said["images"]!.AsArray())!;
        var skopeo = await Skopeo.InspectAsync($"docker://{name}");
        Assert.Equal((string?)skopeo["Digest"], (string?)said["digest"]);
        Assert.Equal(
            skopeo["Layers"]!.AsArray().Select(layer => (string?)layer),
            image["layers"]!.AsArray().Select(layer => (string?)layer!["digest"])
        );
        Assert.Equal(skopeo["Env"]!.ToJsonString(), image["config"]!["config"]!["Env"]!.ToJsonString());
        var umoci = await Umoci.StatAsync(machine.Small.Folder, "1.0");
        Assert.Equal(
            umoci["history"]!
                .AsArray()
                .Where(entry => entry!["layer"] is not null)
                .Select(entry => (long)entry!["layer"]!["size"]!),
            image["layers"]!.AsArray().Select(layer => (long)layer!["size"]!)
        );
    }

    [Fact]
    public async Task People_read_it_too()
    {
        var text = await machine.OutputAsync("inspect", $"oci:{machine.Small.Folder}:1.0");
        Assert.All(
            [
                "digest        " + machine.Small.Digest(),
                "linux/amd64",
                "environment   PATH=/usr/bin:/bin",
                "FROM_BASE=yes",
                "Layers (2,",
                "Dockerfile",
                "FROM scratch",
            ],
            expected => Assert.Contains(expected, text, StringComparison.Ordinal)
        );
        Assert.DoesNotContain('\e', text);
    }

    [Fact]
    public async Task The_Dockerfile_of_a_built_image_builds_it_again_but_for_its_files()
    {
        var folder = machine.Folder.Create("inspect-dockerfile");
        var image = HandmadeImage.Small;
        var history = image.WriteTo(Path.Combine(folder, "layout"));
        await Shell.RunAsync(
            "umoci",
            "config",
            "--image",
            $"{history.Folder}:1.0",
            "--config.user",
            "app",
            "--config.cmd",
            "sh",
            "--history.created_by",
            "/bin/sh -c #(nop)  CMD [\"sh\"]"
        );
        var dockerfile = await machine.OutputAsync("inspect", "--dockerfile", $"oci:{history.Folder}:1.0");
        Assert.Equal(2, dockerfile.Split('\n').Count(line => line.StartsWith("ADD ", StringComparison.Ordinal)));
        Assert.EndsWith("CMD [\"sh\"]\n", dockerfile, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Control_characters_of_others_do_not_reach_the_terminal()
    {
        var layout = (
            HandmadeImage.Small with
            {
                Config = new JsonObject { ["Env"] = new JsonArray("EVIL=\u001b[31mred\rover") },
            }
        ).WriteTo(Path.Combine(machine.Folder.Create("inspect-evil"), "layout"));
        Assert.DoesNotContain('\e', await machine.OutputAsync("inspect", $"oci:{layout.Folder}"));
    }

    [Fact]
    public async Task Whoever_has_read_enough_may_go()
    {
        var tool = await machine.Tool;
        var result = await Shell.RunAsync(
            "bash",
            "-o",
            "pipefail",
            "-c",
            $"'{tool.Program}' inspect --json 'oci:{machine.Small.Folder}' | true"
        );
        Assert.Empty(result.Error);
    }
}
