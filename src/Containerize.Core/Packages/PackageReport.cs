using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Containerize.IO;

namespace Containerize.Packages;

/// <summary>What a run says of the packages that it installed: name, version, architecture and the SHA-256 of the
/// package file.</summary>
public static class PackageReport
{
    /// <summary>The packages as a member of the run's metadata.</summary>
    /// <param name="packages">The packages, sorted by name.</param>
    public static JsonArray ToJson(ImmutableArray<InstalledPackage> packages) =>
        new([
            .. packages.Select(package =>
                (JsonNode?)
                    new JsonObject
                    {
                        ["name"] = package.Name,
                        ["version"] = package.Version,
                        ["architecture"] = package.Architecture,
                        ["sha256"] = package.Digest.Hex,
                    }
            ),
        ]);

    /// <summary>Leaves it for the run that puts the platforms together, beside the layout that the platform's image
    /// waits in.</summary>
    /// <param name="layout">The absolute path of the layout.</param>
    /// <param name="packages">The packages, sorted by name.</param>
    /// <exception cref="Diagnostics.ContainerizeException">CTZ0007.</exception>
    public static Task WriteAsync(string layout, ImmutableArray<InstalledPackage> packages) =>
        OutputFiles.WriteTextAsync(PathOf(layout), ToJson(packages).ToJsonString());

    /// <summary>Reads what was left beside a layout.</summary>
    public static JsonArray Read(string layout) => JsonNode.Parse(File.ReadAllText(PathOf(layout)))!.AsArray();

    /// <summary>The file that it is left in.</summary>
    public static string PathOf(string layout) => layout + ".packages.json";
}
