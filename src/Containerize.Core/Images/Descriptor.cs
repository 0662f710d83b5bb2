using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Containerize.Diagnostics;

namespace Containerize.Images;

/// <summary>
/// What a document says of content that lies elsewhere (image-spec, descriptor.md). Two descriptors are equal when
/// their media type, digest and size are.
/// </summary>
/// <param name="MediaType">What the content is.</param>
/// <param name="Digest">The digest of the content as it is stored, so compressed where it is compressed.</param>
/// <param name="Size">The length of the content in bytes.</param>
public sealed record Descriptor(string MediaType, Digest Digest, long Size)
{
    /// <summary>Free text about the content, by key; empty is the same as absent.</summary>
    public ImmutableSortedDictionary<string, string> Annotations { get; init; } = NoAnnotations;

    /// <summary>For a manifest in an index: what it runs on.</summary>
    public Platform? Platform { get; init; }

    /// <summary>For an artifact in an index: what it is; null where the index does not say.</summary>
    public string? ArtifactType { get; init; }

    /// <summary>Where else the content lies: carried along, never fetched from (CVE-2020-15157).</summary>
    public ImmutableArray<string> Urls { get; init; } = [];

    /// <summary>No annotations, in the order that documents are written in.</summary>
    public static ImmutableSortedDictionary<string, string> NoAnnotations { get; } =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>The annotation's value, or null.</summary>
    public string? Annotation(string key) => Annotations.GetValueOrDefault(key);

    public bool Equals(Descriptor? other) =>
        other is not null && MediaType == other.MediaType && Digest == other.Digest && Size == other.Size;

    public override int GetHashCode() => Digest.GetHashCode();

    internal static Descriptor Read(JsonNode? node, string where)
    {
        var json = OciJson.Object(node, where);
        DocumentShapes.Descriptor.Check(json, where);
        var text = OciJson.RequiredText(json, "digest", where);
        if (!Digest.TryParse(text, out var digest))
            throw OciJson.Invalid(where, $"'{SingleLineText.Of(text)}' is not a digest");
        var size = OciJson.RequiredSize(json, where);
        return new Descriptor(OciJson.RequiredText(json, "mediaType", where), digest, size)
        {
            Annotations = OciJson.Texts(json["annotations"], where),
            ArtifactType = OciJson.Text(json["artifactType"]),
            Urls = OciJson.List(json["urls"]),
            Platform = json["platform"] is JsonObject platform ? Platform.Read(platform) : null,
        };
    }

    internal JsonObject ToJson()
    {
        var json = new JsonObject
        {
            ["mediaType"] = MediaType,
            ["digest"] = Digest.ToString(),
            ["size"] = Size,
        };
        if (ArtifactType is not null)
            json["artifactType"] = ArtifactType;
        if (!Urls.IsEmpty)
            json["urls"] = OciJson.From(Urls);
        if (Platform is not null)
            json["platform"] = Platform.ToJson();
        if (!Annotations.IsEmpty)
            json["annotations"] = OciJson.From(Annotations);
        return json;
    }
}
