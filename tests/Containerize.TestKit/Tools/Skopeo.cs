using System.Text.Json.Nodes;

namespace Containerize.TestKit.Tools;

/// <summary>skopeo: copies and looks at images of every kind of store. The registries are plain HTTP on
/// loopback.</summary>
public static class Skopeo
{
    /// <summary>Copies an image byte for byte where both sides can hold it so.</summary>
    /// <param name="source">As skopeo names it: <c>oci:DIR:TAG</c>, <c>docker://HOST/NAME</c>,
    /// <c>docker-archive:FILE</c>…</param>
    public static Task<CommandResult> CopyAsync(string source, string destination) =>
        Shell.RunAsync(
            "skopeo",
            "copy",
            "--quiet",
            "--src-tls-verify=false",
            "--dest-tls-verify=false",
            source,
            destination
        );

    /// <summary>What skopeo says of an image.</summary>
    public static async Task<JsonNode> InspectAsync(string image) =>
        JsonNode.Parse((await Shell.RunAsync("skopeo", "inspect", "--tls-verify=false", image)).Output)!;

    /// <summary>The digest of an image's manifest.</summary>
    public static async Task<string> DigestAsync(string image) => (string)(await InspectAsync(image))["Digest"]!;
}
