using System.Collections.Immutable;
using Containerize.Diagnostics;
using Containerize.Dockerfiles.StepCaching;
using Containerize.Images;
using Containerize.IO;
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
public sealed class SharedCaches(
    ImmutableArray<CacheAddress> from,
    ImmutableArray<CacheAddress> to,
    RegistryClient client,
    Action<Diagnostic, string> warn,
    TimeProvider time
) : ISharedSteps
{
    private readonly ImmutableArray<Place> _places =
    [
        .. from.Select(address => new Place(
            address,
            to.Any(other => other.Reference == address.Reference),
            client,
            warn
        )),
    ];
    private int _refused;

    /// <summary>The steps whose results the build has to hand out; null for none.</summary>
    public SharedStepMode? Shares => to.IsEmpty ? null : to.Max(address => address.Mode);

    /// <inheritdoc/>
    public async Task<SharedStep?> FindAsync(string key, CancellationToken cancellationToken)
    {
        var all = await Task.WhenAll(_places.Select(place => place.ReadAsync(cancellationToken))).ConfigureAwait(false);
        foreach (var (place, steps) in _places.Zip(all))
        {
            if (!place.IsRefused && steps.Entries.TryGetValue(key, out var entry))
                return new SharedStep(key, entry.Layer is { } layer ? LayerOf(place, layer) : null);
        }

        return null;
    }

    /// <summary>Builds, and builds again without a cache that turned out not to hold what it says.</summary>
    /// <param name="build">Builds, and reads all that the result needs.</param>
    public async Task<T> RunAsync<T>(Func<Task<T>> build)
    {
        while (true)
        {
            var refused = _refused;
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

    /// <summary>Writes what a build has made to the caches that are written.</summary>
    /// <param name="steps">The results of its steps.</param>
    /// <param name="pushed">Where the image is in registries, which need not be sent its layers again.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ContainerizeException">CTZ0448 for a cache that cannot be written.</exception>
    public async Task WriteAsync(
        ImmutableArray<SharedStep> steps,
        ImmutableArray<ImageReference> pushed,
        CancellationToken cancellationToken
    )
    {
        foreach (var address in to)
        {
            try
            {
                await new StepsPush(address, client, warn, time)
                    .RunAsync(
                        [.. steps.Where(step => address.Mode == SharedStepMode.Max || step.IsOfImage)],
                        pushed,
                        cancellationToken
                    )
                    .ConfigureAwait(false);
            }
            catch (ContainerizeException exception)
            {
                var failure = StepsPush.Failed(address, exception);
                if (!address.IgnoresErrors)
                    throw new ContainerizeException(
                        failure.Diagnostic,
                        failure.Message + " With ',ignore-error=true' this is a warning.",
                        exception
                    );
                warn(failure.Diagnostic, failure.Message);
            }
        }
    }

    private SharedLayer LayerOf(Place place, StepEntryLayer layer) =>
        new(
            layer.DiffId,
            layer.Length,
            layer.Format,
            new RegistryContents(place.Address.Reference, client).Blob(layer.Stored)
        )
        {
            Refused = exception => Refuse(place, exception),
        };

    private ContainerizeException Refuse(Place place, ContainerizeException exception)
    {
        var diagnostic = StepsTag.IsInvalid(exception)
            ? DiagnosticTable.SharedCacheInvalid
            : DiagnosticTable.SharedCacheUnavailable;
        var refusal = new ContainerizeException(
            diagnostic,
            $"The cache {place.Address} is not used in this build, and its steps are done here: {exception.Message}",
            exception
        );
        if (place.Refuse())
        {
            warn(diagnostic, refusal.Message);
            Interlocked.Increment(ref _refused);
        }

        return refusal;
    }

    private sealed class Place
    {
        private readonly AsyncOnce<StepsManifest> _steps;
        private int _refused;

        public Place(CacheAddress address, bool isWritten, RegistryClient client, Action<Diagnostic, string> warn)
        {
            Address = address;
            _steps = new AsyncOnce<StepsManifest>(token => ReadOnceAsync(address, isWritten, client, warn, token));
        }

        public CacheAddress Address { get; }

        public bool IsRefused => Volatile.Read(ref _refused) != 0;

        /// <returns>Whether it was not refused before.</returns>
        public bool Refuse() => Interlocked.Exchange(ref _refused, 1) == 0;

        public Task<StepsManifest> ReadAsync(CancellationToken cancellationToken) => _steps.GetAsync(cancellationToken);

        private static async Task<StepsManifest> ReadOnceAsync(
            CacheAddress address,
            bool isWritten,
            RegistryClient client,
            Action<Diagnostic, string> warn,
            CancellationToken cancellationToken
        )
        {
            try
            {
                var tag = await StepsTag.ReadAsync(address, client, cancellationToken).ConfigureAwait(false);
                if (tag.Steps is null && !isWritten)
                    warn(
                        DiagnosticTable.SharedCacheUnavailable,
                        $"There is no cache {address}, so every step is looked for on this machine alone. Check the "
                            + "name, or let a build write it: --cache-to, in a project ContainerDockerfileCacheTo."
                    );
                else if (tag.IsForeign || tag.Fault is not null)
                    warn(
                        DiagnosticTable.SharedCacheInvalid,
                        $"{address} is no cache that can be read, and is not used: "
                            + (tag.Fault?.Message ?? "it holds something else, such as an image or BuildKit's cache.")
                    );
                return tag.Steps ?? StepsManifest.None;
            }
            catch (ContainerizeException exception)
            {
                warn(
                    DiagnosticTable.SharedCacheUnavailable,
                    $"The cache {address} cannot be reached, and is not used: {exception.Message}"
                );
                return StepsManifest.None;
            }
        }
    }
}
