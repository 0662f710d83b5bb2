using System.Collections.Concurrent;
using Containerize.Diagnostics;
using Containerize.Stores.Registries.Client;

namespace Containerize.Dockerfiles.SharedCache;

/// <summary>
/// How long a registry is waited for that a build can do without. One that says nothing for the limit is given up, and
/// is not asked again for a while: the next service of a Compose file does not wait for it, too.
/// </summary>
public sealed class CachePatience
{
    // A build that takes longer asks again when it is done.
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(2);

    private readonly ConcurrentDictionary<string, (ContainerizeException Failure, long Since)> _silent = new(
        StringComparer.OrdinalIgnoreCase
    );

    /// <summary>Asks a registry.</summary>
    /// <param name="registry">The registry as references name it.</param>
    /// <param name="client">The run's client.</param>
    /// <param name="ask">The requests.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ContainerizeException">CTZ0036 for one that is silent; or what <paramref name="ask"/>
    /// throws.</exception>
    internal async Task<T> AskAsync<T>(
        string registry,
        RegistryClient client,
        Func<CancellationToken, Task<T>> ask,
        CancellationToken cancellationToken
    )
    {
        var time = client.Patience.Time;
        if (_silent.TryGetValue(registry, out var known) && time.GetElapsedTime(known.Since) < Memory)
            throw known.Failure;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var asking = ask(end.Token);
        try
        {
            return await AnswerOfAsync(asking, registry, client, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (!asking.IsCompleted)
            {
                await end.CancelAsync().ConfigureAwait(false);
                // What becomes of it is of no interest.
                _ = asking.ContinueWith(task => task.Exception, TaskScheduler.Default);
            }
        }
    }

    private async Task<T> AnswerOfAsync<T>(
        Task<T> asking,
        string registry,
        RegistryClient client,
        CancellationToken cancellationToken
    )
    {
        var (limit, time) = client.Patience;
        var connection = client.Connection(registry);
        var answers = connection.Answers;
        while (true)
        {
            try
            {
                return await asking.WaitAsync(limit, time, cancellationToken).ConfigureAwait(false);
            }
            catch (TimeoutException) when (asking.IsCompleted)
            {
                return await asking.ConfigureAwait(false);
            }
            catch (TimeoutException) when (connection.Answers == answers)
            {
                var failure = Silent(registry, limit);
                _silent[registry] = (failure, time.GetTimestamp());
                throw failure;
            }
            catch (TimeoutException)
            {
                answers = connection.Answers;
            }
        }
    }

    private static ContainerizeException Silent(string registry, TimeSpan limit) =>
        new(
            DiagnosticTable.TransferStalled,
            $"{registry} was silent for {limit.TotalSeconds:0.#} s, and a cache is not waited for longer. Check the "
                + "name, the network and the proxy."
        );
}
