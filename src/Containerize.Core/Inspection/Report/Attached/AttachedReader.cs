using System.Collections.Immutable;
using Containerize.Attestations;
using Containerize.Attestations.Notation;
using Containerize.Attestations.Registries;
using Containerize.Attestations.Signatures;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores.Contents;
using Containerize.Stores.Registries.Client;

namespace Containerize.Inspection.Report.Attached;

/// <summary>What a place has about an image, and what its SBOMs say of licences.</summary>
/// <param name="Attachments">The documents and signatures.</param>
/// <param name="Licenses">SPDX expressions by name and version of a package.</param>
public sealed record AttachedFacts(
    ReportedAttachments Attachments,
    ImmutableDictionary<(string Name, string Version), string> Licenses
);

/// <summary>Reads what lies beside an image, and checks it.</summary>
public sealed class AttachedReader
{
    /// <summary>The most documents of one image that are read: each costs two requests.</summary>
    public const int Most = ImageSignatures.Most;

    // What other tools attach holds every file of an image; more than this is not looked into.
    private const int MostBytes = 64 << 20;

    private readonly AttachedPlace _place;
    private readonly TrustedSigner? _key;
    private readonly NotationSignatures _notation;
    private readonly ImmutableArray<ReportedAttachment>.Builder _all =
        ImmutableArray.CreateBuilder<ReportedAttachment>();
    private readonly ImmutableDictionary<(string, string), string>.Builder _licenses = SbomLicenses.None.ToBuilder();

    /// <summary>Reads in a registry.</summary>
    /// <param name="place">The image.</param>
    /// <param name="client">The run's client.</param>
    /// <param name="key">The key or the identity that signatures have to be by; null for none.</param>
    public AttachedReader(ImageReference place, RegistryClient client, TrustedSigner? key)
        : this(AttachedPlace.Of(place, client), key) { }

    /// <summary>Reads in any place.</summary>
    internal AttachedReader(AttachedPlace place, TrustedSigner? key) =>
        (_place, _key, _notation) = (place, key, new NotationSignatures(place));

    /// <summary>What signatures of Notation are checked by; null for nothing.</summary>
    public NotationTrust? Policy { get; init; }

    /// <summary>Reads what is attached to an image, to the index that it is in, and what the index has about
    /// it.</summary>
    /// <param name="image">The digest of the image.</param>
    /// <param name="images">All of the name.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A fault instead of what is there where the registry does not answer: the image is shown
    /// still.</returns>
    /// <exception cref="ContainerizeException">CTZ0443 to CTZ0445: what was asked for cannot be checked.</exception>
    public async Task<AttachedFacts> ReadAsync(Digest image, ImageSet images, CancellationToken cancellationToken)
    {
        string? fault = null;
        var subjects = images
            .Images.Where(each => each.Digest == image)
            .Select(each => each.Manifest.Descriptor)
            .Append(images.Descriptor)
            .DistinctBy(each => each.Digest)
            .Select(each => (Subject: each, Check: Policy is null ? null : _notation.Open(each, Policy)))
            .ToArray();
        try
        {
            foreach (var (type, digest) in IndexAttestations.StatementsAbout(images, image))
                _all.Add(new ReportedAttachment(KindOf(type), type, digest, AttachmentState.NotSigned, null));
            foreach (var (subject, check) in subjects)
                await ReadAsync(subject.Digest, check, cancellationToken).ConfigureAwait(false);
        }
        catch (ContainerizeException exception)
        {
            fault = exception.Message;
        }

        return new AttachedFacts(new ReportedAttachments(_all.ToImmutable(), fault), _licenses.ToImmutable());
    }

    private async Task ReadAsync(Digest subject, NotationCheck? check, CancellationToken cancellationToken)
    {
        foreach (
            var referrer in (await _place.Referrers.FindKnownAsync(subject, cancellationToken).ConfigureAwait(false))
                .Where(referrer => referrer.ArtifactType != IndexAttestations.ArtifactType)
                .Take(Most)
        )
            _all.Add(
                referrer.ArtifactType == NotationEnvelope.ArtifactType
                    ? await NotationAsync(referrer, check, cancellationToken).ConfigureAwait(false)
                : SignatureBundle.IsBundle(referrer.ArtifactType)
                    ? await BundleAsync(referrer, subject, cancellationToken).ConfigureAwait(false)
                : await DocumentAsync(referrer, subject, cancellationToken).ConfigureAwait(false)
            );
        if (_place.Old is not { } old)
            return;
        foreach (var layer in await old.ReadAsync(subject, cancellationToken).ConfigureAwait(false))
        {
            var fault = _key is null
                ? null
                : await old.FaultOfAsync(
                        layer,
                        new SignatureCheck(_key, subject, SignedStatement.SignatureType),
                        cancellationToken
                    )
                    .ConfigureAwait(false);
            _all.Add(Signed(AttachmentKind.Signature, layer.MediaType, layer.Digest, fault));
        }
    }

    private async Task<ReportedAttachment> BundleAsync(
        Descriptor referrer,
        Digest subject,
        CancellationToken cancellationToken
    )
    {
        var type = referrer.Annotation(ReferrerManifest.BundlePredicateType) ?? SignedStatement.SignatureType;
        string? fault;
        try
        {
            var bundle = await _place
                .Referrers.ReadAsync(referrer, subject, SignatureBundle.Longest, cancellationToken)
                .ConfigureAwait(false);
            fault = _key is null ? null : new SignatureCheck(_key, subject, type).FaultOf(bundle, "The bundle");
        }
        catch (ContainerizeException exception)
            when (ReferrerPlace.IsFaultOfContent(exception) || ReferrerPlace.IsFaultOfDisk(exception))
        {
            fault = exception.Message;
        }

        return Signed(KindOf(type), type, referrer.Digest, fault);
    }

    // An SBOM without a signature is the word of everybody who may push: its state says so.
    private async Task<ReportedAttachment> DocumentAsync(
        Descriptor referrer,
        Digest subject,
        CancellationToken cancellationToken
    )
    {
        var type = referrer.Annotation(ArtifactManifest.PredicateType) ?? referrer.ArtifactType ?? "unknown";
        try
        {
            var bytes = await _place
                .Referrers.ReadAsync(referrer, subject, MostBytes, cancellationToken)
                .ConfigureAwait(false);
            foreach (var (package, license) in SbomLicenses.Of(bytes))
                _licenses[package] = license;
            return new ReportedAttachment(KindOf(type), type, referrer.Digest, AttachmentState.NotSigned, null);
        }
        catch (ContainerizeException exception)
            when (ReferrerPlace.IsFaultOfContent(exception) || ReferrerPlace.IsFaultOfDisk(exception))
        {
            return new ReportedAttachment(
                KindOf(type),
                type,
                referrer.Digest,
                AttachmentState.Invalid,
                exception.Message
            );
        }
    }

    private async Task<ReportedAttachment> NotationAsync(
        Descriptor referrer,
        NotationCheck? check,
        CancellationToken cancellationToken
    )
    {
        if (check is null || check.Statement.IsSkipped)
            return Of(AttachmentState.NotChecked, null) with
            {
                Detail = check is null
                    ? "signed with a certificate, not checked: no trust policy was given; 'containerize report "
                        + "REFERENCE --notation-policy FILE' checks it"
                    : $"signed with a certificate, not checked: the trust policy '{check.Statement.Name}' skips this "
                        + "repository",
            };
        var found = await _notation.CheckAsync(referrer, check, cancellationToken).ConfigureAwait(false);
        // What the policy only logs is no proof.
        if (found.Fault is null && !found.Warnings.IsEmpty)
            return Of(AttachmentState.NotChecked, null) with
            {
                Detail =
                    $"not proved, and let through by the trust policy '{check.Statement.Name}' "
                    + $"({check.Statement.Level}): {string.Join("; ", found.Warnings)}",
            };
        return found.Fault is null
            ? Of(AttachmentState.Valid, null) with
            {
                Detail =
                    $"signed as the trust policy '{check.Statement.Name}' ({check.Statement.Level}) demands, for this "
                    + "image",
            }
            : Of(AttachmentState.Invalid, found.Fault);

        ReportedAttachment Of(AttachmentState state, string? fault) =>
            new(AttachmentKind.Signature, NotationEnvelope.ArtifactType, referrer.Digest, state, fault);
    }

    private ReportedAttachment Signed(AttachmentKind kind, string type, Digest digest, string? fault) =>
        new(
            kind,
            type,
            digest,
            fault is not null ? AttachmentState.Invalid
                : _key is null ? AttachmentState.NotChecked
                : AttachmentState.Valid,
            fault
        )
        {
            Detail =
                fault is not null ? null
                : _key is null
                    ? "signed, not checked: no key was given; 'containerize report REFERENCE --key FILE', or an "
                        + "identity, checks it"
                : $"signed by {_key.Name}, for this image",
        };

    private static AttachmentKind KindOf(string type) =>
        type switch
        {
            ImageDocument.Spdx or ImageDocument.CycloneDx => AttachmentKind.Sbom,
            SignedStatement.SignatureType => AttachmentKind.Signature,
            _ when type.StartsWith("https://slsa.dev/provenance/", StringComparison.Ordinal) =>
                AttachmentKind.Provenance,
            _ when type.StartsWith("https://spdx.dev/", StringComparison.Ordinal) => AttachmentKind.Sbom,
            _ when type.StartsWith("https://cyclonedx.org/bom", StringComparison.Ordinal) => AttachmentKind.Sbom,
            _ => AttachmentKind.Other,
        };
}
