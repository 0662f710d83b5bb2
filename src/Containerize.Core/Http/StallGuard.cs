namespace Containerize.Http;

/// <summary>Ends what does not move: its token is cancelled when nothing was reported for the limit.</summary>
internal sealed class StallGuard : IDisposable
{
    private readonly TimeSpan _limit;
    private readonly CancellationTokenSource _timer;
    private readonly CancellationTokenSource _either;
    private readonly CancellationToken _caller;

    public StallGuard(TimeSpan limit, TimeProvider time, CancellationToken caller)
    {
        _limit = limit;
        _caller = caller;
        _timer = new CancellationTokenSource(limit, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_timer.Token, caller);
    }

    /// <summary>For everything that is guarded.</summary>
    public CancellationToken Token => _either.Token;

    /// <summary>Whether the limit, not the caller, ended it.</summary>
    public bool Stalled => _timer.IsCancellationRequested && !_caller.IsCancellationRequested;

    /// <summary>Something moved: the limit counts from now.</summary>
    public void Moved() => _timer.CancelAfter(_limit);

    /// <summary>The next move may take this long.</summary>
    public void Allow(TimeSpan limit) => _timer.CancelAfter(limit);

    public void Dispose()
    {
        _either.Dispose();
        _timer.Dispose();
    }
}
