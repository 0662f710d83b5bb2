using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Containerize.Images;

/// <summary>The list of an image's parts (image-spec, manifest.md). Its bytes are what the image's digest is
/// of.</summary>
public sealed class Manifest
{
    private readonly byte[] _bytes;

    private Manifest(
        byte[] bytes,
        ImageFormat format,
        Descriptor config,
        ImmutableArray<Descriptor> layers,
        ImmutableSortedDictionary<string, string> annotations
    )
    {
        _bytes = bytes;
        Format = format;
        Config = config;
        Layers = layers;
        Annotations = annotations;
        Descriptor = new Descriptor(MediaTypes.Manifest(format), Digest.Of(bytes), bytes.Length);
    }

    /// <summary>The family of its media types.</summary>
    public ImageFormat Format { get; }

    /// <summary>The image's config.</summary>
    public Descriptor Config { get; }

    /// <summary>The layers, lowest first.</summary>
    public ImmutableArray<Descriptor> Layers { get; }

    public ImmutableSortedDictionary<string, string> Annotations { get; }

    /// <summary>This manifest's own media type, digest and size.</summary>
    public Descriptor Descriptor { get; }

    /// <summary>The exact bytes: as they came, or in our one order.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>Writes a manifest. <c>mediaType</c> is always there: its absence is what CVE-2021-41190 lives
    /// on.</summary>
    public static Manifest Create(
        ImageFormat format,
        Descriptor config,
        ImmutableArray<Descriptor> layers,
        ImmutableSortedDictionary<string, string> annotations
    )
    {
        var json = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = MediaTypes.Manifest(format),
            ["config"] = config.ToJson(),
            ["layers"] = new JsonArray([.. layers.Select(layer => layer.ToJson())]),
        };
        if (!annotations.IsEmpty)
            json["annotations"] = OciJson.From(annotations);
        return new Manifest(OciJson.ToBytes(json), format, config, layers, annotations);
    }

    /// <summary>Reads a manifest.</summary>
    /// <param name="bytes">The document.</param>
    /// <param name="mediaType">The type that the source gave; must agree with the document's own.</param>
    /// <param name="where">What it is, for errors: <c>The manifest of registry/repository:tag</c>.</param>
    /// <exception cref="Diagnostics.ContainerizeException">CTZ0024.</exception>
    public static Manifest Parse(ReadOnlySpan<byte> bytes, string mediaType, string where)
    {
        var json = OciJson.Parse(bytes, where);
        DocumentShapes.Manifest.Check(json, where);
        var written = OciJson.Text(json["mediaType"]) ?? mediaType;
        if (json.ContainsKey("manifests") || written != mediaType || !MediaTypes.IsManifest(mediaType))
            throw OciJson.Invalid(where, $"it says it is '{written}' and came as '{mediaType}'");
        if (json["layers"] is not JsonArray layers)
            throw OciJson.Invalid(where, "'layers' is missing");
        var format = mediaType == MediaTypes.OciManifest ? ImageFormat.Oci : ImageFormat.Docker;
        return new Manifest(
            bytes.ToArray(),
            format,
            Descriptor.Read(json["config"], where),
            [.. layers.Select(layer => Descriptor.Read(layer, where))],
            OciJson.Texts(json["annotations"], where)
        );
    }
}
