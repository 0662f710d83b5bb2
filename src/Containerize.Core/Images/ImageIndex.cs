using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Containerize.Diagnostics;

namespace Containerize.Images;

/// <summary>A list of manifests, one for each platform or name (image-spec, image-index.md).</summary>
public sealed class ImageIndex
{
    private readonly byte[] _bytes;

    private ImageIndex(byte[] bytes, string mediaType, ImmutableArray<Descriptor> manifests)
    {
        _bytes = bytes;
        Manifests = manifests;
        Descriptor = new Descriptor(mediaType, Digest.Of(bytes), bytes.Length);
    }

    public ImmutableArray<Descriptor> Manifests { get; }

    /// <summary>This index's own media type, digest and size.</summary>
    public Descriptor Descriptor { get; }

    /// <summary>The exact bytes.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    public static ImageIndex Create(ImageFormat format, ImmutableArray<Descriptor> manifests) =>
        new(
            OciJson.ToBytes(
                new JsonObject
                {
                    ["schemaVersion"] = 2,
                    ["mediaType"] = MediaTypes.Index(format),
                    ["manifests"] = new JsonArray([.. manifests.Select(manifest => manifest.ToJson())]),
                }
            ),
            MediaTypes.Index(format),
            manifests
        );

    /// <summary>Reads an index.</summary>
    /// <exception cref="ContainerizeException">CTZ0024.</exception>
    public static ImageIndex Parse(ReadOnlySpan<byte> bytes, string mediaType, string where)
    {
        var json = OciJson.Parse(bytes, where);
        DocumentShapes.Index.Check(json, where);
        var written = OciJson.Text(json["mediaType"]) ?? mediaType;
        if (json.ContainsKey("layers") || json.ContainsKey("config") || written != mediaType)
            throw OciJson.Invalid(where, $"it says it is '{written}' and came as '{mediaType}'");
        if (json["manifests"] is not JsonArray manifests)
            throw OciJson.Invalid(where, "'manifests' is missing");
        return new ImageIndex(
            bytes.ToArray(),
            mediaType,
            [.. manifests.Select(manifest => Descriptor.Read(manifest, where))]
        );
    }

    /// <summary>The first manifest for the platform, as the spec prefers.</summary>
    /// <exception cref="ContainerizeException">CTZ0021, with the platforms that there are.</exception>
    public Descriptor Select(Platform platform, string where) =>
        Manifests.FirstOrDefault(manifest => manifest.Platform is { } offered && platform.Matches(offered))
        ?? throw new ContainerizeException(
            DiagnosticTable.PlatformMissing,
            $"{where} does not exist for {platform}; it exists for {string.Join(", ", Offered())}. "
                + "Choose another base image or another ContainerRuntimeIdentifier."
        );

    // BuildKit keeps attestations as manifests of the platform unknown/unknown; they are no choice for anybody.
    private IEnumerable<string> Offered() =>
        Manifests
            .Select(manifest => manifest.Platform?.ToString() ?? "an unnamed platform")
            .Where(name => name != "unknown/unknown")
            .DefaultIfEmpty("no platform");
}
