using System.Text.Json.Nodes;
using Containerize.Tests.Projects;
using Containerize.Tests.Scanners;

namespace Containerize.Tests.Publishing;

/// <summary>
/// Our SBOM beside what the tools of others list: trivy of the image and of the project's documents, and the .NET tool
/// of CycloneDX of the project. build/sboms.sh does so with more projects, and with programs that are trimmed, of a
/// single file or native.
/// </summary>
public sealed class ScannedImageTests(Machine machine)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_others_find_in_the_image_and_in_the_project_is_in_the_SBOM()
    {
        var feed = await machine.Feed;
        var folder = machine.Folder.Create("scanned");
        var tarball = Path.Combine(folder, "image.tar");
        var project = TestProject
            .Console("Scanned")
            .WithPackage("Newtonsoft.Json", "13.0.4")
            .WithPackage("Serilog", "4.4.0")
            .WithProperty("RuntimeIdentifier", "linux-x64")
            .WithProperty("SelfContained", "true")
            .WithProperty("ContainerBaseImage", "packages")
            .WithProperty("ContainerSbom", "spdx;cyclonedx")
            .Containerized(feed)
            .WriteTo(folder, feed)
            .With("ContainerArchiveOutputPath", tarball)
            .With("ContainerMetadataPath", Path.Combine(folder, "image.json"));
        (await project.ContainerizeAsync()).Succeeded();
        var text = await File.ReadAllTextAsync(Path.Combine(folder, "Scanned.cdx.json"), Cancelled);
        var ours = JsonNode.Parse(text)!["components"]!.AsArray().Select(part => part!).ToArray();
        var urls = ours.Select(part => (string?)part["purl"]).OfType<string>().Select(Comparable).ToArray();

        var trivy = new Trivy(await machine.Outside, machine.Folder.Create("trivy"));
        var scanned = (await trivy.ScanAsync(tarball)).Select(Comparable).ToArray();
        Assert.Contains(scanned, url => url.StartsWith("pkg:deb/debian/libc6@", StringComparison.Ordinal));
        Assert.Contains("pkg:nuget/Serilog@4.4.0", scanned);
        Assert.Empty(scanned.Except(urls));

        // In the order of their names, as trivy's wrapper here gives them.
        string[] packages =
        [
            "Newtonsoft.Json@13.0.4",
            "Serilog@4.4.0",
            .. ours.Where(part => ((string?)part["purl"])?.StartsWith("pkg:deb/", StringComparison.Ordinal) == true)
                .Select(part => $"{part["name"]}@{part["version"]}")
                .Order(StringComparer.Ordinal),
        ];
        Assert.True(packages.Length > 5);
        var runtime = ours.Single(part => (string?)part["type"] == "framework");
        var spdx = await ReadAsync(trivy, ".spdx.json", await ReadAsync(folder, ".spdx.json"));
        Assert.Equal(packages.Prepend($"{runtime["name"]}@{runtime["version"]}"), spdx);
        // Of CycloneDX it reads libraries only.
        Assert.Equal(packages, await ReadAsync(trivy, ".cdx.json", OfVersionFour(text)));

        var tool = await CycloneDxTool.InstallAsync(machine.Folder.Create("cyclonedx"));
        var theirs = await tool.RunAsync(
            Path.Combine(project.Folder, "Scanned.csproj"),
            feed.Packages,
            machine.Folder.Create("bom")
        );
        var listed = theirs["components"]!.AsArray().Select(part => Facts(part!)).ToArray();
        Assert.Equal(2, listed.Length);
        Assert.Empty(listed.Except(ours.Select(Facts)));
    }

    // Trivy writes no escapes, names the point release of Debian, and leaves out the source package.
    private static string Comparable(string url)
    {
        var parts = Uri.UnescapeDataString(url).Split('?');
        if (!parts[0].StartsWith("pkg:deb/", StringComparison.Ordinal))
            return parts[0];
        var pairs = parts[1]
            .Split('&')
            .Where(pair => !pair.StartsWith("upstream=", StringComparison.Ordinal))
            .Select(pair => pair.StartsWith("distro=", StringComparison.Ordinal) ? pair.Split('.')[0] : pair);
        return $"{parts[0]}?{string.Join('&', pairs)}";
    }

    // The parts of the document are the same in 1.4; of the metadata two members are newer.
    private static string OfVersionFour(string document)
    {
        var json = JsonNode.Parse(document)!;
        json["specVersion"] = "1.4";
        json["metadata"]!.AsObject().Remove("tools");
        json["metadata"]!.AsObject().Remove("lifecycles");
        return json.ToJsonString();
    }

    private static string Facts(JsonNode component) =>
        string.Join(
            ' ',
            component["name"],
            component["version"],
            component["purl"],
            component["licenses"]?[0]?["expression"] ?? component["licenses"]?[0]?["license"]?["id"],
            ((string?)component["hashes"]?[0]?["content"])?.ToUpperInvariant()
        );

    private static Task<string> ReadAsync(string folder, string suffix) =>
        File.ReadAllTextAsync(Path.Combine(folder, "Scanned" + suffix), Cancelled);

    private async Task<string[]> ReadAsync(Trivy trivy, string suffix, string document)
    {
        var folder = machine.Folder.Create("document");
        await File.WriteAllTextAsync(Path.Combine(folder, "Scanned" + suffix), document, Cancelled);
        return await trivy.ReadFolderAsync(folder);
    }
}
