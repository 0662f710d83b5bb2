using System.Collections.Concurrent;
using System.Net;
using Containerize.Diagnostics;
using Containerize.Http;
using Containerize.Images;
using Containerize.Stores.Registries.Client;
using Containerize.Stores.Registries.Pull;

namespace Containerize.Stores.Registries.Push;

/// <summary>
/// A tag that several writers add to. Two writers read the same, and the later one takes away what the earlier one
/// added. Writers of this process take turns. Against others a registry that honours If-Match refuses the later one;
/// elsewhere each looks again after a while, twice, and writes once more. Who has seen another writer looks more often
/// and waits longer, for that one may be slow.
/// </summary>
/// <param name="registry">The registry as references name it.</param>
/// <param name="repository">The repository.</param>
/// <param name="tag">The tag.</param>
/// <param name="client">The run's client.</param>
internal sealed class SharedTag(string registry, string repository, string tag, RegistryClient client)
{
    /// <summary>How often a writer is overtaken before it gives up.</summary>
    public const int MostRounds = 100;

    /// <summary>The error for a tag that others change all the time.</summary>
    public required Func<ContainerizeException> Contested { get; init; }

    private static readonly ConcurrentDictionary<string, SemaphoreSlim> Turns = new(StringComparer.Ordinal);

    private readonly RegistryAccess _read = new(repository, Push: false);
    private readonly ArtifactPush _push = new(registry, repository, client);

    /// <summary>What the tag holds, and what tells that it is still the same.</summary>
    /// <returns>No document where there is no such tag; an empty one for one that is too long.</returns>
    /// <exception cref="ContainerizeException">CTZ0030 to CTZ0039.</exception>
    public Task<(RegistryDocument? Document, string? Version)> ReadAsync(CancellationToken cancellationToken) =>
        client.RetryAsync<(RegistryDocument?, string?)>(
            async _ =>
            {
                var request = new RegistryRequest(HttpMethod.Get, $"/v2/{repository}/manifests/{tag}", _read)
                {
                    Accept = RegistryDocument.Accepted,
                    WaitLimit = client.Options.WaitLimit,
                };
                var connection = client.Connection(registry);
                using var response = await connection.SendAsync(request, cancellationToken).ConfigureAwait(false);
                if (response.StatusCode == HttpStatusCode.NotFound)
                    return (null, null);
                if (response.StatusCode != HttpStatusCode.OK)
                    throw await connection
                        .RefusedAsync(response, _read, cancellationToken, client.Options.WaitLimit)
                        .ConfigureAwait(false);
                var (bytes, more) = await ResponseBody
                    .ReadAsync(response, RegistrySource.LargestManifest, client.Options, cancellationToken)
                    .ConfigureAwait(false);
                return (RegistryDocument.Read(more ? [] : bytes, response), response.Headers.ETag?.ToString());
            },
            cancellationToken
        );

    /// <summary>Adds to what the tag holds.</summary>
    /// <param name="next">Reads the tag: what it has to hold, or null where it holds that.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="isLast">Whether it looks again; else what comes after has to.</param>
    /// <param name="isDone">Whether a writer of this process that had an earlier turn has done it; null for
    /// never.</param>
    /// <exception cref="ContainerizeException">The one of <see cref="Contested"/>, CTZ0030 to CTZ0039.</exception>
    public async Task AddAsync(
        Func<Task<TagState>> next,
        CancellationToken cancellationToken,
        bool isLast = true,
        Func<bool>? isDone = null
    )
    {
        var turn = Turns.GetOrAdd($"{registry}/{repository}:{tag}", _ => new SemaphoreSlim(1));
        await turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (isDone?.Invoke() != true)
                await WriteAsync(next, isLast, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task WriteAsync(Func<Task<TagState>> next, bool isLast, CancellationToken cancellationToken)
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
                await _push.PutBlobsAsync(after, cancellationToken, state.SendsAll).ConfigureAwait(false);
                var answer = await _push
                    .PutAsync(tag, after.Bytes, after.Descriptor.MediaType, state.Version, cancellationToken)
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
            await Task.Delay(longest * Jitter(isContested ? 1 : 2), client.Options.Time, cancellationToken)
                .ConfigureAwait(false);
        }

        throw Contested();
    }

#pragma warning disable CA5394 // nothing secret depends on when we come back
    private static double Jitter(int least) => least + Random.Shared.NextDouble();
#pragma warning restore CA5394
}

/// <summary>A tag that several write.</summary>
/// <param name="After">What it has to hold; null where it holds that.</param>
/// <param name="Version">What tells that it is still the same; null where the registry names nothing.</param>
/// <param name="Now">What it holds; null for nothing.</param>
internal sealed record TagState(Artifact? After, string? Version, Digest? Now)
{
    /// <summary>Whether the blobs are sent though the registry says that it has them.</summary>
    public bool SendsAll { get; init; }
}
