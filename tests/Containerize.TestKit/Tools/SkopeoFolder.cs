using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Containerize.TestKit.Tools;

/// <summary>
/// The folder that skopeo and buildah call <c>dir:</c>: the documents of an image as they are. On the way into an OCI
/// layout they would lose what OCI's config has no member for.
/// </summary>
public static class SkopeoFolder
{
    /// <summary>Puts the files of such a folder where a reader of layouts looks for them.</summary>
    public static void MakeLayout(string folder)
    {
        var blobs = Directory.CreateDirectory(Path.Combine(folder, "blobs", "sha256")).FullName;
        foreach (var file in Directory.EnumerateFiles(folder).Where(file => Path.GetFileName(file).Length == 64))
            File.Move(file, Path.Combine(blobs, Path.GetFileName(file)));
        var manifest = File.ReadAllBytes(Path.Combine(folder, "manifest.json"));
        var hash = Convert.ToHexStringLower(SHA256.HashData(manifest));
        File.WriteAllBytes(Path.Combine(blobs, hash), manifest);
        var descriptor = new JsonObject
        {
            ["mediaType"] = (string)JsonNode.Parse(manifest)!["mediaType"]!,
            ["digest"] = "sha256:" + hash,
            ["size"] = manifest.Length,
        };
        File.WriteAllText(
            Path.Combine(folder, "index.json"),
            new JsonObject { ["schemaVersion"] = 2, ["manifests"] = new JsonArray(descriptor) }.ToJsonString()
        );
    }
}
