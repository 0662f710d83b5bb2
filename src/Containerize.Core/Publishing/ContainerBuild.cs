using System.Collections.Immutable;
using Containerize.Caching;
using Containerize.Images;
using Containerize.IO;
using Containerize.Packages;
using Containerize.Publishing.Ahead;
using Containerize.Publishing.Bases;
using Containerize.Publishing.Files;
using Containerize.Publishing.Settings;
using Containerize.Stores;

namespace Containerize.Publishing;

/// <summary>One run: a published project becomes an image in one or more places.</summary>
public sealed partial record ContainerBuild
{
    /// <summary>Where the base image comes from.</summary>
    public required IImageSource Base { get; init; }

    /// <summary>What the image runs on.</summary>
    public required Platform Platform { get; init; }

    /// <summary>The C library that the image is to have; null where no setting says it.</summary>
    public CLibrary? Library { get; init; }

    /// <summary>The full path of the publish folder.</summary>
    public required string PublishPath { get; init; }

    /// <summary>What the build knows of the published files.</summary>
    public required PublishIndex Index { get; init; }

    /// <summary>Files of the publish folder that the image leaves out: old ones, and symbols of native code.</summary>
    public IReadOnlySet<string> LeaveOut { get; init; } = ImmutableSortedSet<string>.Empty;

    /// <summary>What the project says about its container.</summary>
    public required ContainerSettings Settings { get; init; }

    /// <summary>The full path of a folder of ours for the finished layers; they stay there for the next run.</summary>
    public required string LayerPath { get; init; }

    /// <summary>Installs operating-system packages; null when none are asked for.</summary>
    public PackageInstaller? Packages { get; init; }

    /// <summary>Where finished layers are kept for other projects and runs; null for nowhere.</summary>
    public CacheFolder? Cache { get; init; }

    /// <summary>What packs layers while the project is compiled; null for nothing.</summary>
    public LayersAhead? Ahead { get; init; }

    /// <summary>
    /// Images in registries from which a layer with the digest of one of ours is mounted instead of being sent. Nothing
    /// in the image follows from them.
    /// </summary>
    public ImmutableArray<IImageSource> ReuseFrom { get; init; } = [];

    /// <summary>The clock that the cache goes by; nothing in the image does.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Receives the progress of packing layers.</summary>
    public IProgress<WorkProgress> Progress { get; init; } = NoProgress.Instance;

    /// <summary>Where the image goes.</summary>
    public required ImmutableArray<IImageSink> Sinks { get; init; }

    /// <summary>Makes the image and stores it everywhere.</summary>
    /// <exception cref="Diagnostics.ContainerizeException">For anything that a user can cause.</exception>
    public Task<ContainerBuildResult> RunAsync(CancellationToken cancellationToken) =>
        DamagedFiles.RepeatAsync(
            Cache,
            async () =>
            {
                using var built = await MakeAsync(cancellationToken).ConfigureAwait(false);
                return await built.PushAsync(built.Image, cancellationToken).ConfigureAwait(false);
            }
        );

    /// <summary>Makes the image, which goes nowhere yet.</summary>
    /// <exception cref="Diagnostics.ContainerizeException">For anything that a user can cause.</exception>
    public async Task<BuiltImage> MakeAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var maker = new LayerMaker(LayerPath, Settings.Encodings, Cache, Ahead, Progress, Time);
        // Side by side, each from a thread of its own: to get ready to speak to a registry takes as long as to look at
        // what was published.
        var finding = Task.Run(() => FindBaseAsync(stop.Token), stop.Token);
        var fetching = FetchAheadAsync(finding, stop.Token);
        var installing = InstallAsync(finding, maker, stop.Token);
        var making = Task.Run(() => MakeLayersAsync(installing, maker, stop.Token), stop.Token);
        var reusing = Task.Run(() => FindReusableAsync(stop.Token), stop.Token);
        Task[] all = [finding, fetching, installing, making, reusing];
        var isMade = false;
        try
        {
            // Of several failures the first is reported.
            await foreach (var done in Task.WhenEach(all).ConfigureAwait(false))
                await done.ConfigureAwait(false);
            maker.Finish();
            var built = BuiltImage.Create(
                this,
                await finding.ConfigureAwait(false),
                await installing.ConfigureAwait(false),
                await making.ConfigureAwait(false),
                await reusing.ConfigureAwait(false)
            );
            isMade = true;
            return built;
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(all).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!isMade && installing.IsCompletedSuccessfully)
                (await installing.ConfigureAwait(false)).Packages?.Dispose();
        }
    }
}
