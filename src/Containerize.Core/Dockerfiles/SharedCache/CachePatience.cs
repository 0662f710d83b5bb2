using System.Collections.Concurrent;
using Containerize.Diagnostics;
using Containerize.Http;
using Containerize.Images;
using Containerize.Stores.Registries.Client;

namespace Containerize.Dockerfiles.SharedCache;

/// <summary>
/// How long a registry is waited for that a build can do without. One that sends not a byte for the limit is given up,
/// and is not asked again for a while: the next service of a Compose file does not wait for it, too.
/// </summary>
public sealed class CachePatience
{
    // A build that takes longer asks again when it is done.
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(1);

    private readonly ConcurrentDictionary<
        string,
        (ContainerizeException Failure, long Since, TimeSpan Lasts)
    > _givenUp = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Asks a registry.</summary>
    /// <param name="cache">The place of the cache.</param>
    /// <param name="what">What it is asked for. A layer that it cannot give says nothing of its lists.</param>
    /// <param name="client">The run's client.</param>
    /// <param name="ask">The requests, by a client that waits no longer than a cache is waited for.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ContainerizeException">CTZ0036 for one that is silent; what it was given up with before; or
    /// what <paramref name="ask"/> throws.</exception>
    internal async Task<T> AskAsync<T>(
        ImageReference cache,
        CachePart what,
        RegistryClient client,
        Func<RegistryClient, CancellationToken, Task<T>> ask,
        CancellationToken cancellationToken
    )
    {
        var (limit, time) = (client.Options.DispensableLimit, client.Options.Time);
        // Who is out of reach is so for all; what a registry answers is about the repository.
        string[] places = [$"{cache.Registry} {what}", $"{cache.Name} {what}"];
        foreach (var place in places)
        {
            if (_givenUp.TryGetValue(place, out var known) && time.GetElapsedTime(known.Since) < known.Lasts)
                throw known.Failure;
        }

        var wait = new WaitLimit(limit, time) { Over = fault => GiveUp(fault.Error, fault.Wait) };
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var asking = ask(client.Within(wait), end.Token);
        try
        {
            return await AnswerOfAsync().ConfigureAwait(false);
        }
        finally
        {
            if (!asking.IsCompleted)
            {
                await end.CancelAsync().ConfigureAwait(false);
                _ = asking.ContinueWith(Forget, TaskScheduler.Default);
            }
        }

        async Task<T> AnswerOfAsync()
        {
            while (true)
            {
                var left = wait.Left;
                try
                {
                    return await asking
                        .WaitAsync(left > ShortestWait ? left : ShortestWait, time, cancellationToken)
                        .ConfigureAwait(false);
                }
                catch (TimeoutException) when (asking.IsCompleted)
                {
                    return await asking.ConfigureAwait(false);
                }
                catch (TimeoutException) when (wait.Left <= TimeSpan.Zero)
                {
                    throw GiveUp(Silent(cache.Registry, limit), null);
                }
                catch (TimeoutException)
                {
                    // Something came meanwhile.
                }
            }
        }

        // Who says when to come again is asked again then.
        ContainerizeException GiveUp(ContainerizeException failure, TimeSpan? asked)
        {
            _givenUp[places[failure.Diagnostic == DiagnosticTable.RegistryRefused ? 1 : 0]] = (
                failure,
                time.GetTimestamp(),
                asked < Memory ? asked.Value : Memory
            );
            return failure;
        }
    }

    // An answer that comes too late is of no interest, and holds a connection.
    private static void Forget<T>(Task<T> asked)
    {
        if (asked.IsCompletedSuccessfully)
            (asked.Result as IDisposable)?.Dispose();
        else
            _ = asked.Exception;
    }

    private static ContainerizeException Silent(string registry, TimeSpan limit) =>
        new(
            DiagnosticTable.TransferStalled,
            $"{registry} was silent for {limit.TotalSeconds:0.#} s, and a cache is not waited for longer. Check the "
                + "name, the network and the proxy."
        );
}

/// <summary>What a registry is asked for of a cache.</summary>
internal enum CachePart
{
    /// <summary>The list of steps.</summary>
    List,

    /// <summary>The bytes of a step.</summary>
    Layer,
}
