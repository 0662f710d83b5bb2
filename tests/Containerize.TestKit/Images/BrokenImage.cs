using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Containerize.TestKit.Images;

/// <summary>An image of one layer with one thing wrong, as a layout that is a docker archive, too.</summary>
/// <param name="Name">What is wrong.</param>
/// <param name="Violation">A part of what <c>verify</c> says; null for an image that is good.</param>
public sealed record BrokenImage(string Name, string? Violation)
{
    public const string LayerType = "application/vnd.oci.image.layer.v1.tar+gzip";
    private const string ManifestType = "application/vnd.oci.image.manifest.v1+json";

    /// <summary>The layer's tar.</summary>
    public byte[] Tar { get; init; } =
        RawTar.Of([RawTar.Entry('5', "etc/"), RawTar.Entry('0', "etc/passwd", "root:x:0:0::/:/x\n"u8.ToArray())]);

    /// <summary>The bytes that the layer is stored as, of its tar.</summary>
    public Func<byte[], byte[]> Compress { get; init; } = Gzip;

    /// <summary>The bytes that lie there in truth, of those that have the digest; null for none at all.</summary>
    public Func<byte[], byte[]?> Store { get; init; } = bytes => bytes;

    /// <summary>Changes the config before its digest is made.</summary>
    public Action<JsonObject>? Config { get; init; }

    /// <summary>The bytes of the config, where it is no JSON.</summary>
    public string? ConfigText { get; init; }

    /// <summary>Changes the manifest before its digest is made.</summary>
    public Action<JsonObject>? Manifest { get; init; }

    public override string ToString() => Name;

    public static byte[] Gzip(byte[] bytes)
    {
        using var stored = new MemoryStream();
        using (var gzip = new GZipStream(stored, CompressionLevel.Fastest))
            gzip.Write(bytes);
        return stored.ToArray();
    }

    /// <summary>Writes the layout, with the tag <c>x</c>.</summary>
    public void WriteTo(string folder)
    {
        Directory.CreateDirectory(Path.Combine(folder, "blobs", "sha256"));
        var layer = Compress(Tar);
        if (Store(layer) is { } stored)
            File.WriteAllBytes(Path.Combine(folder, "blobs", "sha256", Hex(layer)), stored);
        var config = new JsonObject
        {
            ["created"] = "2026-01-01T00:00:00Z",
            ["architecture"] = "amd64",
            ["os"] = "linux",
            ["config"] = new JsonObject { ["Env"] = new JsonArray("PATH=/bin") },
            ["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = new JsonArray("sha256:" + Hex(Tar)) },
            ["history"] = new JsonArray(
                new JsonObject { ["created"] = "2026-01-01T00:00:00Z", ["created_by"] = "ADD x /" }
            ),
        };
        Config?.Invoke(config);
        var configBytes = Encoding.UTF8.GetBytes(ConfigText ?? config.ToJsonString());
        var manifest = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = ManifestType,
            ["config"] = Descriptor("application/vnd.oci.image.config.v1+json", configBytes),
            ["layers"] = new JsonArray(Descriptor(LayerType, layer)),
        };
        Manifest?.Invoke(manifest);
        var manifestBytes = Encoding.UTF8.GetBytes(manifest.ToJsonString());
        var named = Descriptor(ManifestType, manifestBytes);
        named["annotations"] = new JsonObject { ["org.opencontainers.image.ref.name"] = "x" };
        Blob(folder, configBytes);
        Blob(folder, manifestBytes);
        File.WriteAllText(Path.Combine(folder, "oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
        File.WriteAllText(
            Path.Combine(folder, "index.json"),
            new JsonObject { ["schemaVersion"] = 2, ["manifests"] = new JsonArray(named) }.ToJsonString()
        );
        var count = (manifest["layers"] as JsonArray)?.Count ?? 1;
        File.WriteAllText(
            Path.Combine(folder, "manifest.json"),
            new JsonArray(
                new JsonObject
                {
                    ["Config"] = "blobs/sha256/" + Hex(configBytes),
                    ["RepoTags"] = new JsonArray("broken:x"),
                    ["Layers"] = new JsonArray([
                        .. Enumerable.Repeat("blobs/sha256/" + Hex(layer), count).Select(path => (JsonNode)path),
                    ]),
                }
            ).ToJsonString()
        );
    }

    private static JsonObject Descriptor(string mediaType, byte[] bytes) =>
        new()
        {
            ["mediaType"] = mediaType,
            ["digest"] = "sha256:" + Hex(bytes),
            ["size"] = bytes.Length,
        };

    private static void Blob(string folder, byte[] bytes) =>
        File.WriteAllBytes(Path.Combine(folder, "blobs", "sha256", Hex(bytes)), bytes);

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
