using System.Collections.Immutable;
using Containerize.Caching;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.IO;
using Containerize.Layers;
using Containerize.Layers.Caching;
using Containerize.Packages;
using Containerize.Publishing.Bases;
using Containerize.Publishing.Files;
using Containerize.Publishing.Layering;
using Containerize.Publishing.Settings;
using Containerize.Recipes;
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

    /// <summary>Files of the publish folder that are no part of the image: what earlier publishes left, and symbols of
    /// native code.</summary>
    public IReadOnlySet<string> LeaveOut { get; init; } = ImmutableSortedSet<string>.Empty;

    /// <summary>What the project says about its container.</summary>
    public required ContainerSettings Settings { get; init; }

    /// <summary>The full path of a folder of ours for the finished layers; they stay there for the next run.</summary>
    public required string LayerPath { get; init; }

    /// <summary>Installs operating-system packages; null when none are asked for.</summary>
    public PackageInstaller? Packages { get; init; }

    /// <summary>Where finished layers are kept for other projects and runs; null for nowhere.</summary>
    public CacheFolder? Cache { get; init; }

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

    /// <summary>
    /// What else is to be written of the recipe and the base image, before the image goes anywhere: what fails here has
    /// pushed nothing.
    /// </summary>
    public Func<Recipe, Image, CancellationToken, Task> BeforePush { get; init; } = (_, _, _) => Task.CompletedTask;

    /// <summary>Makes the image and stores it everywhere.</summary>
    /// <exception cref="Diagnostics.ContainerizeException">For anything that a user can cause.</exception>
    public async Task<ContainerBuildResult> RunAsync(CancellationToken cancellationToken)
    {
        for (var damaged = Cache?.Damaged; ; damaged = Cache!.Damaged)
        {
            try
            {
                return await RunOnceAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (ContainerizeException) when (Cache?.Damaged > damaged)
            {
                // A file of the cache was not what it should be, which its reader could tell at its end only. It is
                // gone, and no place has a part of the image: they take it whole or not at all.
            }
        }
    }

    private async Task<ContainerBuildResult> RunOnceAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var maker = new LayerMaker(this);
        // Side by side, each from a thread of its own: to get ready to speak to a registry takes as long as to look at
        // what was published.
        var finding = Task.Run(() => FindBaseAsync(stop.Token), stop.Token);
        var fetching = FetchAheadAsync(finding, stop.Token);
        var installing = InstallAsync(finding, maker, stop.Token);
        var making = Task.Run(() => MakeLayersAsync(installing, maker, stop.Token), stop.Token);
        var reusing = Task.Run(() => FindReusableAsync(stop.Token), stop.Token);
        Task[] all = [finding, fetching, installing, making, reusing];
        try
        {
            // Of several failures the first is reported.
            await foreach (var done in Task.WhenEach(all).ConfigureAwait(false))
                await done.ConfigureAwait(false);
            maker.Finish();
            return await PushAsync(
                    await finding.ConfigureAwait(false),
                    await installing.ConfigureAwait(false),
                    await making.ConfigureAwait(false),
                    await reusing.ConfigureAwait(false),
                    cancellationToken
                )
                .ConfigureAwait(false);
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(all).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (installing.IsCompletedSuccessfully)
                (await installing.ConfigureAwait(false)).Packages?.Dispose();
        }
    }

    private async Task<ContainerBuildResult> PushAsync(
        FoundBase found,
        SystemLayers system,
        ProjectLayers project,
        ReusableLayers reusable,
        CancellationToken cancellationToken
    )
    {
        var cached = project.Layers.InsertRange(0, system.Layers);
        var layers = cached.Select(layer => layer.Layer).ToImmutableArray();
        var recipe = ContainerRecipe.Create(RecipeBase.Of(Base, found.Image, found.Pulled.Digest), layers, Settings);
        var image = recipe.ApplyTo(found.Image, Settings.Created).WithOrigins(blob => reusable.Find(blob.Descriptor));
        await BeforePush(recipe, found.Pulled, cancellationToken).ConfigureAwait(false);
        var reports = await Sinks.PushAsync(image, cancellationToken).ConfigureAwait(false);
        return new ContainerBuildResult(image, found.Image, recipe, project.Plan, reports)
        {
            BaseDigest = found.Pulled.Digest,
            UnknownUser = await FindUnknownUserAsync(found.Pulled, project.Plan, layers, cancellationToken)
                .ConfigureAwait(false),
            BaseDoubt = FitnessOf(found, system).Objection(project.Program, Settings.Command.NeedsRuntime),
            Packages = system.Packages,
            UnrunScripts = system.UnrunScripts,
            Layers = cached,
            Hashes = project.Hashes,
            Freshness = FreshnessOf(image),
        };
    }

    private BaseFitness FitnessOf(FoundBase found, SystemLayers system) =>
        new()
        {
            From = Base.Name,
            Reference = Base.Reference,
            Base = found.Pulled,
            Packages = system.Packages is { } installed ? [.. installed.Packages.Select(package => package.Name)] : [],
            AddedFiles = [.. Settings.Files.Select(file => file.Path.Name)],
        };

    private async Task<string?> FindUnknownUserAsync(
        Image pulled,
        LayerPlan plan,
        ImmutableArray<Layer> layers,
        CancellationToken cancellationToken
    )
    {
        if (Settings.User is null)
            return null;
        var withAccounts = plan
            .Layers.Where(ContainerUser.HasAccounts)
            .Select(layer => layer.Name)
            .Append(LayerNames.Packages)
            .ToHashSet();
        return await ContainerUser
            .FindUnknownAsync(
                Settings.User,
                pulled,
                layers.Where(layer => withAccounts.Contains(layer.Name)),
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    // Which packages there are is for their source to say, unless all of them are locked.
    private ImageFreshness? FreshnessOf(Image image) =>
        ImageFreshness.All([
            Base.Freshness,
            Packages is null ? ImageFreshness.None : Packages.Freshness,
            .. Sinks.Select(sink => sink.FreshnessOf(image)),
        ]);
}

/// <summary>What a run made.</summary>
/// <param name="Image">The image.</param>
/// <param name="BaseImage">What it was made on.</param>
/// <param name="Recipe">How it was made.</param>
/// <param name="Plan">Which file lies in which layer.</param>
/// <param name="Reports">Where it went.</param>
public sealed record ContainerBuildResult(
    Image Image,
    Image BaseImage,
    Recipe Recipe,
    LayerPlan Plan,
    ImmutableArray<PushReport> Reports
)
{
    /// <summary>The digest of the base's manifest as it was found, before its media types changed.</summary>
    public required Digest BaseDigest { get; init; }

    /// <summary>A user or group that the container is to run as and the image does not know; null where none is
    /// found.</summary>
    public string? UnknownUser { get; init; }

    /// <summary>What the app will miss in the base image, as far as that is known; null for nothing.</summary>
    public string? BaseDoubt { get; init; }

    /// <summary>The operating-system packages that were installed; their bytes are gone. Null when none were asked
    /// for.</summary>
    public PackageInstallation? Packages { get; init; }

    /// <summary>The packages with maintainer scripts whose effect is missing.</summary>
    public ImmutableArray<string> UnrunScripts { get; init; } = [];

    /// <summary>The project's layers, lowest first, and where each was had from.</summary>
    public ImmutableArray<CachedLayer> Layers { get; init; } = [];

    /// <summary>What the run read of files that went into layers; null without a cache.</summary>
    public ContentHashes? Hashes { get; init; }

    /// <summary>How the next build checks that base and outputs are unchanged; null where it must build to
    /// know.</summary>
    public ImageFreshness? Freshness { get; init; }
}
