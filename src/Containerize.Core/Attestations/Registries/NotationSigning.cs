using System.Collections.Immutable;
using Containerize.Attestations.Notation;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores.Registries.Client;

namespace Containerize.Attestations.Registries;

/// <summary>Signs images in a repository as Notation does, and attaches the signatures to them.</summary>
/// <param name="place">Any name in the repository.</param>
/// <param name="client">The run's client.</param>
/// <param name="signer">The key with its certificate.</param>
/// <param name="attaching">What attaches them; null for one that confirms each tag at once.</param>
public sealed class NotationSigning(
    ImageReference place,
    RegistryClient client,
    NotationSigner signer,
    Attaching? attaching = null
)
{
    /// <summary>Signs an image that is in the repository, unless the same certificate signed it already: each
    /// signature has another time, and that of RSA is random.</summary>
    /// <param name="subject">Its manifest or index.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether the signature is new.</returns>
    /// <exception cref="ContainerizeException">CTZ0361, CTZ0304, CTZ0305, CTZ0030 to CTZ0039.</exception>
    public async Task<AttachFate> SignAsync(Descriptor subject, CancellationToken cancellationToken)
    {
        if (await HasAsync(subject, cancellationToken).ConfigureAwait(false))
            return AttachFate.AlreadyThere;
        var envelope = await signer.SignAsync(subject, cancellationToken).ConfigureAwait(false);
        return await (attaching ?? new Attaching(place.Registry, place.Repository, client))
            .AttachAsync(
                subject.Digest,
                [ReferrerManifest.OfNotation(subject, envelope, signer.Chain.Thumbprints)],
                AttestationMode.Always,
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    // The annotation is not signed: it only keeps others from being fetched.
    private async Task<bool> HasAsync(Descriptor subject, CancellationToken cancellationToken)
    {
        var signatures = new NotationSignatures(place, client);
        var unread = new UnreadSignatures(place.Registry, place.Repository, subject.Digest, client);
        foreach (var referrer in await FindAsync().ConfigureAwait(false))
        {
            if (
                (referrer.Annotation(NotationEnvelope.ThumbprintAnnotation) ?? signer.Chain.Thumbprints)
                    == signer.Chain.Thumbprints
                && await unread
                    .TryAsync(
                        () => signatures.ReadAsync(referrer, subject.Digest, cancellationToken),
                        cancellationToken
                    )
                    .ConfigureAwait(false)
                    is { } bytes
                && IsOurs(bytes, subject)
            )
                return true;
        }

        return false;

        Task<ImmutableArray<Descriptor>> FindAsync() =>
            signatures.FindAsync(subject.Digest, [signer.Chain.Leaf.Thumbprint], cancellationToken);
    }

    private bool IsOurs(byte[] bytes, Descriptor subject)
    {
        try
        {
            var envelope = NotationEnvelope.Parse(bytes, "The envelope");
            return envelope.Chain.Thumbprints == signer.Chain.Thumbprints
                && !(envelope.Expiry <= client.Options.Time.GetUtcNow())
                && NotationCheck.IntegrityFault(envelope, subject, "The envelope") is null;
        }
        catch (ContainerizeException exception)
            when (Referrers.IsFaultOfContent(exception) || exception.Diagnostic == DiagnosticTable.PublicKeyUnreadable)
        {
            return false;
        }
    }
}
