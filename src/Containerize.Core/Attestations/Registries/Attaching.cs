using System.Collections.Concurrent;
using System.Collections.Immutable;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores.Registries.Client;
using Containerize.Stores.Registries.Push;

namespace Containerize.Attestations.Registries;

/// <summary>Puts artifacts beside an image in a registry, so that a client that finds the image finds them.</summary>
/// <param name="registry">The registry as references name it.</param>
/// <param name="repository">The repository.</param>
/// <param name="client">The run's client.</param>
public sealed class Attaching(string registry, string repository, RegistryClient client)
{
    // Manifests that are sent at the same time.
    private const int AtOnce = 8;

    private readonly Referrers _referrers = new(registry, repository, client);
    private readonly ArtifactPush _push = new(registry, repository, client);
    private readonly FallbackTag _tag = new(registry, repository, client);

    // What was written into a tag and not looked at again.
    private readonly ConcurrentDictionary<Digest, ImmutableArray<Descriptor>> _unconfirmed = new();

    /// <summary>
    /// Whether a tag is only written, and <see cref="ConfirmAsync"/> looks for what others took away meanwhile: so
    /// that several that are attached to an image wait once.
    /// </summary>
    public bool ConfirmsLater { get; init; }

    /// <summary>Attaches documents to an image that is in the repository.</summary>
    /// <param name="subject">The image's manifest.</param>
    /// <param name="documents">The documents.</param>
    /// <param name="mode">Whether they go to a registry that does not list referrers.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ContainerizeException">CTZ0304, CTZ0305, CTZ0030 to CTZ0039.</exception>
    public async Task<AttachFate> AttachAsync(
        Descriptor subject,
        ImageDocuments documents,
        AttestationMode mode,
        CancellationToken cancellationToken
    )
    {
        var artifacts = documents.All.Select(document => ReferrerManifest.Create(subject, document)).ToImmutableArray();
        try
        {
            return await AttachAsync(subject.Digest, artifacts, mode, cancellationToken).ConfigureAwait(false);
        }
        catch (ContainerizeException exception) when (exception.Diagnostic == DiagnosticTable.ReferrersInvalid)
        {
            throw new ContainerizeException(
                exception.Diagnostic,
                exception.Message.TrimEnd('.') + ", or set ContainerAttestations to 'never'.",
                exception
            );
        }
    }

    /// <summary>Attaches artifacts to an image that is in the repository.</summary>
    /// <param name="subject">The digest of the image's manifest.</param>
    /// <param name="artifacts">Artifacts whose subject it is.</param>
    /// <param name="mode">Whether they go to a registry that does not list referrers.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ContainerizeException">CTZ0304, CTZ0305, CTZ0030 to CTZ0039.</exception>
    public async Task<AttachFate> AttachAsync(
        Digest subject,
        ImmutableArray<Artifact> artifacts,
        AttestationMode mode,
        CancellationToken cancellationToken
    )
    {
        if (artifacts.IsEmpty || mode is AttestationMode.Never or AttestationMode.Index)
            return AttachFate.AlreadyThere;
        var listed = await _referrers.ListAsync(subject, cancellationToken).ConfigureAwait(false);
        if (listed is null && mode != AttestationMode.Always)
            return AttachFate.NotListed;
        var known = listed ?? await FallbackAsync(subject, cancellationToken).ConfigureAwait(false);
        var there = known.Select(other => other.Digest).ToHashSet();
        ImmutableArray<Artifact> missing =
        [
            .. artifacts.Where(artifact => !there.Contains(artifact.Descriptor.Digest)),
        ];
        // A tag may name what is gone; a registry's own list does not.
        var gone = listed is null
            ? await GoneAsync(
                    [.. artifacts.Where(artifact => there.Contains(artifact.Descriptor.Digest))],
                    cancellationToken
                )
                .ConfigureAwait(false)
            : [];
        if (missing.IsEmpty && gone.IsEmpty)
            return AttachFate.AlreadyThere;
        var areListed = true;
        await Parallel
            .ForEachAsync(
                missing.Concat(gone),
                new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
                async (artifact, token) =>
                {
                    if (!await PutAsync(artifact, token).ConfigureAwait(false))
                        areListed = false;
                }
            )
            .ConfigureAwait(false);
        // Who lists referrers says at each push that it does (distribution-spec, "Pushing Manifests with Subject").
        if (listed is not null && areListed)
            return AttachFate.Attached;
        if (mode != AttestationMode.Always)
            return AttachFate.NotListed;
        ImmutableArray<Descriptor> added = [.. missing.Select(artifact => artifact.Descriptor)];
        if (added.IsEmpty)
            return AttachFate.Attached;
        await _tag.AddAsync(subject, added, isLast: !ConfirmsLater, cancellationToken).ConfigureAwait(false);
        if (ConfirmsLater)
            _unconfirmed.AddOrUpdate(subject, added, (_, before) => before.AddRange(added));
        return AttachFate.Attached;
    }

    /// <summary>
    /// Sends the documents ahead, while the image is still sent: nothing names them before it is there. What fails
    /// here is tried again, and reported, by <see cref="AttachAsync(Descriptor, ImageDocuments, AttestationMode,
    /// CancellationToken)"/>.
    /// </summary>
    /// <param name="subject">The image's manifest.</param>
    /// <param name="documents">The documents.</param>
    /// <param name="mode">Whether they go to a registry that does not list referrers.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    internal async Task SendAheadAsync(
        Descriptor subject,
        ImageDocuments documents,
        AttestationMode mode,
        CancellationToken cancellationToken
    )
    {
        if (documents.All.IsEmpty || mode is AttestationMode.Never or AttestationMode.Index)
            return;
        try
        {
            var listed = await _referrers.ListAsync(subject.Digest, cancellationToken).ConfigureAwait(false);
            if (listed is null && mode != AttestationMode.Always)
                return;
            var known = listed ?? await FallbackAsync(subject.Digest, cancellationToken).ConfigureAwait(false);
            await Task.WhenAll(
                    documents
                        .All.Select(document => ReferrerManifest.Create(subject, document))
                        .Where(artifact => known.All(other => other.Digest != artifact.Descriptor.Digest))
                        .Select(artifact => _push.PutBlobsAsync(artifact, cancellationToken))
                )
                .ConfigureAwait(false);
        }
        catch (ContainerizeException exception)
        {
            client.Options.Log($"Documents are not sent ahead to {registry}/{repository}: {exception.Message}");
        }
    }

    /// <summary>The images whose tags were written and not looked at again.</summary>
    internal ImmutableArray<Digest> Unconfirmed => [.. _unconfirmed.Keys];

    /// <summary>A tag about an image that others write, too.</summary>
    /// <param name="subject">The digest of the image's manifest.</param>
    /// <param name="tag">The tag.</param>
    internal SharedTag Tag(Digest subject, string tag) => _referrers.Tag(subject, tag);

    /// <summary>Looks whether the tag of an image still has what was written into it, and writes again what it
    /// lacks.</summary>
    /// <param name="subject">The digest of the image's manifest.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ContainerizeException">CTZ0304, CTZ0305, CTZ0030 to CTZ0039.</exception>
    public Task ConfirmAsync(Digest subject, CancellationToken cancellationToken) =>
        _unconfirmed.TryRemove(subject, out var added)
            ? _tag.AddAsync(subject, added, isLast: true, cancellationToken)
            : Task.CompletedTask;

    private async Task<ImmutableArray<Descriptor>> FallbackAsync(Digest subject, CancellationToken cancellationToken) =>
        (await _referrers.ReadFallbackAsync(subject, cancellationToken).ConfigureAwait(false)).Index?.Manifests ?? [];

    private async Task<ImmutableArray<Artifact>> GoneAsync(
        ImmutableArray<Artifact> artifacts,
        CancellationToken cancellationToken
    )
    {
        var gone = new ConcurrentBag<Artifact>();
        await Parallel
            .ForEachAsync(
                artifacts,
                new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
                async (artifact, token) =>
                {
                    if (!await _push.HasAsync(artifact, token).ConfigureAwait(false))
                        gone.Add(artifact);
                }
            )
            .ConfigureAwait(false);
        return [.. gone];
    }

    /// <returns>Whether the registry lists it.</returns>
    private async Task<bool> PutAsync(Artifact artifact, CancellationToken cancellationToken)
    {
        await _push.PutBlobsAsync(artifact, cancellationToken).ConfigureAwait(false);
        return await _push
                .PutAsync(
                    artifact.Descriptor.Digest.ToString(),
                    artifact.Bytes,
                    MediaTypes.OciManifest,
                    null,
                    cancellationToken
                )
                .ConfigureAwait(false) == PutAnswer.Listed;
    }
}
