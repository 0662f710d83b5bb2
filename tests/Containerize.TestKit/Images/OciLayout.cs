using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json.Nodes;
using Containerize.TestKit.Tools;

namespace Containerize.TestKit.Images;

/// <summary>An OCI layout folder as a reader that is not ours sees it. It trusts what it reads; the validator does
/// not.</summary>
public sealed class OciLayout(string folder)
{
    /// <summary>The folder.</summary>
    public string Folder => folder;

    /// <summary>The document index.json.</summary>
    public JsonNode Index => JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "index.json")))!;

    /// <summary>Unpacks an image tarball that is an OCI layout inside.</summary>
    /// <param name="into">A folder that must not exist yet.</param>
    public static OciLayout FromTarball(string tarball, string into)
    {
        Directory.CreateDirectory(into);
        TarFile.ExtractToDirectory(tarball, into, overwriteFiles: false);
        return new OciLayout(into);
    }

    /// <summary>The file of a blob, whether it is there or not.</summary>
    public string BlobPath(string digest) => Path.Combine([folder, "blobs", .. digest.Split(':')]);

    /// <summary>The descriptor of the image with a tag, or of the only image, which may have several tags.</summary>
    public JsonNode Descriptor(string? tag = null) =>
        Index["manifests"]!
            .AsArray()
            .Where(manifest =>
                tag is null || (string?)manifest!["annotations"]?["org.opencontainers.image.ref.name"] == tag
            )
            .DistinctBy(manifest => (string)manifest!["digest"]!)
            .Single()!;

    /// <summary>The digest of an image's manifest.</summary>
    public string Digest(string? tag = null) => (string)Descriptor(tag)["digest"]!;

    /// <summary>An image's manifest.</summary>
    public JsonNode Manifest(string? tag = null) => Json(Digest(tag));

    /// <summary>An image's config.</summary>
    public JsonNode Config(string? tag = null) => Json((string)Manifest(tag)["config"]!["digest"]!);

    /// <summary>The digests of an image's layers, bottom to top.</summary>
    public IReadOnlyList<string> LayerDigests(string? tag = null) =>
        [.. Manifest(tag)["layers"]!.AsArray().Select(layer => (string)layer!["digest"]!)];

    /// <summary>
    /// The layers that Containerize added, bottom to top, with their names: the history of each says <c>ADD NAME.tar
    /// /</c>.
    /// </summary>
    public IReadOnlyList<(string Name, string Digest)> OwnLayers(string? tag = null)
    {
        var made = Config(tag)["history"]!
            .AsArray()
            .Where(entry => (bool?)entry!["empty_layer"] != true)
            .Select(entry => (string?)entry!["created_by"] ?? "");
        return
        [
            .. made.Zip(LayerDigests(tag))
                .Where(layer =>
                    layer.First.StartsWith("ADD ", StringComparison.Ordinal)
                    && layer.First.EndsWith(".tar /", StringComparison.Ordinal)
                )
                .Select(layer => (layer.First[4..^6], layer.Second)),
        ];
    }

    /// <summary>The digest of each of the layers that Containerize added, by name.</summary>
    public IReadOnlyDictionary<string, string> OwnDigests(string? tag = null) =>
        OwnLayers(tag).ToDictionary(layer => layer.Name, layer => layer.Digest, StringComparer.Ordinal);

    /// <summary>The paths of the files in one of the layers that Containerize added.</summary>
    public IReadOnlyList<string> FilesOf(string layer, string? tag = null) =>
        [
            .. ReadLayer(OwnDigests(tag)[layer])
                .Where(entry => entry.EntryType != TarEntryType.Directory)
                .Select(FileTree.PathOf),
        ];

    /// <summary>The entries of a layer in their order. Their contents are read while they are enumerated.</summary>
    public IEnumerable<TarEntry> ReadLayer(string digest)
    {
        using var file = File.OpenRead(BlobPath(digest));
        using var tar = new TarReader(Inflate(file));
        while (tar.GetNextEntry() is { } entry)
            yield return entry;
    }

    /// <summary>The tar inside a blob: gzip and zstd show in their first bytes, anything else is taken as it
    /// is.</summary>
    public static Stream Inflate(FileStream blob)
    {
        var first = new byte[4];
        blob.ReadAtLeast(first, first.Length, throwOnEndOfStream: false);
        blob.Position = 0;
        return first is [0x1f, 0x8b, ..] ? new GZipStream(blob, CompressionMode.Decompress)
            : first is [0x28, 0xb5, 0x2f, 0xfd] ? Zstd.Decompress(blob.Name)
            : blob;
    }

    /// <summary>The index that a tag names.</summary>
    public JsonNode IndexDocument(string? tag = null) => Json(Digest(tag));

    /// <summary>A document among the blobs.</summary>
    public JsonNode Json(string digest) => JsonNode.Parse(File.ReadAllText(BlobPath(digest)))!;
}
