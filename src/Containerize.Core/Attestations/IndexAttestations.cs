using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Containerize.Images;

namespace Containerize.Attestations;

/// <summary>
/// Documents about images within the index over them, as BuildKit has them (moby/buildkit,
/// docs/attestations/attestation-storage.md): a manifest for each image, with a statement in each layer. Tools that
/// look at no referrers find them, and they go along wherever the index goes.
/// </summary>
internal static class IndexAttestations
{
    /// <summary>The longest statement that BuildKit's readers take, in bytes.</summary>
    public const int Longest = 40 << 20;

    /// <summary>The type of the manifests; a registry lists them as referrers, too.</summary>
    internal const string ArtifactType = "application/vnd.docker.attestation.manifest.v1+json";

    private const string ReferenceType = "vnd.docker.reference.type",
        ReferenceDigest = "vnd.docker.reference.digest",
        AttestationManifest = "attestation-manifest";

    /// <summary>
    /// Puts the documents into the index. Images in Docker's media types become OCI's, since an attestation has no
    /// other form; one image alone gets an index.
    /// </summary>
    /// <param name="images">The images.</param>
    /// <param name="documentsOf">The documents about an image, whichever digest they name.</param>
    public static ImageSet With(ImageSet images, Func<Image, ImageDocuments> documentsOf)
    {
        ImmutableArray<Image> all = [.. images.Images.Select(image => image.In(ImageFormat.Oci))];
        ImmutableArray<(Image Image, Artifact Artifact)> attested =
        [
            .. images
                .Images.Zip(all)
                .Select(pair => (pair.Second, Documents: documentsOf(pair.First).About(pair.Second.Digest)))
                .Where(pair => !pair.Documents.All.IsEmpty)
                .Select(pair => (pair.Second, Create(pair.Second.Manifest.Descriptor, pair.Documents))),
        ];
        var named = all.Select(image => image.Manifest.Descriptor with { Platform = image.Config.Platform.InIndex() });
        return ImageSet.Of(
            ImageIndex.Create(
                ImageFormat.Oci,
                [.. named, .. attested.Select(pair => Entry(pair.Image, pair.Artifact))]
            ),
            all,
            [.. attested.Select(pair => pair.Artifact)]
        );
    }

    /// <summary>Finds what a statement of an index says about an image in it.</summary>
    /// <param name="images">The index with all that is in it.</param>
    /// <param name="image">The digest of the image.</param>
    /// <param name="predicateType">The type of the statement.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The predicate as a document; null where there is none.</returns>
    /// <exception cref="Diagnostics.ContainerizeException">CTZ0024 for one that is broken or about another
    /// image, CTZ0022, CTZ0023.</exception>
    public static async Task<byte[]?> FindAsync(
        ImageSet images,
        Digest image,
        string predicateType,
        CancellationToken cancellationToken
    )
    {
        var entries = (images.Index?.Manifests ?? []).Where(entry =>
            entry.Annotation(ReferenceDigest) == image.ToString()
        );
        foreach (var entry in entries)
        {
            if (images.Artifacts.FirstOrDefault(other => other.Descriptor.Digest == entry.Digest) is not { } artifact)
                continue;
            var where = $"The attestation {entry.Digest}";
            var manifest = Manifest.Parse(artifact.Bytes.Span, artifact.Descriptor.MediaType, where);
            var layer = manifest.Layers.FirstOrDefault(layer =>
                layer.MediaType == ImageDocument.Statement
                && layer.Annotation(ArtifactManifest.PredicateType) == predicateType
            );
            if (layer is null)
                continue;
            if (layer.Size > Longest)
                throw OciJson.Invalid(where, $"its statement is {layer.Size} bytes long and {Longest} is the most");
            var blob = artifact.Blobs.First(blob => blob.Descriptor.Digest == layer.Digest);
            using var bytes = new MemoryStream();
            using (var stream = await blob.OpenAsync(cancellationToken).ConfigureAwait(false))
                await stream.CopyToAsync(bytes, cancellationToken).ConfigureAwait(false);
            return PredicateOf(bytes.ToArray(), image, where);
        }

        return null;
    }

    /// <summary>What an index has about an image in it: the type of each statement, and the digest of its
    /// layer.</summary>
    /// <param name="images">The index with all that is in it.</param>
    /// <param name="image">The digest of the image.</param>
    /// <exception cref="Diagnostics.ContainerizeException">CTZ0024 for a damaged manifest.</exception>
    public static IEnumerable<(string Type, Digest Digest)> StatementsAbout(ImageSet images, Digest image) =>
        (images.Index?.Manifests ?? [])
            .Where(entry => entry.Annotation(ReferenceDigest) == image.ToString())
            .SelectMany(entry => images.Artifacts.Where(other => other.Descriptor.Digest == entry.Digest))
            .SelectMany(artifact =>
                Manifest
                    .Parse(
                        artifact.Bytes.Span,
                        artifact.Descriptor.MediaType,
                        $"The attestation {artifact.Descriptor.Digest}"
                    )
                    .Layers
            )
            .Where(layer => layer.MediaType == ImageDocument.Statement)
            .Select(layer => (layer.Annotation(ArtifactManifest.PredicateType) ?? "unknown", layer.Digest));

    private static byte[] PredicateOf(byte[] bytes, Digest image, string where)
    {
        var statement = OciJson.Parse(bytes, where);
        var isAbout =
            statement["subject"] is JsonArray subjects
            && subjects.Any(subject =>
                subject is JsonObject named
                && named["digest"] is JsonObject digest
                && OciJson.Text(digest[image.Algorithm]) == image.Hex
            );
        if (!isAbout)
            throw OciJson.Invalid(where, $"its statement is not about {image}");
        return DocumentJson.ToBytes(OciJson.Object(statement["predicate"], where));
    }

    private static Descriptor Entry(Image image, Artifact artifact) =>
        artifact.Descriptor with
        {
            ArtifactType = null,
            Annotations = Descriptor
                .NoAnnotations.Add(ReferenceType, AttestationManifest)
                .Add(ReferenceDigest, image.Digest.ToString()),
            Platform = new Platform("unknown", "unknown"),
        };

    private static Artifact Create(Descriptor image, ImageDocuments documents) =>
        ArtifactManifest.Create(image, ArtifactType, [.. documents.All.Select(document => Layer(image, document))], []);

    private static Blob Layer(Descriptor image, ImageDocument document)
    {
        var type = document.StatementType;
        var bytes =
            document.MediaType == ImageDocument.Statement
                ? document.Bytes.ToArray()
                : DocumentJson.ToBytes(
                    ProvenanceStatement.Statement(
                        image.Digest,
                        null,
                        type,
                        OciJson.Parse(document.Bytes.AsSpan(), $"The document '{document.Suffix}'")
                    )
                );
        if (bytes.Length > Longest)
            throw OciJson.Invalid(
                $"The document '{document.Suffix}'",
                $"its statement is {bytes.Length} bytes long and {Longest} is the most in an index"
            );
        var blob = Blob.FromBytes(ImageDocument.Statement, bytes);
        return blob with
        {
            Descriptor = blob.Descriptor with
            {
                Annotations = Descriptor.NoAnnotations.Add(ArtifactManifest.PredicateType, type),
            },
        };
    }
}
