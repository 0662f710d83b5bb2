using System.Collections.Immutable;
using Containerize.Layers;
using Containerize.Layers.Caching;
using Containerize.Publishing.Layering;

namespace Containerize.Publishing.Ahead;

/// <summary>
/// Packs the layers <c>runtime</c> and <c>dependencies</c> into the cache while the project is compiled. What takes
/// long is done on threads that yield to the compiler. It is a guess: a layer counts only if the run, which knows the
/// publish folder alone, finds it under the key of what was published. A failure costs speed and nothing else, and
/// makes no message: the run reports what is wrong.
/// </summary>
public sealed class LayersAhead : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly AheadRequest _request;
    private readonly TimeProvider _time;
    private readonly BackgroundThreads _threads;
    private readonly Thread _worker;
    private ImmutableHashSet<string> _made = [];
    private string? _current;
    private ContentHashes? _hashes;
    private bool _isClosed;

    /// <summary>Begins.</summary>
    /// <param name="request">What is known of the publish.</param>
    /// <param name="time">The clock that files in the cache are marked by.</param>
    public LayersAhead(AheadRequest request, TimeProvider time)
    {
        (_request, _time) = (request, time);
        // One core is the compiler's.
        _threads = new BackgroundThreads(Math.Max(1, Environment.ProcessorCount - 1));
        // A thread of usual priority, for a thread inherits the priority of the one that starts it.
        _worker = new Thread(Work) { IsBackground = true, Name = "Containerize, ahead" };
        _worker.Start();
    }

    /// <summary>
    /// Says which layers the run needs. One of them that is being packed is finished, as fast as can be; everything
    /// else ends here.
    /// </summary>
    /// <param name="keys">The keys of its layers.</param>
    public void Claim(IEnumerable<LayerKey> keys)
    {
        var claimed = keys.Select(key => key.Hex).ToHashSet(StringComparer.Ordinal);
        lock (_gate)
        {
            if (_current is null || !claimed.Contains(_current))
                _stop.Cancel();
            _isClosed = true;
        }

        _threads.Hurry();
    }

    /// <summary>Whether the layer of this key was packed here, for who finds it in the cache.</summary>
    public bool HasMade(LayerKey key)
    {
        lock (_gate)
            return _current == key.Hex || _made.Contains(key.Hex);
    }

    /// <summary>What was hashed here of the files; null for nothing yet.</summary>
    public ContentHashes? Hashes => Volatile.Read(ref _hashes);

    /// <summary>Cancelled when the work is to end.</summary>
    internal CancellationToken Stopping => _stop.Token;

    /// <summary>Waits until nothing is packed any more.</summary>
    internal void Wait() => _worker.Join();

    /// <summary>Ends the work. A layer that is not finished leaves nothing.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isClosed = true;
            _stop.Cancel();
        }

        // Work that hangs in a file system does not make the build hang.
        if (!_worker.Join(Patience))
        {
            _threads.Close();
            return;
        }

        _threads.Dispose();
        _stop.Dispose();
    }

    private void Work()
    {
        try
        {
            Pack(_stop.Token);
        }
        catch (Exception)
        {
            // A thread that fails ends the process, which is the build's. A guess makes no error.
        }
    }

    private void Pack(CancellationToken cancellationToken)
    {
        var settings = _request.Settings;
        var hashes = ContentHashes.Read(_request.HashesFile, _time);
        Volatile.Write(ref _hashes, hashes);
        var folder = _request.OpenCache();
        var layers = Yielding(() =>
            LayerPlan.Some(
                _request.Folder,
                _request.Index,
                settings,
                name =>
                    name is LayerNames.Runtime or LayerNames.Dependencies
                    || name.StartsWith(LayerNames.OnePackage, StringComparison.Ordinal),
                content =>
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    return hashes.Of(content);
                }
            )
        );
        foreach (var layer in layers.TakeWhile(_ => !IsClosed))
        {
            var encoding = settings.Encodings.Of(layer.Name);
            var writer = new LayerWriter("", encoding, _request.Progress) { Scheduler = _threads };
            var cache = new LayerCache(folder, writer, encoding, hashes, _time);
            // Its files are read and hashed where that yields to others. What holds a lock that a run may wait for does
            // not: this thread writes, as fast as those that compress let it.
            Yielding(() => cache.KeyOf(layer, cancellationToken));
            var isMade = false;
            try
            {
                isMade = cache.MakeAheadAsync(layer, Begin, cancellationToken).GetAwaiter().GetResult();
            }
            finally
            {
                End(isMade);
            }
        }

        hashes.Write();
    }

    private T Yielding<T>(Func<T> work) =>
        Task.Factory.StartNew(work, _stop.Token, TaskCreationOptions.None, _threads).GetAwaiter().GetResult();

    // The run hashes what it needs by itself.
    private bool IsClosed
    {
        get
        {
            lock (_gate)
                return _isClosed;
        }
    }

    private bool Begin(LayerKey key)
    {
        lock (_gate)
        {
            _current = _isClosed ? null : key.Hex;
            return !_isClosed;
        }
    }

    private void End(bool isMade)
    {
        lock (_gate)
        {
            if (isMade)
                // Its key stays the current one until then: the cache has the layer a moment earlier.
                _made = _made.Add(_current!);
            _current = null;
        }
    }
}
