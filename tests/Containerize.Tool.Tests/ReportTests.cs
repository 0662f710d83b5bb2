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

    [Fact]
    public async Task What_is_pulled_again_is_what_the_registry_sends_to_a_store_that_has_the_old_image()
    {
        var (registry, folder) = (await machine.Registry, machine.Folder.Create("report-pull"));
        var (old, now) = ($"{registry.Address}/report-pull/app:1", $"{registry.Address}/report-pull/app:2");
        await Skopeo.CopyAsync($"oci:{machine.Small.Folder}:1.0", $"docker://{old}");
        await Skopeo.CopyAsync($"oci:{Other(folder).Folder}:1.0", $"docker://{now}");
        var facts = JsonNode.Parse(await machine.OutputAsync("report", now, "--against", old, "--json"))!;
        await Skopeo.CopyAsync($"docker://{old}", $"oci:{folder}/store:old");
        var before = registry.Requests.Count;
        await Skopeo.CopyAsync($"docker://{now}", $"oci:{folder}/store:now");
        var config = (string)facts["imageId"]!;
        var sent = registry
            .Requests.Skip(before)
            .Where(request =>
                request is { Method: "GET", Status: 200 }
                && request.Path.StartsWith("/v2/report-pull/app/blobs/", StringComparison.Ordinal)
                && !request.Path.EndsWith(config, StringComparison.Ordinal)
            )
            .Sum(request => request.Written);
        Assert.NotEqual(0, sent);
        Assert.Equal(sent, (long)facts["comparison"]!["pulledBytes"]!);
    }

    [Fact]
    public async Task Documents_and_signatures_are_shown_with_their_state()
    {
        var (registry, folder) = (await machine.Registry, machine.Folder.Create("report-signed"));
        var image = $"{registry.Address}/report-signed/app:1";
        await Skopeo.CopyAsync($"oci:{machine.Small.Folder}:1.0", $"docker://{image}");
        foreach (var name in new[] { "right", "wrong" })
        {
            var key = $"{folder}/{name}";
            await Shell.RunAsync(
                "openssl",
                "ecparam",
                "-name",
                "prime256v1",
                "-genkey",
                "-noout",
                "-out",
                key + ".pem"
            );
            await Shell.RunAsync("openssl", "ec", "-in", key + ".pem", "-pubout", "-out", key + ".pub");
        }

        await machine.OutputAsync("sign", image, "--key", $"{folder}/right.pem");
        Assert.Equal([("signature", "notchecked")], await StatesAsync());
        Assert.Equal([("signature", "valid")], await StatesAsync("--key", $"{folder}/right.pub"));
        Assert.Equal([("signature", "invalid")], await StatesAsync("--key", $"{folder}/wrong.pub"));

        async Task<IEnumerable<(string?, string?)>> StatesAsync(params string[] words)
        {
            var text = await machine.OutputAsync(["report", image, "--json", .. words]);
            using var document = JsonDocument.Parse(text);
            Assert.True(Schema.Evaluate(document.RootElement).IsValid, text);
            return JsonNode.Parse(text)!["attached"]!["all"]!
                .AsArray()
                .Select(found => ((string?)found!["kind"], (string?)found["state"]));
        }
    }

    [Fact]
    public async Task Explain_says_where_the_bytes_are_and_why_a_digest_is_another()
    {
        var folder = machine.Folder.Create("explain");
        var (small, other) = ($"oci:{machine.Small.Folder}", $"oci:{Other(folder).Folder}");
        var size = (await machine.OutputAsync("explain", small)).TrimEnd().Split('\n');
        Assert.InRange(size.Length, 4, 10);
        Assert.Contains("2 layers with 2 files.", size[0], StringComparison.Ordinal);
        Assert.Contains("all of it /etc.", size[1] + size[2], StringComparison.Ordinal);
        var change = (await machine.OutputAsync("explain", other, "--against", small)).TrimEnd().Split('\n');
        Assert.InRange(change.Length, 4, 10);
        Assert.StartsWith("/srv/motd changed in layer 1 (", change[0], StringComparison.Ordinal);
        Assert.Contains("Files changed (1): /srv/motd.", change);
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
