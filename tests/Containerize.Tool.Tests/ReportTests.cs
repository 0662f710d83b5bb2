using System.Text.Json;
using System.Text.Json.Nodes;
using Containerize.TestKit.Images;
using Containerize.TestKit.Tools;
using Json.Schema;

namespace Containerize.Tool.Tests;

/// <summary><c>containerize report</c> as users call it.</summary>
public sealed class ReportTests(ToolMachine machine)
{
    private static readonly JsonSchema Schema = JsonSchema.FromText(
        File.ReadAllText(Path.Combine(TestFolder.Repository, "docs/report.schema.json"))
    );

    [Fact]
    public async Task A_page_is_written_with_the_reason_of_a_change()
    {
        var folder = machine.Folder.Create("report");
        var (small, other) = ($"oci:{machine.Small.Folder}", $"oci:{Other(folder).Folder}");
        var reason = await machine.OutputAsync(
            "report",
            other,
            "--against",
            small,
            "-o",
            Path.Combine(folder, "page.html")
        );
        Assert.StartsWith("/srv/motd changed in layer 1 (", reason, StringComparison.Ordinal);
        var page = await File.ReadAllTextAsync(
            Path.Combine(folder, "page.html"),
            TestContext.Current.CancellationToken
        );
        Assert.Contains(reason.TrimEnd(), page, StringComparison.Ordinal);
        Assert.Equal(page, await machine.OutputAsync("report", other, "--against", small, "-o", "-"));
    }

    [Fact]
    public async Task The_JSON_fits_its_schema_and_its_bytes_are_those_of_the_registry()
    {
        var registry = await machine.Registry;
        var (old, now) = ($"{registry.Address}/report/app:1", $"{registry.Address}/report/app:2");
        await Skopeo.CopyAsync($"oci:{machine.Small.Folder}:1.0", $"docker://{old}");
        await Skopeo.CopyAsync($"oci:{Other(machine.Folder.Create("report-json")).Folder}:1.0", $"docker://{now}");
        var text = await machine.OutputAsync("report", now, old, "--against", old, "--json");
        using var document = JsonDocument.Parse(text);
        Assert.True(Schema.Evaluate(document.RootElement).IsValid, text);
        var (before, after) = (await SizesAsync(old), await SizesAsync(now));
        var facts = JsonNode.Parse(text)!;
        Assert.Equal(after.Values.Sum(), (long)facts["bytes"]!);
        Assert.Equal(
            after.Values.Sum(),
            facts["layers"]!.AsArray().Sum(layer => layer!["files"]!.AsArray().Sum(file => (long)file!["bytes"]!))
        );
        Assert.Equal(
            after.Where(layer => !before.ContainsKey(layer.Key)).Sum(layer => layer.Value),
            (long)facts["comparison"]!["pulledBytes"]!
        );
        Assert.Equal(
            ["/etc/os-release", "/srv/motd"],
            facts["layers"]!
                .AsArray()
                .SelectMany(layer => layer!["files"]!.AsArray())
                .Select(file => (string?)file!["path"])
        );
    }

    [Theory]
    [InlineData("Nothing would be written", "report", "oci:SMALL")]
    [InlineData("Both the page and --json", "report", "oci:SMALL", "--json", "-o", "-")]
    [InlineData("Required argument", "report", "-o", "x.html")]
    public async Task A_line_that_means_nothing_says_what_to_write(string expected, params string[] arguments)
    {
        var result = (
            await machine.RunAsync(
                arguments.Select(argument => argument.Replace("SMALL", machine.Small.Folder, StringComparison.Ordinal))
            )
        ).Expect(2);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
    }

    private static OciLayout Other(string folder) =>
        (
            HandmadeImage.Small with
            {
                Layers =
                [
                    HandmadeImage.Small.Layers[0],
                    [HandmadeImage.Folder("srv"), HandmadeImage.File("srv/motd", "goodbye\n")],
                ],
            }
        ).WriteTo(Path.Combine(folder, "layout"));

    private static async Task<Dictionary<string, long>> SizesAsync(string name)
    {
        var raw = await Shell.RunAsync("skopeo", "inspect", "--raw", "--tls-verify=false", $"docker://{name}");
        return JsonNode.Parse(raw.Output)!["layers"]!
            .AsArray()
            .ToDictionary(layer => (string)layer!["digest"]!, layer => (long)layer!["size"]!);
    }
}
