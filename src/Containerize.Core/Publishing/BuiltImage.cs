using System.Collections.Immutable;
using Containerize.Images;
using Containerize.Layers.Caching;
using Containerize.Packages;
using Containerize.Publishing.Bases;
using Containerize.Recipes;
using Containerize.Stores;

namespace Containerize.Publishing;

/// <summary>An image that is made, and goes where it belongs when its owner has seen it.</summary>
public sealed class BuiltImage : IDisposable
{
    private readonly ContainerBuild _build;
    private readonly FoundBase _found;
    private readonly SystemLayers _system;
    private readonly ProjectLayers _project;

    private BuiltImage(
        ContainerBuild build,
        FoundBase found,
        SystemLayers system,
        ProjectLayers project,
        ReusableLayers reusable
    )
    {
        (_build, _found, _system, _project) = (build, found, system, project);
        Layers = [.. system.Layers, .. project.Layers.Select(layer => layer.Made)];
        Recipe = ContainerRecipe.Create(
            RecipeBase.Of(build.Base, found.Image, found.Pulled.Digest),
            [.. Layers.Select(layer => layer.Layer)],
            build.Settings
        );
        Image = Recipe.ApplyTo(found.Image, build.Settings.Created).WithOrigins(blob => reusable.Find(blob.Descriptor));
    }

    internal static BuiltImage Create(
        ContainerBuild build,
        FoundBase found,
        SystemLayers system,
        ProjectLayers project,
        ReusableLayers reusable
    ) => new(build, found, system, project, reusable);

    /// <summary>The image.</summary>
    public Image Image { get; }

    /// <summary>How it was made.</summary>
    public Recipe Recipe { get; }

    /// <summary>The project's layers, lowest first.</summary>
    public ImmutableArray<CachedLayer> Layers { get; }

    /// <summary>The base image as it was found.</summary>
    public Image BaseImage => _found.Pulled;

    /// <summary>The operating-system packages that were installed; null when none were asked for.</summary>
    public PackageInstallation? Packages => _system.Packages;

    /// <summary>The layer of the packages; null for none.</summary>
    public Layer? PackagesLayer => _system.Layers.FirstOrDefault()?.Layer;

    /// <summary>What is known of the image before it goes anywhere.</summary>
    public ContainerBuildResult Made =>
        new(Image, _found.Image, Recipe, _project.Plan, [])
        {
            Placed = _project.Placed,
            BaseDigest = _found.Pulled.Digest,
            Packages = _system.Packages,
            UnrunScripts = _system.UnrunScripts,
            Layers = Layers,
            Hashes = _project.Hashes,
        };

    /// <summary>Stores the image everywhere.</summary>
    /// <param name="images">The image, or an index with it, of the same config.</param>
    /// <param name="cancellationToken">Ends the push.</param>
    /// <exception cref="Diagnostics.ContainerizeException">The codes of the places.</exception>
    public async Task<ContainerBuildResult> PushAsync(ImageSet images, CancellationToken cancellationToken)
    {
        var reports = await _build.Sinks.PushAsync(images, cancellationToken).ConfigureAwait(false);
        return Made with
        {
            Image = images.Images[0],
            Images = images,
            Reports = reports,
            UnknownUser = await FindUnknownUserAsync(cancellationToken).ConfigureAwait(false),
            BaseDoubt = Fitness.Objection(_project.Program, _build.Settings.Command.NeedsRuntime),
            Freshness = FreshnessOf(images),
        };
    }

    /// <summary>Frees the files of the packages.</summary>
    public void Dispose() => _system.Packages?.Dispose();

    private BaseFitness Fitness =>
        new()
        {
            From = _build.Base.Name,
            Reference = _build.Base.Reference,
            Base = _found.Pulled,
            Packages = _system.Packages is { } installed ? [.. installed.Packages.Select(package => package.Name)] : [],
            AddedFiles = [.. _build.Settings.Files.Select(file => file.Path.Name)],
        };

    // Which packages there are is for their source to say, unless all of them are locked.
    private ImageFreshness? FreshnessOf(ImageSet images) =>
        ImageFreshness.All([
            _build.Base.Freshness,
            _build.Packages is null ? ImageFreshness.None : _build.Packages.Freshness,
            .. _build.Sinks.Select(sink => sink.FreshnessOf(images)),
        ]);

    private async Task<string?> FindUnknownUserAsync(CancellationToken cancellationToken) =>
        _build.Settings.User is { } user
            ? await UserCheck
                .FindUnknownAsync(
                    user,
                    _found.Pulled,
                    _system
                        .Layers.Concat(
                            _project
                                .Layers.Where(layer => UserCheck.HasAccounts(layer.Plan))
                                .Select(layer => layer.Made)
                        )
                        .Select(layer => layer.Layer),
                    cancellationToken
                )
                .ConfigureAwait(false)
            : null;
}
