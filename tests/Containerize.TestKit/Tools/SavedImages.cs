using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Containerize.TestKit.Tools;

/// <summary>What <c>docker save</c> writes of several images: their documents and layers as they are.</summary>
public static class SavedImages
{
    /// <summary>Unpacks them, each into a layout of its own; a layer of several is one file on the disk.</summary>
    /// <param name="tarball">What Docker wrote. What is in it lies beside it afterwards.</param>
    /// <param name="layouts">For the name of each image the folder of its layout, which must not exist yet.</param>
    public static void WriteLayouts(string tarball, IReadOnlyDictionary<string, string> layouts)
    {
        // Of its own each time: the layouts of an earlier tarball of that name have their layers in theirs.
        var folder = Directory.CreateDirectory($"{tarball}.{Guid.NewGuid():N}").FullName;
        TarFile.ExtractToDirectory(tarball, folder, overwriteFiles: false);
        var hashes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var image in Json(folder, "manifest.json").AsArray())
        {
            foreach (var name in image!["RepoTags"]!.AsArray())
                WriteLayout(image, layouts[(string)name!]);
        }

        void WriteLayout(JsonNode image, string layout)
        {
            Directory.CreateDirectory(layout);
            var manifest = new JsonObject
            {
                ["schemaVersion"] = 2,
                ["mediaType"] = "application/vnd.docker.distribution.manifest.v2+json",
                ["config"] = Put(layout, (string)image["Config"]!, "application/vnd.docker.container.image.v1+json"),
                ["layers"] = new JsonArray([
                    .. image["Layers"]!
                        .AsArray()
                        .Select(layer => Put(layout, (string)layer!, "application/vnd.docker.image.rootfs.diff.tar")),
                ]),
            };
            File.WriteAllText(Path.Combine(layout, "manifest.json"), manifest.ToJsonString());
            SkopeoFolder.MakeLayout(layout);
        }

        JsonObject Put(string layout, string path, string type)
        {
            // Docker writes a layer of the same content as another one as a link to it.
            var file = Path.Combine(folder, path);
            file = File.ResolveLinkTarget(file, returnFinalTarget: true)?.FullName ?? file;
            if (!hashes.TryGetValue(file, out var hash))
            {
                using var content = File.OpenRead(file);
                hashes[file] = hash = Convert.ToHexStringLower(SHA256.HashData(content));
            }

            var blob = Path.Combine(layout, hash);
            if (!File.Exists(blob))
                File.CreateSymbolicLink(blob, file);
            return new JsonObject
            {
                ["mediaType"] = type,
                ["size"] = new FileInfo(file).Length,
                ["digest"] = "sha256:" + hash,
            };
        }
    }

    private static JsonNode Json(string folder, string name) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(folder, name)))!;
}
