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
/// elsewhere each looks again after a while, twice, and writes once more.
/// </summary>
/// <param name="registry">The registry as references name it.</param>
/// <param name="repository">The repository.</param>
/// <param name="tag">The tag.</param>
/// <param name="client">The run's client.</param>
internal sealed class SharedTag(string registry, string repository, string tag, RegistryClient client)
{
    /// <summary>How often a writer is overtaken before it gives up.</summary>
    public const int MostRounds = 100;

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
                };
                var connection = client.Connection(registry);
                using var response = await connection.SendAsync(request, cancellationToken).ConfigureAwait(false);
                if (response.StatusCode == HttpStatusCode.NotFound)
                    return (null, null);
                if (response.StatusCode != HttpStatusCode.OK)
                    throw await connection.RefusedAsync(response, _read, cancellationToken).ConfigureAwait(false);
                var (bytes, more) = await ResponseBody
                    .ReadAsync(response, RegistrySource.LargestManifest, client.Options, cancellationToken)
                    .ConfigureAwait(false);
                return (RegistryDocument.Read(more ? [] : bytes, response), response.Headers.ETag?.ToString());
            },
            cancellationToken
        );

    /// <summary>Adds to what the tag holds.</summary>
    /// <param name="next">Reads the tag: what it has to hold, or null where it holds that, and its version.</param>
    /// <param name="contested">The error for a tag that others change all the time.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ContainerizeException">The one of <paramref name="contested"/>, CTZ0030 to CTZ0039.</exception>
    public async Task AddAsync(
        Func<Task<(Artifact? After, string? Version)>> next,
        Func<ContainerizeException> contested,
        CancellationToken cancellationToken
    )
    {
        var turn = Turns.GetOrAdd($"{registry}/{repository}:{tag}", _ => new SemaphoreSlim(1));
        await turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!await WriteAsync(next, cancellationToken).ConfigureAwait(false))
                throw contested();
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task<bool> WriteAsync(
        Func<Task<(Artifact? After, string? Version)>> next,
        CancellationToken cancellationToken
    )
    {
        var (seen, longest) = (0, client.Options.RetryDelay / 100);
        for (var round = 1; round <= MostRounds; round++)
        {
            var start = client.Options.Time.GetTimestamp();
            var (after, version) = await next().ConfigureAwait(false);
            if (after is null && ++seen >= 2)
                return true;
            if (after is not null)
            {
                seen = 0;
                await _push.PutBlobsAsync(after, cancellationToken).ConfigureAwait(false);
                await _push
                    .PutAsync(tag, after.Bytes, after.Descriptor.MediaType, version, cancellationToken)
                    .ConfigureAwait(false);
            }
            // Between the reading and the writing of another writer lies about as much time as between ours.
            var elapsed = client.Options.Time.GetElapsedTime(start).Ticks;
            longest = new(Math.Clamp(elapsed, longest.Ticks, client.Options.RetryDelay.Ticks));
            await Task.Delay(Pause(longest), client.Options.Time, cancellationToken).ConfigureAwait(false);
        }

        return false;
    }

#pragma warning disable CA5394 // nothing secret depends on when we come back
    private static TimeSpan Pause(TimeSpan longest) => longest * (2 + Random.Shared.NextDouble());
#pragma warning restore CA5394
}
