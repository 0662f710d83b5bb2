using System.Text;
using System.Text.Json.Nodes;
using Containerize.Images;

namespace Containerize.Attestations.Registries;

/// <summary>
/// A document about an image as an artifact of a registry (image-spec, manifest.md, "Guidelines for Artifact Usage").
/// </summary>
internal static class ReferrerManifest
{
    /// <summary>The type of the config of an artifact that has none.</summary>
    public const string EmptyConfig = "application/vnd.oci.empty.v1+json";

    /// <summary>The annotation by which readers choose among statements.</summary>
    public const string PredicateType = "in-toto.io/predicate-type";

    /// <summary>Makes the artifact of a document: always the same bytes for the same image and document.</summary>
    /// <param name="subject">The manifest of the image.</param>
    /// <param name="document">The document.</param>
    public static Artifact Create(Descriptor subject, ImageDocument document)
    {
        var config = Blob.FromBytes(EmptyConfig, Encoding.UTF8.GetBytes("{}"));
        var layer = Blob.FromBytes(document.MediaType, document.Bytes.ToArray());
        var json = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = MediaTypes.OciManifest,
            ["artifactType"] = document.MediaType,
            ["config"] = config.Descriptor.ToJson(),
            ["layers"] = new JsonArray(layer.Descriptor.ToJson()),
            ["subject"] = new Descriptor(subject.MediaType, subject.Digest, subject.Size).ToJson(),
        };
        var annotations = Annotations(document);
        if (annotations.Count > 0)
            json["annotations"] = annotations;
        var bytes = OciJson.ToBytes(json);
        return new Artifact(
            new Descriptor(MediaTypes.OciManifest, Digest.Of(bytes), bytes.Length)
            {
                ArtifactType = document.MediaType,
                Annotations = OciJson.Texts(annotations, "annotations"),
            },
            bytes,
            [config, layer]
        );
    }

    /// <summary>The image that an artifact is about; null for a manifest that says none.</summary>
    /// <param name="bytes">The manifest.</param>
    /// <param name="where">What it is, for errors.</param>
    /// <exception cref="Diagnostics.ContainerizeException">CTZ0024.</exception>
    public static Descriptor? SubjectOf(ReadOnlySpan<byte> bytes, string where) =>
        OciJson.Parse(bytes, where)["subject"] is { } subject ? Descriptor.Read(subject, where) : null;

    private static JsonObject Annotations(ImageDocument document) =>
        document.PredicateType is { } type ? new JsonObject { [PredicateType] = type } : [];
}
