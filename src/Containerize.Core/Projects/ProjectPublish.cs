using System.Collections.Immutable;
using Containerize.Attestations;
using Containerize.Attestations.Registries;
using Containerize.Caching;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Inspection.Explaining;
using Containerize.IO;
using Containerize.Packages;
using Containerize.Packages.Sources;
using Containerize.Projects.Documents;
using Containerize.Projects.Platforms;
using Containerize.Publishing;
using Containerize.Publishing.Ahead;
using Containerize.Publishing.Bases;
using Containerize.Publishing.Files;
using Containerize.Publishing.Outputs;
using Containerize.Recipes;
using Containerize.Reporting;
using Containerize.Stores;
using Containerize.Stores.Registries.Pull;

namespace Containerize.Projects;

/// <summary>The publish of a project as an image: from its settings to all that is written and pushed.</summary>
/// <param name="Plan">The settings, and where the project is.</param>
public sealed record ProjectPublish(ProjectPlan Plan)
{
    /// <summary>The base image.</summary>
    public required BaseOptions Base { get; init; }

    /// <summary>The documents about the image.</summary>
    public required DocumentOptions Documents { get; init; }

    /// <summary>What goes to registries beside the image.</summary>
    public required DeliveryOptions Delivery { get; init; }

    /// <summary>Warnings about the image.</summary>
    public required PublishWarnings Warnings { get; init; }

    /// <summary>Receives lines and warnings.</summary>
    public required IProjectLog Log { get; init; }

    /// <summary>Receives the progress of packing and fetching.</summary>
    public required IProgress<WorkProgress> Progress { get; init; }

    /// <summary>What packs layers while the project is compiled; null for nothing.</summary>
    public LayersAhead? Ahead { get; init; }

    /// <summary>Images in registries whose layers are mounted.</summary>
    public ImmutableArray<string> ReuseFrom { get; init; } = [];

    /// <summary>Publishes.</summary>
    /// <param name="sources">Opens images.</param>
    /// <param name="outputs">What the run writes.</param>
    /// <param name="leftOut">Paths below the publish folder that are no part of the image.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <exception cref="ContainerizeException">For anything that a user can cause.</exception>
    public async Task<FinishedPublish> RunAsync(
        ProjectSources sources,
        OwnOutputs outputs,
        ImmutableSortedSet<string> leftOut,
        CancellationToken cancellationToken
    )
    {
        var paths = Plan.Paths;
        CachePlace.RefuseInside(sources.Cache.Path, paths.PublishFolder, "the publish folder");
        var documents = new ProjectDocuments(Documents);
        // The one that pushes the images of several platforms opens the key.
        var delivery = (
            paths.IsOneOfSeveral ? Delivery with { Key = "", Command = "", Certificate = "", Signing = "" } : Delivery
        ).Open(Plan.Destinations, sources.Client, Log);
        // The folder with the outputs of several platforms is remembered by the one that writes into it.
        if (!paths.IsOneOfSeveral && paths.HistoryFolder.Length > 0)
            outputs.Remember(paths.OutputsList, paths.ProjectFolder);
        var (location, packages) = await FindBaseAsync(sources, outputs, leftOut, cancellationToken)
            .ConfigureAwait(false);
        var opened = await sources.OpenAsync(location, cancellationToken).ConfigureAwait(false);
        using var disposable = opened as IDisposable;
        var source = await Base.SignedAsync(opened, packages, paths, sources, Delivery.Keys, cancellationToken)
            .ConfigureAwait(false);
        using var http = packages.IsIdle ? null : sources.CreatePackageClient();
        var build = CreateBuild(source, sources) with
        {
            LeaveOut = leftOut,
            Packages = http is null
                ? null
                : new PackageInstaller(packages, http, new TransferOptions { Progress = Progress }),
        };
        var isIndex = delivery.Mode == AttestationMode.Index && !paths.IsOneOfSeveral;
        Task<ImageDocuments>? writing = null;
        var sending = Task.CompletedTask;
        var result = await DamagedFiles
            .RepeatAsync(
                sources.Cache,
                async () =>
                {
                    using var built = await build.MakeAsync(cancellationToken).ConfigureAwait(false);
                    // What fails here has pushed nothing.
                    await documents.CheckAsync(built, paths.Platform, cancellationToken).ConfigureAwait(false);
                    LogExplanation(BaseFacts.Of(source, built.BaseImage), packages, leftOut);
                    await WriteDockerfileAsync(built, cancellationToken).ConfigureAwait(false);
                    // The documents are written while the image is sent, unless they are a part of it.
                    var made = built.Made;
                    writing = Task.Run(
                        () => documents.OfAsync(made, Plan.Settings, source.Reference),
                        cancellationToken
                    );
                    if (!paths.IsOneOfSeveral)
                        sending = delivery.SendAheadAsync(built.Image.Manifest.Descriptor, writing, cancellationToken);
                    var images = isIndex
                        ? ProjectDocuments.InIndex(built.Image, await writing.ConfigureAwait(false))
                        : built.Image;
                    try
                    {
                        return await built.PushAsync(images, cancellationToken).ConfigureAwait(false);
                    }
                    catch
                    {
                        // They use the publish folder and the client, which are the caller's again after this.
                        await Task.WhenAll(writing, sending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                        throw;
                    }
                }
            )
            .ConfigureAwait(false);
        var written = (await writing!.ConfigureAwait(false)).About(result.Image.Digest);
        await sending.ConfigureAwait(false);
        Warnings.Report(result, Plan.Settings, Log);
        if (result.Packages is { } installation)
            Plan.Packages.Report(installation, result.UnrunScripts, Log);
        var published = new FinishedPublish(
            this,
            result,
            written,
            source.Reference is { } reference ? $"{reference.Name}@{result.BaseDigest}" : location
        );
        return await WriteAsync(published, delivery, cancellationToken).ConfigureAwait(false);
    }

    private async Task<(string Location, PackageSettings Packages)> FindBaseAsync(
        ProjectSources sources,
        OwnOutputs outputs,
        ImmutableSortedSet<string> leftOut,
        CancellationToken cancellationToken
    )
    {
        if (Base.Dockerfile is not null && Base.Image.Length > 0)
            throw new ContainerizeException(
                DiagnosticTable.InvalidSetting,
                "ContainerDockerfile and ContainerBaseImage are both set, and an image has one base. Remove "
                    + "one of them."
            );
        var packages = Plan.Packages.ReadFor(Plan.Paths, sources.Cache, Plan.Settings, leftOut);
        if (Base.Dockerfile is not { } dockerfile)
            return (Base.Location, packages with { BaseName = Base.Location });
        var location = await dockerfile
            .BuildAsync(Plan.Paths, Plan.Destinations.Names, sources, packages, outputs, Log, cancellationToken)
            .ConfigureAwait(false);
        // Where a Dockerfile's image waits is no name that another machine's lock file could have.
        return (location, packages with { BaseName = "dockerfile:" + Path.GetFileName(dockerfile.File) });
    }

    private ContainerBuild CreateBuild(IImageSource source, ProjectSources sources) =>
        new()
        {
            Base = source,
            Platform = Plan.Paths.Platform,
            Library = CLibraries.Of(Plan.Paths.RuntimeIdentifier),
            PublishPath = Plan.Paths.PublishFolder,
            Index = Plan.Index,
            Settings = Plan.Settings,
            LayerPath = Path.Combine(Plan.Paths.IntermediateFolder, "layers"),
            Cache = sources.Cache,
            Ahead = Ahead,
            Progress = Progress,
            ReuseFrom =
            [
                .. ReuseFrom
                    .Select(name => new RegistrySource(ImageReference.Parse(name), sources.Client))
                    .Where(_ => !Plan.Destinations.Registries.IsEmpty),
            ],
            Sinks = CreateSinks(sources),
        };

    // Also of an image that waits for other platforms the destinations are read, so that their faults are
    // reported first.
    private ImmutableArray<IImageSink> CreateSinks(ProjectSources sources) =>
        Plan.Destinations.CreateSinks(sources.Client, Plan.Paths.IntermediateFolder, sources.Cache) is var sinks
        && Plan.Paths.IsOneOfSeveral
            ? [PlatformImage.Sink(Plan.Paths.PlatformLayout)]
            : sinks;

    // To read the folder once more for a log that is not kept would be work for nothing.
    private void LogExplanation(BaseFacts start, PackageSettings packages, ImmutableSortedSet<string> leftOut)
    {
        if (Log.ShowsDetails)
            Log.Write(
                LineWeight.Low,
                Plan.Explain(start, PublishFolder.Read(Plan.Paths.PublishFolder, leftOut), packages).ToText()
            );
    }

    private async Task WriteDockerfileAsync(BuiltImage built, CancellationToken cancellationToken)
    {
        var context = new DockerfileContext(built.Recipe, built.BaseImage);
        await context.WriteTextAsync(Plan.Paths.DockerfileText, cancellationToken).ConfigureAwait(false);
        if (Plan.Paths.DockerfilePath.Length > 0)
            await context.WriteAsync(Plan.Paths.DockerfilePath, cancellationToken).ConfigureAwait(false);
    }

    private async Task<FinishedPublish> WriteAsync(
        FinishedPublish published,
        Delivery delivery,
        CancellationToken cancellationToken
    )
    {
        var (paths, result, written) = (Plan.Paths, published.Result, published.Documents);
        if (paths.IsOneOfSeveral)
        {
            await PackageReport.WriteAsync(paths.PlatformLayout, result.Packages?.Packages ?? []).ConfigureAwait(false);
            written.Leave(paths.PlatformLayout);
            return published;
        }

        var names = Plan.Destinations.Names;
        if (paths.MetadataPath.Length > 0)
            await BuildMetadata
                .WriteAsync(paths.MetadataPath, BuildMetadata.Of(names, result).Json)
                .ConfigureAwait(false);
        written.Write(paths.DocumentStem);
        var isWhole = await delivery.AttachAsync([(result.Image, written)], cancellationToken).ConfigureAwait(false);
        await delivery
            .SignAsync([result.Images.Descriptor, result.Image.Manifest.Descriptor], cancellationToken)
            .ConfigureAwait(false);
        await ReportPage
            .WriteAsync(
                paths.ReportPath,
                names[0],
                result.Images,
                written,
                LayerFates.OfEach(result.Image, result.Reports, result.Layers),
                delivery.Client,
                isPushed: !Plan.Destinations.Registries.IsEmpty,
                cancellationToken
            )
            .ConfigureAwait(false);
        return published with { IsWhole = isWhole };
    }
}
