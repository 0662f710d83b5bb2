using System.Text.Json.Nodes;
using Containerize.Attestations.Notation;
using Containerize.Attestations.Signatures;
using Containerize.Images;

namespace Containerize.Attestations.Registries;

/// <summary>
/// A document about an image as an artifact of a registry (image-spec, manifest.md, "Guidelines for Artifact Usage").
/// </summary>
internal static class ReferrerManifest
{
    /// <summary>The annotation by which readers choose among bundles.</summary>
    public const string BundlePredicateType = "dev.sigstore.bundle.predicateType";

    /// <summary>Makes the artifact of a document: always the same bytes for the same image and document.</summary>
    /// <param name="subject">The manifest of the image.</param>
    /// <param name="document">The document.</param>
    public static Artifact Create(Descriptor subject, ImageDocument document) =>
        Create(subject, document.MediaType, document.Bytes.ToArray(), Annotations(document));

    /// <summary>Makes the artifact of a signed statement, with the annotations that cosign writes.</summary>
    /// <param name="subject">The manifest of the image.</param>
    /// <param name="bundle">The bundle.</param>
    /// <param name="predicateType">The type of the statement in it.</param>
    public static Artifact OfBundle(Descriptor subject, byte[] bundle, string predicateType) =>
        Create(
            subject,
            SignatureBundle.MediaType,
            bundle,
            new JsonObject { ["dev.sigstore.bundle.content"] = "dsse-envelope", [BundlePredicateType] = predicateType }
        );

    /// <summary>Makes the artifact of a signature of Notation (notaryproject/specifications,
    /// signature-specification.md, "Storage").</summary>
    /// <param name="subject">The manifest of the image.</param>
    /// <param name="envelope">The envelope.</param>
    /// <param name="thumbprints">The digests of the certificates in it.</param>
    public static Artifact OfNotation(Descriptor subject, byte[] envelope, string thumbprints) =>
        ArtifactManifest.Create(
            subject,
            NotationEnvelope.ArtifactType,
            [Blob.FromBytes(NotationEnvelope.MediaType, envelope)],
            new JsonObject { [NotationEnvelope.ThumbprintAnnotation] = thumbprints }
        );

    private static Artifact Create(Descriptor subject, string type, byte[] content, JsonObject annotations) =>
        ArtifactManifest.Create(subject, type, [Blob.FromBytes(type, content)], annotations);

    private static JsonObject Annotations(ImageDocument document) =>
        document.PredicateType is { } type ? new JsonObject { [ArtifactManifest.PredicateType] = type } : [];
}
