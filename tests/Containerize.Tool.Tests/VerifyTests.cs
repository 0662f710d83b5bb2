using System.Text;
using System.Text.Json.Nodes;
using Containerize.TestKit.Images;

namespace Containerize.Tool.Tests;

/// <summary><c>containerize verify</c>, with the tests' own validator as the second opinion.</summary>
public sealed class VerifyTests(ToolMachine machine)
{
    [Fact]
    public async Task A_good_image_is_all_as_it_should_be()
    {
        var report = JsonNode.Parse(await machine.OutputAsync("verify", "--json", $"oci:{machine.Small.Folder}:1.0"))!;
        Assert.True((bool)report["valid"]!);
        Assert.Equal(4, (int)report["contents"]!);
        Assert.Empty(report["violations"]!.AsArray());
    }

    [Fact]
    public async Task All_damage_is_found_at_once_and_the_answer_is_no()
    {
        var layout = (
            HandmadeImage.Small with
            {
                Layers =
                [
                    [HandmadeImage.File("a", "1"), HandmadeImage.File("a", "2"), HandmadeImage.File("x/.wh.", "")],
                    [HandmadeImage.File("b", "1")],
                ],
            }
        ).WriteTo(Path.Combine(machine.Folder.Create("verify"), "layout"));
        var blob = layout.BlobPath(layout.LayerDigests()[1]);
        var bytes = await File.ReadAllBytesAsync(blob, TestContext.Current.CancellationToken);
        bytes[9] ^= 1;
        await File.WriteAllBytesAsync(blob, bytes, TestContext.Current.CancellationToken);
        var result = (await machine.RunAsync("verify", $"oci:{layout.Folder}")).Expect(1);
        Assert.All(
            ["'a' twice", "a whiteout of nothing", "has the digest sha256:", "3 violations"],
            expected => Assert.Contains(expected, result.Output, StringComparison.Ordinal)
        );
        Assert.Equal(
            ImageValidator.Violations(layout.Folder).Count,
            ImageValidator.Violations(layout.Folder).Distinct().Count()
        );
        Assert.NotEmpty(ImageValidator.Violations(layout.Folder));
    }

    [Fact]
    public async Task A_registry_that_damages_a_blob_is_found_out()
    {
        var registry = await machine.Registry;
        await machine.OutputAsync("copy", $"oci:{machine.Small.Folder}", $"{registry.Address}/verify/app:1");
        await machine.OutputAsync("verify", $"{registry.Address}/verify/app:1");
        var blob = registry.BlobPath((string)machine.Small.Manifest()["config"]!["digest"]!);
        var config = await File.ReadAllTextAsync(blob, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            blob,
            config.Replace("FROM_BASE=yes", "FROM_BASE=not", StringComparison.Ordinal),
            new UTF8Encoding(false),
            TestContext.Current.CancellationToken
        );
        try
        {
            var result = (await machine.RunAsync("verify", $"{registry.Address}/verify/app:1")).Expect(1);
            Assert.Contains("in truth", result.Output, StringComparison.Ordinal);
        }
        finally
        {
            await File.WriteAllTextAsync(blob, config, new UTF8Encoding(false), TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task What_cannot_be_reached_is_trouble_and_no_answer() =>
        (await machine.RunAsync("verify", "oci:/nowhere")).Expect(2);
}
