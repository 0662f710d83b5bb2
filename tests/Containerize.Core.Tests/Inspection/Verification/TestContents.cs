using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Containerize.Images;
using Containerize.Stores.Contents;

namespace Containerize.Core.Tests.Inspection.Verification;

/// <summary>An image by its parts, which can be damaged one by one; what names a changed part names it by its new
/// digest.</summary>
internal sealed class TestContents : IImageContents
{
    private readonly Dictionary<string, byte[]> _parts = [];
    private readonly Dictionary<string, byte[]> _stored = [];
    private readonly List<(string Os, string Architecture)> _index = [];

    public string Where => "the image of the test";

    public static TestContents Good() => OfTar(Tar("f etc/passwd"));

    public static TestContents OfTar(byte[] tar)
    {
        var contents = new TestContents();
        using var layer = new MemoryStream();
        using (var gzip = new GZipStream(layer, CompressionLevel.Fastest))
            gzip.Write(tar);
        contents._parts["layer"] = layer.ToArray();
        contents._parts["config"] = Bytes(
            new JsonObject
            {
                ["created"] = "2026-01-01T00:00:00Z",
                ["architecture"] = "amd64",
                ["os"] = "linux",
                ["config"] = new JsonObject { ["Env"] = new JsonArray("PATH=/bin") },
                ["rootfs"] = new JsonObject
                {
                    ["type"] = "layers",
                    ["diff_ids"] = new JsonArray(Digest.Of(tar).ToString()),
                },
                ["history"] = new JsonArray(
                    new JsonObject { ["created"] = "2026-01-01T00:00:00Z", ["created_by"] = "ADD x /" }
                ),
            }
        );
        contents._parts["manifest"] = Bytes(
            new JsonObject
            {
                ["schemaVersion"] = 2,
                ["mediaType"] = MediaTypes.OciManifest,
                ["config"] = contents.Descriptor("config", MediaTypes.OciConfig),
                ["layers"] = new JsonArray(contents.Descriptor("layer", MediaTypes.OciLayer + "+gzip")),
            }
        );
        return contents;
    }

    /// <summary>A tar of files (<c>f PATH</c>) and hard links (<c>h PATH TARGET</c>).</summary>
    public static byte[] Tar(params string[] entries)
    {
        using var bytes = new MemoryStream();
        using (var tar = new TarWriter(bytes, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach (var words in entries.Select(entry => entry.Split(' ')))
                tar.WriteEntry(
                    words[0] == "h"
                        ? new UstarTarEntry(TarEntryType.HardLink, words[1]) { LinkName = words[2] }
                        : new UstarTarEntry(TarEntryType.RegularFile, words[1])
                );
        }

        return bytes.ToArray();
    }

    public TestContents InIndex(params (string Os, string Architecture)[] platforms)
    {
        _index.AddRange(platforms);
        return this;
    }

    /// <summary>Changes the config; the manifest names the new one.</summary>
    public void Config(Action<JsonObject> change)
    {
        _parts["config"] = Changed("config", change);
        Manifest(json => json["config"] = Descriptor("config", MediaTypes.OciConfig));
    }

    public void Manifest(Action<JsonObject> change) => _parts["manifest"] = Changed("manifest", change);

    /// <summary>Puts other bytes in the place of a part; what names it names the new one.</summary>
    public void Set(string part, byte[] bytes)
    {
        _parts[part] = bytes;
        if (part == "layer")
            Manifest(json => json["layers"]![0] = Descriptor("layer", MediaTypes.OciLayer + "+gzip"));
        else if (part == "config")
            Manifest(json => json["config"] = Descriptor("config", MediaTypes.OciConfig));
    }

    /// <summary>Stores other bytes than the part has.</summary>
    public void Replace(string part, Func<byte[], byte[]> change) =>
        _stored[part] = change((byte[])_parts[part].Clone());

    public void Damage(string part, Action<byte[]> change) =>
        Replace(
            part,
            bytes =>
            {
                change(bytes);
                return bytes;
            }
        );

    public void Remove(string part) => _stored[part] = [];

    public Task<Descriptor> ResolveAsync(CancellationToken cancellationToken)
    {
        if (_index.Count == 0)
            return Task.FromResult(Read(Descriptor("manifest", MediaTypes.OciManifest)));
        _parts["index"] = Bytes(
            new JsonObject
            {
                ["schemaVersion"] = 2,
                ["mediaType"] = MediaTypes.OciIndex,
                ["manifests"] = new JsonArray([
                    .. _index.Select(platform =>
                    {
                        var descriptor = Descriptor("manifest", MediaTypes.OciManifest);
                        descriptor["platform"] = new JsonObject
                        {
                            ["os"] = platform.Os,
                            ["architecture"] = platform.Architecture,
                        };
                        return (JsonNode)descriptor;
                    }),
                ]),
            }
        );
        return Task.FromResult(Read(Descriptor("index", MediaTypes.OciIndex)));
    }

    public Task<Stream?> OpenAsync(Descriptor descriptor, CancellationToken cancellationToken)
    {
        var part = _parts.FirstOrDefault(part => Digest.Of(part.Value) == descriptor.Digest).Key;
        var bytes = part is null ? null : _stored.GetValueOrDefault(part) ?? _parts[part];
        return Task.FromResult<Stream?>(bytes is null or [] ? null : new MemoryStream(bytes, writable: false));
    }

    public Blob Blob(Descriptor descriptor) => throw new NotSupportedException("Verification reads what is stored.");

    private byte[] Changed(string part, Action<JsonObject> change)
    {
        var json = JsonNode.Parse(_parts[part])!.AsObject();
        change(json);
        return Bytes(json);
    }

    private JsonObject Descriptor(string part, string mediaType) =>
        new()
        {
            ["mediaType"] = mediaType,
            ["digest"] = Digest.Of(_parts[part]).ToString(),
            ["size"] = _parts[part].Length,
        };

    private static Descriptor Read(JsonObject json) =>
        new((string)json["mediaType"]!, Digest.Parse((string)json["digest"]!), (int)json["size"]!);

    private static byte[] Bytes(JsonNode json) => Encoding.UTF8.GetBytes(json.ToJsonString());
}
