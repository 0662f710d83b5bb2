using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Containerize.Images;

namespace Containerize.Attestations;

/// <summary>
/// The manifest of documents about an image (image-spec, manifest.md, "Guidelines for Artifact Usage").
/// </summary>
internal static class ArtifactManifest
{
    /// <summary>The annotation by which readers choose among statements.</summary>
    public const string PredicateType = "in-toto.io/predicate-type";

    // The type of the config of an artifact that has none.
    private const string EmptyConfig = "application/vnd.oci.empty.v1+json";

    /// <summary>Makes the artifact: always the same bytes for the same image and documents.</summary>
    /// <param name="subject">The manifest of the image.</param>
    /// <param name="type">What the artifact is.</param>
    /// <param name="layers">The documents.</param>
    /// <param name="annotations">What the manifest says of itself; empty for nothing.</param>
    public static Artifact Create(Descriptor subject, string type, ImmutableArray<Blob> layers, JsonObject annotations)
    {
        var config = Blob.FromBytes(EmptyConfig, "{}"u8.ToArray());
        var json = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = MediaTypes.OciManifest,
            ["artifactType"] = type,
            ["config"] = config.Descriptor.ToJson(),
            ["layers"] = new JsonArray([.. layers.Select(layer => layer.Descriptor.ToJson())]),
            ["subject"] = new Descriptor(subject.MediaType, subject.Digest, subject.Size).ToJson(),
        };
        if (annotations.Count > 0)
            json["annotations"] = annotations.DeepClone();
        var bytes = OciJson.ToBytes(json);
        return new Artifact(
            new Descriptor(MediaTypes.OciManifest, Digest.Of(bytes), bytes.Length)
            {
                ArtifactType = type,
                Annotations = OciJson.Texts(annotations, "annotations"),
            },
            bytes,
            layers.Insert(0, config)
        );
    }
}
