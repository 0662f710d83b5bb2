using System.Collections.Immutable;
using Containerize.Attestations.Signatures;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores.Contents;

namespace Containerize.Attestations.Registries;

/// <summary>An SBOM that lies beside an image.</summary>
/// <param name="Document">The document.</param>
/// <param name="Subject">The image or the index that it is attached to.</param>
/// <param name="Attestation">The manifest of the statement whose predicate it is; null for a document of its
/// own.</param>
internal sealed record AttachedSbom(byte[] Document, Digest Subject, Digest? Attestation);

/// <summary>Finds SBOMs beside an image: documents, and after them the predicates of statements, signed or
/// not.</summary>
/// <param name="referrers">What lies beside it.</param>
internal sealed class AttachedSboms(ReferrerPlace referrers)
{
    // What other tools attach holds every file of an image; more than this is no SBOM.
    private const int MostBytes = 64 << 20;

    private const string Dsse = "application/vnd.dsse.envelope.v1+json";

    /// <summary>Finds an SBOM.</summary>
    /// <param name="subjects">What it may be attached to, the first one first.</param>
    /// <param name="type">The media type of the document.</param>
    /// <param name="predicateType">The type of the statement; versions after it belong to it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Null where there is none.</returns>
    /// <exception cref="ContainerizeException">That of the first broken one where none is whole, CTZ0304, CTZ0030 to
    /// CTZ0039.</exception>
    public async Task<AttachedSbom?> FindAsync(
        IEnumerable<Digest> subjects,
        string type,
        string predicateType,
        CancellationToken cancellationToken
    )
    {
        var listed = new List<(Digest Subject, ImmutableArray<Descriptor> Referrers)>();
        ContainerizeException? fault = null;
        foreach (var subject in subjects.Distinct())
        {
            var (all, refusal) = await referrers.FindOrRefusalAsync(subject, cancellationToken).ConfigureAwait(false);
            fault ??= refusal;
            listed.Add((subject, all));
        }

        var documents = listed.SelectMany(each =>
            each.Referrers.Where(referrer => referrer.ArtifactType == type)
                .Take(ImageSignatures.Most)
                .Select(referrer => (each.Subject, Referrer: referrer, IsStatement: false))
        );
        var statements = listed.SelectMany(each =>
            each.Referrers.Where(referrer => MayState(referrer, predicateType))
                .Take(ImageSignatures.Most)
                .Select(referrer => (each.Subject, Referrer: referrer, IsStatement: true))
        );
        // A broken one does not hide the next.
        foreach (var (subject, referrer, isStatement) in documents.Concat(statements))
        {
            try
            {
                var bytes = await referrers
                    .ReadAsync(referrer, subject, MostBytes, cancellationToken)
                    .ConfigureAwait(false);
                if (!isStatement)
                    return new(bytes, subject, null);
                if (PredicateOf(bytes, subject, predicateType, $"The attestation {referrer.Digest}") is { } predicate)
                    return new(predicate, subject, referrer.Digest);
            }
            catch (ContainerizeException exception)
                when (ReferrerPlace.IsFaultOfContent(exception) || ReferrerPlace.IsFaultOfDisk(exception))
            {
                fault ??= exception;
            }
        }

        return fault is null ? null : throw fault;
    }

    // The annotation that names the type is not signed: it only keeps others from being fetched.
    private static bool MayState(Descriptor referrer, string predicateType)
    {
        var named =
            SignatureBundle.IsBundle(referrer.ArtifactType) ? referrer.Annotation(ReferrerManifest.BundlePredicateType)
            : referrer.ArtifactType is ImageDocument.Statement or Dsse
                ? referrer.Annotation(ArtifactManifest.PredicateType)
            : "";
        return named is null || IsOf(named, predicateType);
    }

    private static bool IsOf(string type, string predicateType) =>
        type == predicateType || type.StartsWith(predicateType + "/", StringComparison.Ordinal);

    // A bundle, an envelope alone, or a statement without a signature.
    private static byte[]? PredicateOf(byte[] bytes, Digest subject, string predicateType, string where)
    {
        var json = OciJson.Parse(bytes, where);
        var payload =
            SignatureBundle.IsBundle(OciJson.Text(json["mediaType"])) ? SignatureBundle.Parse(bytes, where).Payload
            : OciJson.Text(json["payload"]) is { } text ? Envelope.Bytes(text, where)
            : bytes;
        var statement = SignedStatement.Parse(payload, where);
        if (!IsOf(statement.PredicateType, predicateType))
            return null;
        return statement.IsAbout(subject)
            ? DocumentJson.ToBytes(OciJson.Object(OciJson.Parse(payload, where)["predicate"], where))
            : throw OciJson.Invalid(where, $"its statement is not about {subject}");
    }
}
