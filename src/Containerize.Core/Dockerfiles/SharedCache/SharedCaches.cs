using System.Collections.Concurrent;
using System.Collections.Immutable;
using Containerize.Diagnostics;
using Containerize.Dockerfiles.StepCaching;
using Containerize.Images;
using Containerize.Stores.Registries.Client;
using Containerize.Stores.Registries.Pull;

namespace Containerize.Dockerfiles.SharedCache;

/// <summary>
/// The caches of steps that a build names. They are asked when a step is not known on this machine, and one that cannot
/// be used is a warning: the build does without it.
/// </summary>
/// <param name="from">The caches that are read, the first that knows a step counts.</param>
/// <param name="to">The caches that are written.</param>
/// <param name="client">The run's client.</param>
/// <param name="warn">Takes what is wrong with a cache.</param>
/// <param name="time">Says the day.</param>
/// <param name="patience">How long a registry is waited for, in all builds of a run; null for this one alone.</param>
public sealed class SharedCaches(
    ImmutableArray<CacheAddress> from,
    ImmutableArray<CacheAddress> to,
    RegistryClient client,
    Action<Diagnostic, string> warn,
    TimeProvider time,
    CachePatience? patience = null
) : ISharedSteps
{
    private readonly CachePatience _patience = patience ??= new CachePatience();
    private readonly ImmutableArray<SharedPlace> _places =
    [
        .. from.Select(address => new SharedPlace(
            address,
            to.Any(other => other.Reference == address.Reference),
            client,
            patience,
            warn
        )),
    ];
    private readonly ConcurrentDictionary<string, SharedPlace> _given = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Digest, SharedPlace> _tars = new();
    private readonly ConcurrentDictionary<Digest, bool> _checked = new();
    private int _refused;
    private volatile bool _isWriting;

    /// <summary>The steps whose results the build has to hand out; null for none.</summary>
    public SharedStepMode? Shares => to.IsEmpty ? null : to.Max(address => address.Mode);

    /// <inheritdoc/>
    public async Task<SharedStep?> FindAsync(string key, CancellationToken cancellationToken)
    {
        var all = await Task.WhenAll(_places.Select(place => place.ReadAsync(cancellationToken))).ConfigureAwait(false);
        foreach (var (place, steps) in _places.Zip(all))
        {
            if (place.IsRefused || !steps.Entries.TryGetValue(key, out var entry))
                continue;
            _given[key] = place;
            if (entry.Layer is { } made)
                _tars.TryAdd(made.DiffId, place);
            return new SharedStep(key, entry.Layer is { } layer ? LayerOf(place, layer) : null);
        }

        return null;
    }

    /// <inheritdoc/>
    public void Begin(CancellationToken cancellationToken)
    {
        foreach (var place in _places)
            // Who asks for a step gets what becomes of it.
            _ = place.ReadAsync(cancellationToken).ContinueWith(task => task.Exception, TaskScheduler.Default);
    }

    /// <summary>Builds, and builds again without a cache that turned out not to hold what it says.</summary>
    /// <param name="build">Builds, and reads all that the result needs.</param>
    public async Task<T> RunAsync<T>(Func<Task<T>> build)
    {
        while (true)
        {
            var refused = _refused;
            _given.Clear();
            _tars.Clear();
            _checked.Clear();
            try
            {
                return await build().ConfigureAwait(false);
            }
            catch (ContainerizeException) when (_refused > refused)
            {
                // Each time with one cache less.
            }
        }
    }

    /// <summary>Writes what a build has made to the caches that are written, each of them whatever becomes of the
    /// others. What another cache says of a step is not handed on unless its bytes were read here.</summary>
    /// <param name="steps">The results of its steps.</param>
    /// <param name="pushed">Where the image is in registries, which need not be sent its layers again.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ContainerizeException">CTZ0448 for the caches that cannot be written.</exception>
    public async Task WriteAsync(
        ImmutableArray<SharedStep> steps,
        ImmutableArray<ImageReference> pushed,
        CancellationToken cancellationToken
    )
    {
        _isWriting = true;
        var failures = new List<ContainerizeException>();
        foreach (var address in to)
        {
            try
            {
                await PushAsync(address, steps, pushed, cancellationToken).ConfigureAwait(false);
            }
            catch (ContainerizeException exception)
            {
                var failure = StepsPush.Failed(address, exception);
                if (address.IgnoresErrors)
                    warn(failure.Diagnostic, failure.Message);
                else
                    failures.Add(failure);
            }
        }

        if (failures is [var first, ..])
            throw new ContainerizeException(
                first.Diagnostic,
                string.Join(' ', failures.Select(failure => failure.Message))
                    + " With ',ignore-error=true' this is a warning.",
                first.InnerException
            );
    }

    private async Task PushAsync(
        CacheAddress address,
        ImmutableArray<SharedStep> steps,
        ImmutableArray<ImageReference> pushed,
        CancellationToken cancellationToken
    )
    {
        while (true)
        {
            var refused = _refused;
            try
            {
                await new StepsPush(address, client, warn, time)
                {
                    Patience = _patience,
                    Refused = _places.FirstOrDefault(place =>
                        place.IsRefused && place.Address.Reference == address.Reference
                    ),
                }
                    .RunAsync(
                        [
                            .. steps.Where(step =>
                                (address.Mode == SharedStepMode.Max || step.IsOfImage) && MayWrite(step, address)
                            ),
                        ],
                        pushed,
                        cancellationToken
                    )
                    .ConfigureAwait(false);
                return;
            }
            catch (ContainerizeException) when (_refused > refused)
            {
                // Again, without the steps of the cache that turned out not to have them.
            }
        }
    }

    // A layer that a cache names by its tar comes from there, whichever step made it here.
    private bool MayWrite(SharedStep step, CacheAddress address)
    {
        if (
            !_given.TryGetValue(step.Key, out var place)
            && (step.Layer is not { } made || !_tars.TryGetValue(made.DiffId, out place))
        )
            return true;
        return (step.Layer is { } layer && _checked.ContainsKey(layer.DiffId))
            || (!place.IsRefused && place.Address.Reference == address.Reference);
    }

    private SharedLayer LayerOf(SharedPlace place, StepEntryLayer layer) =>
        new(layer.DiffId, layer.Length, layer.Format, BlobOf(place.Address.Reference, layer.Stored))
        {
            Checked = () => _checked[layer.DiffId] = true,
            Refused = exception => Refuse(place, exception),
        };

    // It is waited for, too.
    private Blob BlobOf(ImageReference place, Descriptor stored) =>
        new RegistryContents(place, client).Blob(stored) with
        {
            OpenAsync = cancellationToken =>
                _patience.AskAsync(
                    place,
                    CachePart.Layer,
                    client,
                    (patient, token) => new RegistryContents(place, patient).Blob(stored).OpenAsync(token),
                    cancellationToken
                ),
        };

    private ContainerizeException Refuse(SharedPlace place, ContainerizeException exception)
    {
        var diagnostic = StepsTag.IsInvalid(exception)
            ? DiagnosticTable.SharedCacheInvalid
            : DiagnosticTable.SharedCacheUnavailable;
        var refusal = new ContainerizeException(
            diagnostic,
            $"The cache {place.Address} is not used in this build, and its steps are "
                + $"{(_isWriting ? "not written" : "done here")}: {exception.Message}",
            exception
        );
        if (place.Refuse(exception))
        {
            warn(diagnostic, refusal.Message);
            Interlocked.Increment(ref _refused);
        }

        return refusal;
    }
}
