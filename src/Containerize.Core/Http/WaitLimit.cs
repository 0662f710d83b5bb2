namespace Containerize.Http;

/// <summary>
/// How long a run waits for what it can do without while not a byte of it comes. Each byte begins the time again, and
/// neither a lost connection nor a refusal that may pass does. What this machine is asked meanwhile, such as a program
/// that keeps passwords, has limits of its own and does not count.
/// </summary>
/// <param name="limit">The longest wait.</param>
/// <param name="time">The clock.</param>
internal sealed class WaitLimit(TimeSpan limit, TimeProvider time)
{
    private long _since = time.GetTimestamp();
    private int _held;

    /// <summary>Takes what ended the last attempt when there is no time for another one, and how long the server asks
    /// to be left alone.</summary>
    public Action<TransientException> Over { get; init; } = _ => { };

    /// <summary>What is left of the wait; zero or less when it is over.</summary>
    public TimeSpan Left =>
        Volatile.Read(ref _held) > 0 ? limit : limit - time.GetElapsedTime(Interlocked.Read(ref _since));

    /// <summary>The time begins again.</summary>
    public void Renew() => Interlocked.Exchange(ref _since, time.GetTimestamp());

    /// <summary>Waits for this machine, for which the time stands still.</summary>
    public async Task<T> HoldAsync<T>(Task<T> work)
    {
        // What is known already is no reason to begin again.
        if (work.IsCompleted)
            return await work.ConfigureAwait(false);
        Interlocked.Increment(ref _held);
        try
        {
            return await work.ConfigureAwait(false);
        }
        finally
        {
            Renew();
            Interlocked.Decrement(ref _held);
        }
    }
}
