using System.Collections.Immutable;
using Containerize.Caching;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.IO;
using Containerize.Layers;
using Containerize.Layers.Caching;
using Containerize.Packages;
using Containerize.Publishing.Ahead;
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

    /// <summary>
    /// What else is to be written of the recipe and the base image, before the image goes anywhere: what fails here has
    /// pushed nothing.
    /// </summary>
    public Func<Recipe, Image, CancellationToken, Task> BeforePush { get; init; } = (_, _, _) => Task.CompletedTask;

    /// <summary>
    /// Looks at the packages of the operating system and their layers, before the image goes anywhere: what fails here
    /// has pushed nothing.
    /// </summary>
    public Func<PackageInstallation?, ImmutableArray<Layer>, CancellationToken, Task> CheckPackages { get; init; } =
        (_, _, _) => Task.CompletedTask;

    /// <summary>
    /// What goes into the places: the image, or an index with it, of the same config. Called before the image goes
    /// anywhere.
    /// </summary>
    public Func<ContainerBuildResult, CancellationToken, Task<ImageSet>> Complete { get; init; } =
        (made, _) => Task.FromResult<ImageSet>(made.Image);

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
        await CheckPackages(system.Packages, [.. system.Layers.Select(layer => layer.Layer)], cancellationToken)
            .ConfigureAwait(false);
        await BeforePush(recipe, found.Pulled, cancellationToken).ConfigureAwait(false);
        var made = new ContainerBuildResult(image, found.Image, recipe, project.Plan, [])
        {
            BaseDigest = found.Pulled.Digest,
            Packages = system.Packages,
            UnrunScripts = system.UnrunScripts,
            Layers = cached,
            Hashes = project.Hashes,
        };
        var images = await Complete(made, cancellationToken).ConfigureAwait(false);
        var reports = await Sinks.PushAsync(images, cancellationToken).ConfigureAwait(false);
        return made with
        {
            Image = images.Images[0],
            Images = images,
            Reports = reports,
            UnknownUser = await FindUnknownUserAsync(found.Pulled, project.Plan, layers, cancellationToken)
                .ConfigureAwait(false),
            BaseDoubt = FitnessOf(found, system).Objection(project.Program, Settings.Command.NeedsRuntime),
            Freshness = FreshnessOf(images),
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
    private ImageFreshness? FreshnessOf(ImageSet images) =>
        ImageFreshness.All([
            Base.Freshness,
            Packages is null ? ImageFreshness.None : Packages.Freshness,
            .. Sinks.Select(sink => sink.FreshnessOf(images)),
        ]);
}
