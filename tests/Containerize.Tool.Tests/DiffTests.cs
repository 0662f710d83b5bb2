using System.Text.Json.Nodes;
using Containerize.TestKit.Images;
using Containerize.TestKit.Tools;

namespace Containerize.Tool.Tests;

/// <summary><c>containerize diff</c>, with the tests' own reading of layers as the second opinion.</summary>
public sealed class DiffTests(ToolMachine machine)
{
    [Fact]
    public async Task The_same_image_in_two_places_has_no_difference()
    {
        var registry = await machine.Registry;
        await machine.OutputAsync("copy", $"oci:{machine.Small.Folder}", $"{registry.Address}/diff/app:1");
        Assert.Empty(
            await machine.OutputAsync("diff", $"oci:{machine.Small.Folder}", $"{registry.Address}/diff/app:1")
        );
    }

    [Fact]
    public async Task Two_images_differ_in_config_layers_and_files()
    {
        var other = (
            HandmadeImage.Small with
            {
                Layers =
                [
                    HandmadeImage.Small.Layers[0],
                    [
                        HandmadeImage.Folder("srv"),
                        HandmadeImage.File("srv/motd", "goodbye\n", 0x180),
                        HandmadeImage.File("etc/.wh.os-release", ""),
                        HandmadeImage.Link("srv/link", "motd"),
                    ],
                ],
                Config = new JsonObject { ["Env"] = new JsonArray("PATH=/usr/bin:/bin"), ["User"] = "app" },
            }
        ).WriteTo(Path.Combine(machine.Folder.Create("diff"), "layout"));
        string[] names = [$"oci:{machine.Small.Folder}", $"oci:{other.Folder}"];
        var text = (await machine.RunAsync(["diff", .. names])).Expect(1).Output;
        Assert.All(
            [
                "config.Env.FROM_BASE: \"yes\" | (none)",
                "config.User: (none) | \"app\"",
                "- 1 sha256:",
                "+ 1 sha256:",
                "- /etc/os-release file 0644 0:0 12 B",
                "~ /srv/motd content 6 B ",
                "mode 0644 | 0600",
                "+ /srv/link symboliclink 0777 0:0 -> motd",
            ],
            expected => Assert.Contains(expected, text, StringComparison.Ordinal)
        );
        var json = JsonNode.Parse((await machine.RunAsync(["diff", "--json", .. names])).Expect(1).Output)!;
        Assert.Equal(
            FileTree
                .Of(machine.Small)
                .Differences(FileTree.Of(other), times: true)
                .Select(line => "/" + line[2..line.IndexOf(':', StringComparison.Ordinal)])
                .Order(StringComparer.Ordinal),
            json["files"]!.AsArray().Select(file => (string)file!["path"]!)
        );
    }

    [Fact]
    public async Task Another_builder_is_told_from_other_content()
    {
        var folder = machine.Folder.Create("diff-ignore");
        await Shell.RunAsync(
            "skopeo",
            "copy",
            "--quiet",
            "--dest-compress-format",
            "zstd",
            "--dest-oci-accept-uncompressed-layers",
            $"oci:{machine.Small.Folder}:1.0",
            $"oci:{folder}/layout:1"
        );
        await Shell.RunAsync(
            "umoci",
            "config",
            "--image",
            $"{folder}/layout:1",
            "--created",
            "2030-01-01T00:00:00Z",
            "--history.created_by",
            "umoci config"
        );
        string[] names = [$"oci:{machine.Small.Folder}", $"oci:{folder}/layout"];
        Assert.Contains(
            "created: ",
            (await machine.RunAsync(["diff", .. names])).Expect(1).Output,
            StringComparison.Ordinal
        );
        Assert.Empty(await machine.OutputAsync(["diff", "--ignore", "times,history,layers", .. names]));
    }

    [Theory]
    [InlineData("diff", "oci:SMALL")]
    [InlineData("diff", "oci:SMALL", "oci:/nowhere")]
    [InlineData("diff", "oci:SMALL", "oci:SMALL", "--ignore", "colours")]
    public async Task Trouble_is_neither_yes_nor_no(params string[] arguments) =>
        (
            await machine.RunAsync(
                arguments.Select(argument => argument.Replace("SMALL", machine.Small.Folder, StringComparison.Ordinal))
            )
        ).Expect(2);
}
