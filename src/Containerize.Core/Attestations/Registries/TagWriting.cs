using System.Collections.Concurrent;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores;
using Containerize.Stores.Registries;
using Containerize.Stores.Registries.Client;
using Containerize.Stores.Registries.Push;

namespace Containerize.Attestations.Registries;

/// <summary>What a registry answered to a manifest.</summary>
internal enum PutAnswer
{
    /// <summary>It has it.</summary>
    Stored,

    /// <summary>It has it, and lists it as a referrer.</summary>
    Listed,

    /// <summary>The tag has another version by now.</summary>
    Overtaken,
}

/// <summary>A tag that several write.</summary>
/// <param name="After">What it has to hold; null where it holds that.</param>
/// <param name="ETag">Its version; null where the registry names none.</param>
/// <param name="Now">What it holds; null for nothing.</param>
internal sealed record TagState(Artifact? After, string? ETag, Digest? Now);

/// <summary>Writes manifests and their blobs, and tags that other programs add to at the same time.</summary>
/// <param name="registry">The registry as references name it.</param>
/// <param name="repository">The repository.</param>
/// <param name="client">The run's client.</param>
internal sealed class TagWriting(string registry, string repository, RegistryClient client)
{
    private const int MostRounds = 100;

    private static readonly ConcurrentDictionary<string, SemaphoreSlim> Turns = new(StringComparer.Ordinal);

    private readonly RegistryAccess _access = new(repository, Push: true);

    /// <summary>Stores the blobs of an artifact, each once in a run.</summary>
    /// <param name="artifact">The artifact.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ContainerizeException">CTZ0030 to CTZ0039.</exception>
    public Task<BlobFate[]> PutBlobsAsync(Artifact artifact, CancellationToken cancellationToken) =>
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

    /// <summary>
    /// Adds to what a tag holds. Two writers read the same, and the later one takes away what the earlier one added.
    /// Writers of this process take turns. Against others a registry that honours If-Match refuses the later one;
    /// elsewhere each looks again after a while, twice, and writes once more. Who has seen another writer looks more
    /// often and waits longer, for that one may be slow.
    /// </summary>
    /// <param name="subject">The image that the tag is about.</param>
    /// <param name="tag">The tag.</param>
    /// <param name="next">Reads the tag: what it has to hold, or null where it holds that.</param>
    /// <param name="isLast">Whether it looks again; else what comes after has to.</param>
    /// <param name="isDone">Whether a writer of this process that had an earlier turn has done it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ContainerizeException">CTZ0305, CTZ0030 to CTZ0039.</exception>
    public async Task AddAsync(
        Digest subject,
        string tag,
        Func<Task<TagState>> next,
        bool isLast,
        Func<bool> isDone,
        CancellationToken cancellationToken
    )
    {
        var turn = Turns.GetOrAdd($"{registry}/{repository}:{tag}", _ => new SemaphoreSlim(1));
        await turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!isDone())
                await WriteTagAsync(subject, tag, next, isLast, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task WriteTagAsync(
        Digest subject,
        string tag,
        Func<Task<TagState>> next,
        bool isLast,
        CancellationToken cancellationToken
    )
    {
        var (seen, isContested, longest) = (0, false, client.Options.RetryDelay / 100);
        Digest? last = null;
        for (var round = 1; round <= MostRounds; round++)
        {
            var start = client.Options.Time.GetTimestamp();
            var state = await next().ConfigureAwait(false);
            if (last is not null && state.Now != last)
                (seen, isContested) = (0, true);
            last = state.Now;
            if (state.After is null && (++seen >= (isContested ? 5 : 2) || !isLast))
                return;
            if (state.After is { } after)
            {
                seen = 0;
                await PutBlobsAsync(after, cancellationToken).ConfigureAwait(false);
                var answer = await PutAsync(tag, after.Bytes, after.Descriptor.MediaType, state.ETag, cancellationToken)
                    .ConfigureAwait(false);
                isContested |= answer == PutAnswer.Overtaken;
                if (!isLast && answer != PutAnswer.Overtaken)
                    return;
                last = after.Descriptor.Digest;
            }

            // Between the reading and the writing of another writer lies about as much time as between ours.
            var elapsed = client.Options.Time.GetElapsedTime(start).Ticks;
            var least = isContested ? client.Options.RetryDelay / 4 : longest;
            longest = new(Math.Clamp(elapsed, least.Ticks, client.Options.RetryDelay.Ticks));
            var pause = isContested ? longest * Jitter(1) : longest * Jitter(2);
            await Task.Delay(pause, client.Options.Time, cancellationToken).ConfigureAwait(false);
        }

        throw new ContainerizeException(
            DiagnosticTable.ReferrersContested,
            $"The documents about {registry}/{repository}@{subject} are in the registry, but the tag "
                + $"{tag} that names them was changed by others {MostRounds} times meanwhile. Run the command again."
        );
    }

#pragma warning disable CA5394 // nothing secret depends on when we come back
    private static double Jitter(int least) => least + Random.Shared.NextDouble();
#pragma warning restore CA5394

    /// <summary>Stores a manifest.</summary>
    /// <param name="name">Its digest, or a tag.</param>
    /// <param name="bytes">The manifest.</param>
    /// <param name="mediaType">Its media type.</param>
    /// <param name="ifMatch">The version that the tag has to have; null for any.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ContainerizeException">CTZ0030 to CTZ0039.</exception>
    public Task<PutAnswer> PutAsync(
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
}
