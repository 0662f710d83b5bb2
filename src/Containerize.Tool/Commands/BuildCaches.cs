using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.CommandLine;
using Containerize.Diagnostics;
using Containerize.Dockerfiles;
using Containerize.Dockerfiles.SharedCache;
using Containerize.Images;
using Containerize.Stores.Registries.Client;
using Containerize.Tool.Output;

namespace Containerize.Tool.Commands;

/// <summary>The caches in registries that a command line names. Offline none is read or written.</summary>
internal sealed class BuildCaches(BuildOptions options, ParseResult line)
{
    /// <summary>Those that are read.</summary>
    /// <exception cref="ContainerizeException">CTZ0449, CTZ0455, CTZ0001.</exception>
    public ImmutableArray<CacheAddress> From { get; } =
        line.GetValue(options.Offline)
            ? []
            :
            [
                .. (line.GetValue(options.CacheFrom) ?? []).Select(text =>
                    CacheAddress.Parse(text, options.CacheFrom.Name, isWritten: false)
                ),
            ];

    private readonly ImmutableArray<CacheAddress> _to =
    [
        .. (line.GetValue(options.CacheTo) ?? []).Select(text =>
            CacheAddress.Parse(text, options.CacheTo.Name, isWritten: true)
        ),
    ];

    private readonly bool _isOffline = line.GetValue(options.Offline);
    private readonly ConcurrentQueue<string> _warnings = new();

    /// <summary>What the screen showed of them, for programs.</summary>
    public IEnumerable<string> Warnings => _warnings;

    /// <summary>The registries of those that are written.</summary>
    public IEnumerable<string> WrittenRegistries => Written.Select(cache => cache.Reference.Registry);

    private ImmutableArray<CacheAddress> Written => _isOffline ? [] : _to;

    /// <summary>Refuses a cache that is to be written under a name of an image.</summary>
    /// <exception cref="ContainerizeException">CTZ0464.</exception>
    public void RefuseImages(IEnumerable<ImageReference> images) =>
        CacheAddress.RefuseImages(Written, images, options.CacheTo.Name);

    /// <summary>All of them, in a run.</summary>
    public SharedCaches Open(RegistryClient client, Screen screen, CachePatience patience)
    {
        foreach (var cache in _to.Except(Written))
            screen.Note($"The cache {cache} is not written: --offline is given.");
        return new(From, Written, client, Warn, TimeProvider.System, patience);

        void Warn(Diagnostic diagnostic, string message)
        {
            screen.Warn(diagnostic, message);
            Note(diagnostic, message);
        }
    }

    /// <summary>Writes what the build made.</summary>
    /// <param name="shared">The caches.</param>
    /// <param name="built">What the build made.</param>
    /// <param name="pushed">Where the image is in registries.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Why a cache could not be written; null where all are.</returns>
    public async Task<ContainerizeException?> WriteAsync(
        SharedCaches shared,
        DockerfileBuildResult built,
        ImmutableArray<ImageReference> pushed,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await shared.WriteAsync(built.Shared, pushed, cancellationToken);
            return null;
        }
        catch (ContainerizeException exception)
        {
            Note(exception.Diagnostic, exception.Message);
            return exception;
        }
    }

    private void Note(Diagnostic diagnostic, string message) =>
        _warnings.Enqueue($"{diagnostic.Code}: {CommandAdvice.Of(message)}");
}
