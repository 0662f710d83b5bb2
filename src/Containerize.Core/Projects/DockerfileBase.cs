using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Containerize.Diagnostics;
using Containerize.Dockerfiles;
using Containerize.Dockerfiles.Execution;
using Containerize.Dockerfiles.Execution.Requests;
using Containerize.Dockerfiles.Execution.Sandboxing;
using Containerize.Dockerfiles.SharedCache;
using Containerize.Dockerfiles.Stages;
using Containerize.Images;
using Containerize.IO;
using Containerize.Packages;
using Containerize.Publishing.Outputs;
using Containerize.Publishing.Settings;
using Containerize.Stores;
using Containerize.Stores.Layouts;

namespace Containerize.Projects;

/// <summary>A base that a Dockerfile of the project makes (<c>ContainerDockerfile</c>).</summary>
/// <param name="File">The full path of the Dockerfile.</param>
/// <param name="Target">Another stage than the last, or empty.</param>
/// <param name="Network"><c>default</c>, <c>none</c> or <c>host</c> for its <c>RUN</c>.</param>
/// <param name="Arguments">Values for its <c>ARG</c>.</param>
public sealed record DockerfileBase(
    string File,
    string Target,
    string Network,
    ImmutableDictionary<string, string> Arguments
)
{
    private static readonly ImageReference Name = new("localhost", "dockerfile", "base");

    /// <summary>The full path of the context.</summary>
    public required string Context { get; init; }

    /// <summary>The format of the image, or empty.</summary>
    public required string Format { get; init; }

    /// <summary>The caches of steps that are read (<c>ContainerDockerfileCacheFrom</c>).</summary>
    public ImmutableArray<CacheAddress> CacheFrom { get; init; } = [];

    /// <summary>The caches of steps that are written (<c>ContainerDockerfileCacheTo</c>).</summary>
    public ImmutableArray<CacheAddress> CacheTo { get; init; } = [];

    /// <summary>The folders in which programs are searched (<c>PATH</c>).</summary>
    public required ImmutableArray<string> ProgramFolders { get; init; }

    /// <summary>Builds the base.</summary>
    /// <param name="paths">Where the project is.</param>
    /// <param name="images">The names of the project's image, which no cache may have.</param>
    /// <param name="sources">Opens the images that the Dockerfile names.</param>
    /// <param name="packages">The packages of the project, whose sources the Dockerfile's use.</param>
    /// <param name="outputs">What the run writes, which the context leaves out.</param>
    /// <param name="log">Receives warnings and the lines of commands.</param>
    /// <param name="cancellationToken">Ends the build.</param>
    /// <returns>
    /// The location of the base. Others find it by that: the push of several platforms, and a build of the equivalent
    /// Dockerfile.
    /// </returns>
    public async Task<string> BuildAsync(
        ProjectPaths paths,
        IEnumerable<ImageReference> images,
        ProjectSources sources,
        PackageSettings packages,
        OwnOutputs outputs,
        IProjectLog log,
        CancellationToken cancellationToken
    )
    {
        // Offline nothing is written, and so nothing takes another's place.
        ImmutableArray<CacheAddress> written = sources.Offline ? [] : CacheTo;
        CacheAddress.RefuseImages(written, images, "ContainerDockerfileCacheTo");
        var opened = new List<IImageSource>();
        var work = Path.Combine(paths.IntermediateFolder, "dockerfile");
        try
        {
            var shared = new SharedCaches(
                sources.Offline ? [] : CacheFrom,
                // The base is not all that is published: a cache that cannot be written must not keep back the rest.
                [.. written.Select(address => address with { IgnoresErrors = true })],
                sources.Client,
                log.Warn,
                TimeProvider.System
            );
            var layout = Path.Combine(paths.IntermediateFolder, "base");
            using var http = sources.CreateClient();
            using var packageHttp = new DeferredClient(sources.CreatePackageClient);
            var build = CreateBuild(paths, sources, packages, (http, packageHttp), opened) with
            {
                WorkFolder = work,
                SharedSteps = shared,
                Shares = shared.Shares,
                BringsLayers = !Directory.Exists(layout),
                Outputs = OwnFiles(paths, packages, outputs),
                Progress = happened => Report(happened, log),
            };
            var result = await shared
                .RunAsync(async () =>
                {
                    var built = await build.RunAsync(cancellationToken).ConfigureAwait(false);
                    await new OciLayoutSink(layout, [Name])
                        .PushAsync(built.Set, cancellationToken)
                        .ConfigureAwait(false);
                    return built;
                })
                .ConfigureAwait(false);
            foreach (var address in CacheTo.Except(written))
                log.Write(
                    LineWeight.Low,
                    $"Containerize: the cache {address} is not written: ContainerOffline is set."
                );
            foreach (var warning in result.Warnings)
                log.Warn(DiagnosticTable.DockerfileSuspicious, warning);
            await shared.WriteAsync(result.Shared, [], cancellationToken).ConfigureAwait(false);
            return $"oci:{layout}:{Name.Tag}";
        }
        finally
        {
            foreach (var source in opened.OfType<IDisposable>())
                source.Dispose();
            if (Directory.Exists(work))
                RegularFile.RemoveFolder(work);
        }
    }

    // The context is the project's folder, as a rule: what this run and earlier ones write there would make another
    // base of every run, and the lock file one of the run that follows the lock's own. So would a folder that holds
    // nothing else.
    private ImmutableHashSet<string> OwnFiles(ProjectPaths paths, PackageSettings packages, OwnOutputs outputs)
    {
        string[] history =
            paths.HistoryFolder.Length == 0
                ? []
                :
                [
                    Path.GetFullPath("..", paths.HistoryFolder),
                    .. OwnOutputs.Remembered(paths.OutputsList, paths.ProjectFolder),
                ];
        var own = outputs
            .Paths.Select(output => output.Path)
            .Append(paths.IntermediateFolder)
            .Concat(history)
            .Concat(packages.LockPath is { } lockFile ? [lockFile] : Array.Empty<string>())
            .Select(Path.TrimEndingDirectorySeparator)
            .ToHashSet(StringComparer.Ordinal);
        foreach (var path in own.ToList())
        {
            for (var folder = Path.GetDirectoryName(path); IsOwn(folder); folder = Path.GetDirectoryName(folder))
                own.Add(folder!);
        }

        return [.. own];

        bool IsOwn(string? folder) =>
            Directory.Exists(folder)
            && folder.StartsWith(
                Path.TrimEndingDirectorySeparator(Context) + Path.DirectorySeparatorChar,
                StringComparison.Ordinal
            )
            && Directory.EnumerateFileSystemEntries(folder).All(own.Contains);
    }

    private DockerfileBuild CreateBuild(
        ProjectPaths paths,
        ProjectSources sources,
        PackageSettings packages,
        (HttpClient Any, DeferredClient Packages) http,
        List<IImageSource> opened
    ) =>
        new()
        {
            Context = Context,
            DockerfilePath = File,
            Target = Target.Length > 0 ? Target : null,
            Network = NetworkModes.Parse("ContainerDockerfileNetwork", Network),
            BuildArguments = Arguments,
            Platforms = [paths.Platform],
            BuildPlatform = Platform.OfProcessor(RuntimeInformation.OSArchitecture) ?? paths.Platform,
            Cache = sources.Cache,
            WorkFolder = paths.IntermediateFolder,
            Created = packages.Time,
            Http = http.Any,
            Git = Repositories.GitAccess.OfDockerfile,
            Format = ChoiceSetting.ParseFormat(Format),
            Runner = new RunExecutor(
                RunnerMachine.Find(ProgramFolders, UnixIdentity.OfThisProcess()),
                Path.Combine(sources.Cache.Path, "unpacked")
            ),
            Packages = (names, own) =>
                new PackageInstaller(
                    packages with
                    {
                        Requests = names,
                        Base = own,
                        LockPath = null,
                        UpdatesLock = false,
                    },
                    http.Packages.Value
                ),
            Sources = async (location, _, cancellationToken) =>
            {
                var source = await sources.OpenAsync(location, cancellationToken).ConfigureAwait(false);
                lock (opened)
                    opened.Add(source);
                return source;
            },
        };

    private static void Report(BuildEvent happened, IProjectLog log)
    {
        if (happened is StepOutput output)
            log.Write(LineWeight.Normal, output.Line);
        else if (happened is StepFinished { Result: { Outcome: not StepOutcome.Config } result })
            log.Write(
                LineWeight.Normal,
                $"Containerize: [{result.Step.Stage} {result.Step.Number}/{result.Step.Count}] {result.Step.Text}"
                    + (result.Outcome == StepOutcome.Cached ? " (from the cache)" : "")
            );
    }
}
