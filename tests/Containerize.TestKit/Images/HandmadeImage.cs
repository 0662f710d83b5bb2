using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Containerize.TestKit.Images;

/// <summary>An image made by hand, so that there are images in these tests that Containerize did not write.</summary>
/// <param name="Layers">The entries of each layer, bottom to top; written as they are, however wrong.</param>
/// <param name="Config">The config's settings: Env, Entrypoint and so on.</param>
public sealed record HandmadeImage(IReadOnlyList<IReadOnlyList<TarEntry>> Layers, JsonObject Config)
{
    private const string Type = "application/vnd.oci.image.";

    /// <summary>The architecture as Go names it.</summary>
    public string Architecture { get; init; } = "amd64";

    /// <summary>The operating system as Go names it.</summary>
    public string Os { get; init; } = "linux";

    /// <summary>Members of the config's document beside those that every image has.</summary>
    public JsonObject Document { get; init; } = [];

    /// <summary>Layers above the others, as the bytes of their tars: what no library's writer writes.</summary>
    public IReadOnlyList<byte[]> RawLayers { get; init; } = [];

    /// <summary>Annotations of the manifest.</summary>
    public JsonObject Annotations { get; init; } = [];

    /// <summary>Repository and tag under which the layout and the tarball name it.</summary>
    public string Name { get; init; } = "example.test/acme/base:1.0";

    /// <summary>Two layers and two variables; a new one each time, because tar entries are read once.</summary>
    public static HandmadeImage Small =>
        new(
            [
                [Folder("etc"), File("etc/os-release", "ID=handmade\n"), Folder("tmp", 0x3FF)],
                [Folder("srv"), File("srv/motd", "hello\n")],
            ],
            new JsonObject { ["Env"] = new JsonArray("PATH=/usr/bin:/bin", "FROM_BASE=yes") }
        );

    /// <summary>A regular file of text, 0644 and owned by root.</summary>
    public static TarEntry File(string path, string content, int mode = 0x1A4) =>
        new UstarTarEntry(TarEntryType.RegularFile, path)
        {
            Mode = (UnixFileMode)mode,
            ModificationTime = DateTimeOffset.UnixEpoch,
            DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)),
        };

    /// <summary>A folder, 0755 and owned by root.</summary>
    public static TarEntry Folder(string path, int mode = 0x1ED) =>
        new UstarTarEntry(TarEntryType.Directory, path + "/")
        {
            Mode = (UnixFileMode)mode,
            ModificationTime = DateTimeOffset.UnixEpoch,
        };

    /// <summary>A symbolic or hard link.</summary>
    public static TarEntry Link(string path, string target, TarEntryType kind = TarEntryType.SymbolicLink) =>
        new UstarTarEntry(kind, path)
        {
            Mode = (UnixFileMode)0x1FF,
            ModificationTime = DateTimeOffset.UnixEpoch,
            LinkName = target,
        };

    /// <summary>Writes an OCI layout that is a Docker archive too.</summary>
    /// <param name="folder">A folder that must not exist yet.</param>
    public OciLayout WriteTo(string folder)
    {
        Directory.CreateDirectory(Path.Combine(folder, "blobs", "sha256"));
        var (layers, diffIds) = (new JsonArray(), new JsonArray());
        var tars = Layers.Select(WriteTar).Concat(RawLayers).ToList();
        foreach (var tar in tars)
        {
            layers.Add(WriteBlob(folder, Compress(tar), Type + "layer.v1.tar+gzip"));
            diffIds.Add(DigestOf(tar));
        }
        var history = new JsonArray([.. tars.Select(_ => new JsonObject { ["created"] = "1970-01-01T00:00:00Z" })]);
        var document = new JsonObject
        {
            ["created"] = "1970-01-01T00:00:00Z",
            ["architecture"] = Architecture,
            ["os"] = Os,
            ["config"] = Config.DeepClone(),
            ["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = diffIds },
            ["history"] = history,
        };
        foreach (var (name, value) in Document)
            document[name] = value?.DeepClone();
        var config = WriteBlob(folder, Bytes(document), Type + "config.v1+json");
        var manifestDocument = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = Type + "manifest.v1+json",
            ["config"] = config.DeepClone(),
            ["layers"] = layers.DeepClone(),
        };
        if (Annotations.Count > 0)
            manifestDocument["annotations"] = Annotations.DeepClone();
        var manifest = WriteBlob(folder, Bytes(manifestDocument), Type + "manifest.v1+json");
        var platform = new JsonObject { ["architecture"] = Architecture, ["os"] = Os };
        foreach (var member in new[] { "variant", "os.version", "os.features" }.Where(Document.ContainsKey))
            platform[member] = Document[member]!.DeepClone();
        manifest["platform"] = platform;
        manifest["annotations"] = new JsonObject
        {
            ["io.containerd.image.name"] = Name,
            ["org.opencontainers.image.ref.name"] = Name.Split(':')[^1],
        };
        Write(folder, "index.json", new JsonObject { ["schemaVersion"] = 2, ["manifests"] = new JsonArray(manifest) });
        Write(folder, "oci-layout", new JsonObject { ["imageLayoutVersion"] = "1.0.0" });
        Write(
            folder,
            "manifest.json",
            new JsonArray(
                new JsonObject
                {
                    ["Config"] = BlobName(config),
                    ["RepoTags"] = new JsonArray(Name),
                    ["Layers"] = new JsonArray([.. layers.Select(layer => (JsonNode)BlobName(layer!))]),
                }
            )
        );
        return new OciLayout(folder);
    }

    /// <summary>Writes the tarball of the layout.</summary>
    public string WriteTarball(string path)
    {
        WriteTo(path + ".layout");
        TarFile.CreateFromDirectory(path + ".layout", path, includeBaseDirectory: false);
        return path;
    }

    private static byte[] WriteTar(IEnumerable<TarEntry> entries)
    {
        using var bytes = new MemoryStream();
        using (var tar = new TarWriter(bytes, TarEntryFormat.Ustar))
            foreach (var entry in entries)
            {
                // The same image may be written again.
                if (entry.DataStream is { } content)
                    content.Position = 0;
                tar.WriteEntry(entry);
            }
        return bytes.ToArray();
    }

    private static byte[] Compress(byte[] tar)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest))
            gzip.Write(tar);
        return bytes.ToArray();
    }

    private static JsonObject WriteBlob(string folder, byte[] content, string mediaType)
    {
        var digest = DigestOf(content);
        System.IO.File.WriteAllBytes(Path.Combine(folder, "blobs", "sha256", digest[7..]), content);
        return new JsonObject
        {
            ["mediaType"] = mediaType,
            ["digest"] = digest,
            ["size"] = content.Length,
        };
    }

    private static string BlobName(JsonNode descriptor) => "blobs/sha256/" + ((string)descriptor["digest"]!)[7..];

    private static string DigestOf(byte[] content) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(content));

    private static byte[] Bytes(JsonNode json) => Encoding.UTF8.GetBytes(json.ToJsonString());

    private static void Write(string folder, string name, JsonNode json) =>
        System.IO.File.WriteAllBytes(Path.Combine(folder, name), Bytes(json));
}
