using System.Collections.Concurrent;
using System.Collections.Immutable;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores;
using Containerize.Stores.Registries;
using Containerize.Stores.Registries.Client;
using Containerize.Stores.Registries.Push;

namespace Containerize.Attestations.Registries;

/// <summary>Puts artifacts beside an image in a registry, so that a client that finds the image finds them.</summary>
/// <param name="registry">The registry as references name it.</param>
/// <param name="repository">The repository.</param>
/// <param name="client">The run's client.</param>
public sealed class Attaching(string registry, string repository, RegistryClient client)
{
    private const int MostRounds = 100;

    private static readonly ConcurrentDictionary<string, SemaphoreSlim> Turns = new(StringComparer.Ordinal);

    private readonly Referrers _referrers = new(registry, repository, client);
    private readonly RegistryAccess _access = new(repository, Push: true);

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
        await PutBlobsAsync(artifact, cancellationToken).ConfigureAwait(false);
        return await PutAsync(
                    artifact.Descriptor.Digest.ToString(),
                    artifact.Bytes,
                    MediaTypes.OciManifest,
                    null,
                    cancellationToken
                )
                .ConfigureAwait(false) == PutAnswer.Listed;
    }

    private Task<BlobFate[]> PutBlobsAsync(Artifact artifact, CancellationToken cancellationToken) =>
        Task.WhenAll(
            artifact.Blobs.Select(blob =>
                client.UploadOnceAsync(
                    registry,
                    repository,
                    blob.Descriptor.Digest,
                    token => new BlobUpload(client, registry, repository, blob, "document").RunAsync(token),
                    cancellationToken
                )
            )
        );

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

    /// <summary>
    /// Adds to what a tag holds. Two writers read the same, and the later one takes away what the earlier one added.
    /// Writers of this process take turns. Against others a registry that honours If-Match refuses the later one;
    /// elsewhere each looks again after a while, twice, and writes once more.
    /// </summary>
    /// <param name="subject">The image that the tag is about.</param>
    /// <param name="tag">The tag.</param>
    /// <param name="next">Reads the tag: what it has to hold, or null where it holds that, and its version.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ContainerizeException">CTZ0305, CTZ0030 to CTZ0039.</exception>
    internal async Task AddAsync(
        Digest subject,
        string tag,
        Func<Task<(Artifact? After, string? ETag)>> next,
        CancellationToken cancellationToken
    )
    {
        var turn = Turns.GetOrAdd($"{registry}/{repository}:{tag}", _ => new SemaphoreSlim(1));
        await turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await WriteTagAsync(subject, tag, next, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task WriteTagAsync(
        Digest subject,
        string tag,
        Func<Task<(Artifact? After, string? ETag)>> next,
        CancellationToken cancellationToken
    )
    {
        var (seen, longest) = (0, client.Options.RetryDelay / 100);
        for (var round = 1; round <= MostRounds; round++)
        {
            var start = client.Options.Time.GetTimestamp();
            var (after, etag) = await next().ConfigureAwait(false);
            if (after is null && ++seen >= 2)
                return;
            if (after is not null)
            {
                seen = 0;
                await PutBlobsAsync(after, cancellationToken).ConfigureAwait(false);
                await PutAsync(tag, after.Bytes, after.Descriptor.MediaType, etag, cancellationToken)
                    .ConfigureAwait(false);
            }
            // Between the reading and the writing of another writer lies about as much time as between ours.
            var elapsed = client.Options.Time.GetElapsedTime(start).Ticks;
            longest = new(Math.Clamp(elapsed, longest.Ticks, client.Options.RetryDelay.Ticks));
            await Task.Delay(Pause(longest), client.Options.Time, cancellationToken).ConfigureAwait(false);
        }

        throw new ContainerizeException(
            DiagnosticTable.ReferrersContested,
            $"The documents about {registry}/{repository}@{subject} are in the registry, but the tag "
                + $"{tag} that names them was changed by others {MostRounds} times meanwhile. Run the command again."
        );
    }

#pragma warning disable CA5394 // nothing secret depends on when we come back
    private static TimeSpan Pause(TimeSpan longest) => longest * (2 + Random.Shared.NextDouble());
#pragma warning restore CA5394

    private Task<PutAnswer> PutAsync(
        string name,
        ReadOnlyMemory<byte> bytes,
        string mediaType,
        string? ifMatch,
        CancellationToken cancellationToken
    ) =>
        client.RetryAsync(
            async _ =>
            {
                var connection = client.Connection(registry);
                var request = new RegistryRequest(HttpMethod.Put, $"/v2/{repository}/manifests/{name}", _access)
                {
                    Content = _ => BlobContent.OfBytes(bytes, mediaType),
                    IfMatch = ifMatch,
                };
                using var response = await connection.SendAsync(request, cancellationToken).ConfigureAwait(false);
                if (ifMatch is not null && (int)response.StatusCode is 412 or 409)
                    return PutAnswer.Overtaken;
                if (!response.IsSuccessStatusCode)
                    throw await connection
                        .RefusedManifestAsync(response, _access, cancellationToken)
                        .ConfigureAwait(false);
                return response.Headers.NonValidated.Contains("OCI-Subject") ? PutAnswer.Listed : PutAnswer.Stored;
            },
            cancellationToken
        );

    private enum PutAnswer
    {
        Stored,
        Listed,
        Overtaken,
    }
}
