using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.IO;
using Containerize.Stores.Registries.Client;

namespace Containerize.Dockerfiles.SharedCache;

/// <summary>A cache of steps that a build reads.</summary>
internal sealed class SharedPlace
{
    private readonly AsyncOnce<StepsManifest> _steps;
    private int _refused;
    private Digest? _seen;

    /// <summary>A cache that is read when it is first asked.</summary>
    /// <param name="address">The cache.</param>
    /// <param name="isWritten">Whether the build writes it too, so that it need not be there.</param>
    /// <param name="client">The run's client.</param>
    /// <param name="patience">How long its registry is waited for.</param>
    /// <param name="warn">Takes what is wrong with it.</param>
    public SharedPlace(
        CacheAddress address,
        bool isWritten,
        RegistryClient client,
        CachePatience patience,
        Action<Diagnostic, string> warn
    )
    {
        Address = address;
        _steps = new AsyncOnce<StepsManifest>(token =>
            ReadOnceAsync(isWritten, warn, () => StepsTag.ReadAsync(address, client, patience, token))
        );
    }

    public CacheAddress Address { get; }

    public bool IsRefused => Volatile.Read(ref _refused) != 0;

    /// <summary>The digest of what the tag named when it turned out to hold something else than it says; null for
    /// a cache that is whole, or was only out of reach.</summary>
    public Digest? Broken { get; private set; }

    /// <summary>Does without the cache from now on.</summary>
    /// <returns>Whether it was not refused before.</returns>
    public bool Refuse(ContainerizeException exception)
    {
        if (StepsTag.IsInvalid(exception) || exception.Diagnostic == DiagnosticTable.ImageNotFound)
            Broken = _seen;
        return Interlocked.Exchange(ref _refused, 1) == 0;
    }

    public Task<StepsManifest> ReadAsync(CancellationToken cancellationToken) => _steps.GetAsync(cancellationToken);

    private async Task<StepsManifest> ReadOnceAsync(
        bool isWritten,
        Action<Diagnostic, string> warn,
        Func<Task<StepsTag>> read
    )
    {
        try
        {
            var tag = await read().ConfigureAwait(false);
            _seen = tag.Now;
            if (tag.Steps is null && !isWritten)
                warn(
                    DiagnosticTable.SharedCacheUnavailable,
                    $"There is no cache {Address}, so every step is looked for on this machine alone. Check the "
                        + "name, or let a build write it with --cache-to (in a project ContainerDockerfileCacheTo)."
                );
            else if (tag.IsForeign || tag.Fault is not null)
                warn(
                    DiagnosticTable.SharedCacheInvalid,
                    $"{Address} is no cache that can be read, and is not used: "
                        + (tag.Fault?.Message ?? "it holds something else, such as an image or BuildKit's cache.")
                );
            return tag.Steps ?? StepsManifest.None;
        }
        catch (ContainerizeException exception)
        {
            warn(
                DiagnosticTable.SharedCacheUnavailable,
                $"The cache {Address} cannot be reached, and is not used: {exception.Message}"
            );
            return StepsManifest.None;
        }
    }
}
