namespace Containerize.IO;

/// <summary>Makes a value once, however many ask for it at a time; after a failure or a change the next one makes it
/// again.</summary>
#pragma warning disable CA1001 // a semaphore whose wait handle is never asked for holds nothing to dispose of
internal sealed class AsyncOnce<T>(Func<CancellationToken, Task<T>> make)
#pragma warning restore CA1001
    where T : class
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private volatile T? _value;

    /// <summary>The value, made now unless it is there and still good.</summary>
    public async Task<T> GetAsync(CancellationToken cancellationToken, Func<T, bool>? isGood = null)
    {
        if (_value is { } ready && isGood?.Invoke(ready) != false)
            return ready;
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_value is { } made && isGood?.Invoke(made) != false)
                return made;
            return _value = await make(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Forgets the value if it is the one meant; another may have been made meanwhile.</summary>
    public void Forget(Func<T, bool> isMeant)
    {
        if (_value is { } value && isMeant(value))
            Interlocked.CompareExchange(ref _value, null, value);
    }
}
