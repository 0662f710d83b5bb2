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
    private readonly Referrers _referrers = new(registry, repository, client);
    private readonly ArtifactPush _push = new(registry, repository, client);

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
        ImmutableArray<Artifact> missing =
        [
            .. artifacts.Where(artifact => known.All(other => other.Digest != artifact.Descriptor.Digest)),
        ];
        if (missing.IsEmpty)
            return AttachFate.AlreadyThere;
        var answers = await Task.WhenAll(missing.Select(artifact => PutAsync(artifact, cancellationToken)))
            .ConfigureAwait(false);
        // Who lists referrers says at each push that it does (distribution-spec, "Pushing Manifests with Subject").
        if (listed is not null && answers.All(isListed => isListed))
            return AttachFate.Attached;
        if (mode != AttestationMode.Always)
            return AttachFate.NotListed;
        await TagAsync(subject, [.. missing.Select(artifact => artifact.Descriptor)], cancellationToken)
            .ConfigureAwait(false);
        return AttachFate.Attached;
    }

    private async Task<ImmutableArray<Descriptor>> FallbackAsync(Digest subject, CancellationToken cancellationToken) =>
        (await _referrers.ReadFallbackAsync(subject, cancellationToken).ConfigureAwait(false)).Index?.Manifests ?? [];

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

    private Task TagAsync(Digest subject, ImmutableArray<Descriptor> added, CancellationToken cancellationToken) =>
        AddAsync(
            subject,
            Referrers.FallbackTag(subject),
            async () =>
            {
                var (index, etag) = await _referrers
                    .ReadFallbackAsync(subject, cancellationToken)
                    .ConfigureAwait(false);
                var before = index?.Manifests ?? [];
                var lacking = added.ExceptBy(before.Select(other => other.Digest), entry => entry.Digest).ToArray();
                var after = ImageIndex.Create(ImageFormat.Oci, before.AddRange(lacking));
                return (lacking.Length == 0 ? null : new Artifact(after.Descriptor, after.Bytes, []), etag);
            },
            cancellationToken
        );

    /// <summary>Adds to what a tag about an image holds, whatever other writers do.</summary>
    /// <param name="subject">The image that the tag is about.</param>
    /// <param name="tag">The tag.</param>
    /// <param name="next">Reads the tag: what it has to hold, or null where it holds that, and its version.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ContainerizeException">CTZ0305, CTZ0030 to CTZ0039.</exception>
    internal Task AddAsync(
        Digest subject,
        string tag,
        Func<Task<(Artifact? After, string? Version)>> next,
        CancellationToken cancellationToken
    ) =>
        new SharedTag(registry, repository, tag, client).AddAsync(
            next,
            () =>
                new ContainerizeException(
                    DiagnosticTable.ReferrersContested,
                    $"The documents about {registry}/{repository}@{subject} are in the registry, but the tag "
                        + $"{tag} that names them was changed by others {SharedTag.MostRounds} times meanwhile. "
                        + "Run the command again."
                ),
            cancellationToken
        );
}
