using System.Text.Json.Nodes;
using Containerize.Attestations.Signatures;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores.Registries.Client;

namespace Containerize.Attestations.Registries;

/// <summary>Signs images in a repository, and attaches the signatures to them.</summary>
/// <param name="registry">The registry as references name it.</param>
/// <param name="repository">The repository.</param>
/// <param name="client">The run's client.</param>
/// <param name="signer">The key, or the identity.</param>
/// <param name="attaching">What attaches them; null for one that confirms each tag at once.</param>
internal sealed class ImageSigning(
    string registry,
    string repository,
    RegistryClient client,
    StatementSigner signer,
    Attaching? attaching = null
)
{
    private readonly Attaching _attaching = attaching ?? new(registry, repository, client);

    /// <summary>Signs an image that is in the repository.</summary>
    /// <param name="subject">Its manifest or index.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether the signature is new.</returns>
    /// <exception cref="ContainerizeException">CTZ0361, CTZ0304, CTZ0305, CTZ0030 to CTZ0039.</exception>
    public Task<AttachFate> SignAsync(Descriptor subject, CancellationToken cancellationToken) =>
        AttestAsync(subject, SignedStatement.SignatureType, null, cancellationToken);

    /// <summary>Says something about an image that is in the repository, and signs that.</summary>
    /// <param name="subject">Its manifest or index.</param>
    /// <param name="predicateType">The type of the statement: a URI.</param>
    /// <param name="predicate">The content of the statement; null for nothing.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether the statement is new.</returns>
    /// <exception cref="ContainerizeException">CTZ0361, CTZ0304, CTZ0305, CTZ0030 to CTZ0039.</exception>
    public async Task<AttachFate> AttestAsync(
        Descriptor subject,
        string predicateType,
        JsonObject? predicate,
        CancellationToken cancellationToken
    )
    {
        var statement = SignedStatement.Write(subject.Digest, predicateType, predicate);
        if (
            !signer.IsDeterministic
            && await HasAsync(subject.Digest, predicateType, statement, cancellationToken).ConfigureAwait(false)
        )
            return AttachFate.AlreadyThere;
        var bundle = await signer.SignStatementAsync(statement, cancellationToken).ConfigureAwait(false);
        return await _attaching
            .AttachAsync(
                subject.Digest,
                [ReferrerManifest.OfBundle(subject, bundle, predicateType)],
                AttestationMode.Always,
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    /// <summary>Signs in the older form, under a tag that names the image's digest.</summary>
    /// <param name="subject">The image's manifest or index.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ContainerizeException">CTZ0361, CTZ0462 where no key signs, CTZ0305, CTZ0020 to CTZ0024,
    /// CTZ0030 to CTZ0039.</exception>
    public async Task SignOldAsync(Descriptor subject, CancellationToken cancellationToken)
    {
        var key =
            signer as SigningKey
            ?? throw new ContainerizeException(
                DiagnosticTable.InvalidSigning,
                "cosign's older form is for keys, and a keyless signature is asked for. Remove "
                    + "ContainerSimpleSigning, or --simple-signing."
            );
        var old = new OldSignatures(registry, repository, client);
        var unread = new UnreadSignatures(registry, repository, subject.Digest, client);
        foreach (var layer in await old.ReadAsync(subject.Digest, cancellationToken).ConfigureAwait(false))
        {
            var check = new SignatureCheck(key.PublicKey, subject.Digest, SignedStatement.SignatureType);
            var fault = await unread
                .TryAsync(
                    async () => await old.FaultOfAsync(layer, check, cancellationToken).ConfigureAwait(false) ?? "",
                    cancellationToken
                )
                .ConfigureAwait(false);
            if (fault is { Length: 0 })
                return;
        }

        var payload = SimpleSigning.Payload($"{registry}/{repository}", subject.Digest);
        var signature = await key.SignAsync(payload, cancellationToken).ConfigureAwait(false);
        await old.AddAsync(subject.Digest, payload, signature, _attaching, cancellationToken).ConfigureAwait(false);
    }

    // A key in a device, or one for a single run, makes another signature each time, and one of the same statement is
    // enough.
    private async Task<bool> HasAsync(
        Digest subject,
        string predicateType,
        byte[] statement,
        CancellationToken cancellationToken
    )
    {
        var signatures = new ImageSignatures(registry, repository, client);
        var unread = new UnreadSignatures(registry, repository, subject, client);
        foreach (
            var referrer in await signatures.FindAsync(subject, predicateType, cancellationToken).ConfigureAwait(false)
        )
        {
            var bytes = await unread
                .TryAsync(() => signatures.ReadAsync(referrer, subject, cancellationToken), cancellationToken)
                .ConfigureAwait(false);
            if (
                bytes is not null
                && SignatureBundle.TryParse(bytes) is { } bundle
                && bundle.Payload.AsSpan().SequenceEqual(statement)
                && await signer.HasMadeAsync(bundle, cancellationToken).ConfigureAwait(false)
            )
                return true;
        }

        return false;
    }
}
