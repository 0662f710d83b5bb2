using System.Collections.Immutable;
using Containerize.Caching;
using Containerize.Diagnostics;
using Containerize.Dockerfiles.Checks;
using Containerize.Dockerfiles.Running;
using Containerize.Dockerfiles.Syntax;
using Containerize.Images;
using Containerize.Layers;
using Containerize.Packages;
using Containerize.Packages.Systems;
using Containerize.Stores;

namespace Containerize.Dockerfiles.Building;

/// <summary>One build of a Dockerfile: what <c>docker build</c> does, with no engine.</summary>
public sealed record DockerfileBuild
{
    /// <summary>The absolute path of the folder that <c>COPY</c> takes files from.</summary>
    public required string Context { get; init; }

    private static readonly string[] UsualNames = ["Dockerfile", "dockerfile", "Containerfile"];

    /// <summary>
    /// The absolute path of the Dockerfile; null for <c>Dockerfile</c> in the context, or <c>dockerfile</c> (as BuildKit) or
    /// <c>Containerfile</c> (as buildah) where there is none.
    /// </summary>
    public string? DockerfilePath { get; init; }

    /// <summary>The Dockerfile's text, in place of the file; null to read the file.</summary>
    public string? DockerfileText { get; init; }

    /// <summary>Absolute paths of what the build writes: they are no part of the context, or every build would change the next.</summary>
    public ImmutableHashSet<string> Outputs { get; init; } = [];

    /// <summary>What names stand for beside stages and images (<c>--build-context</c>).</summary>
    public NamedContexts Contexts { get; init; } = NamedContexts.None;

    /// <summary>Values for <c>ARG</c> (<c>--build-arg</c>).</summary>
    public ImmutableDictionary<string, string> BuildArguments { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The name or number of the stage to build; null for the last.</summary>
    public string? Target { get; init; }

    /// <summary>What the image is to run on, one at least.</summary>
    public required ImmutableArray<Platform> Platforms { get; init; }

    /// <summary>What this machine is: <c>BUILDPLATFORM</c>.</summary>
    public required Platform BuildPlatform { get; init; }

    /// <summary>By id, what <c>RUN --mount=type=secret</c> shows; read only when a command asks for it.</summary>
    public ImmutableDictionary<string, Func<ReadOnlyMemory<byte>>> Secrets { get; init; } = ImmutableDictionary<string, Func<ReadOnlyMemory<byte>>>.Empty;

    /// <summary>By id, the absolute path of the agent's socket that <c>RUN --mount=type=ssh</c> shows.</summary>
    public ImmutableDictionary<string, string> SshSockets { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The network of a <c>RUN</c> that names none (<c>--network</c>); <see cref="NetworkMode.Host"/> allows it to every <c>RUN</c>.</summary>
    public NetworkMode Network { get; init; }

    /// <summary>Whether a <c>RUN</c> may ask for the machine's network (<c>--allow network.host</c>).</summary>
    public bool AllowsHostNetwork { get; init; }

    /// <summary>Labels that are set after the last instruction (<c>--label</c>).</summary>
    public ImmutableArray<KeyValuePair<string, string>> Labels { get; init; } = [];

    /// <summary>Whether everything is done anew (<c>--no-cache</c>); what comes of it is kept all the same.</summary>
    public bool IgnoresCache { get; init; }

    /// <summary>Where layers and their keys are kept; null for nowhere.</summary>
    public CacheFolder? Cache { get; init; }

    /// <summary>The absolute path of a folder of our own for what is made on the way; layers in no cache live there.</summary>
    public required string WorkFolder { get; init; }

    /// <summary>
    /// Opens the source of an image that <c>FROM</c>, <c>COPY --from</c> or a mount names; never <c>scratch</c> and never a
    /// stage. A source that is <see cref="IDisposable"/> stays the caller's.
    /// </summary>
    public required Func<string, Platform, CancellationToken, Task<IImageSource>> Sources { get; init; }

    /// <summary>The image's time, and the time of files that the build makes.</summary>
    public DateTimeOffset Created { get; init; } = DateTimeOffset.UnixEpoch;

    /// <summary>Takes what happens; called from several threads.</summary>
    public Action<BuildEvent> Progress { get; init; } = _ => { };

    /// <summary>Executes <c>RUN</c>; null where nothing can.</summary>
    public IRunner? Runner { get; init; }

    /// <summary>Whether the build fetches nothing by itself; what a <c>RUN</c> does with its network is its own.</summary>
    public bool IsOffline { get; init; }

    /// <summary>Fetches what <c>ADD</c> names by URL; null to refuse it.</summary>
    public HttpClient? Http { get; init; }

    /// <summary>
    /// Installs what <c># containerize: packages=…</c> names, without running anything: the installer for the names, upon an image, or for the
    /// base that they are themselves above <c>FROM scratch</c>. Null to refuse it.
    /// </summary>
    public Func<ImmutableArray<string>, PackagesBase?, PackageInstaller>? Packages { get; init; }

    /// <summary>How layers are stored.</summary>
    public LayerEncoding Encoding { get; init; } = LayerEncoding.Default;

    /// <summary>The family of media types; null for the base's.</summary>
    public ImageFormat? Format { get; init; }

    /// <summary>How many stages and copies go on at once.</summary>
    public int Parallelism { get; init; } = 4;

    /// <summary>The clock that the cache goes by; nothing in the image does.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Builds the image of each platform.</summary>
    /// <exception cref="ContainerizeException">CTZ0120 to CTZ0149 with file, line and column, or the code of a source.</exception>
    public async Task<DockerfileBuildResult> RunAsync(CancellationToken cancellationToken)
    {
        var (file, path, name) = Parse();
        var build = this with { Created = SourceDateEpoch.Of(file, this) ?? Created };
        try
        {
            return await build.RunAsync(file, path, name, cancellationToken).ConfigureAwait(false);
        }
        catch (ContainerizeException exception) when (exception.Diagnostic == DiagnosticTable.CachedLayerDamaged)
        {
            // It is gone from the cache now, so the step that made it is done again.
            return await build.RunAsync(file, path, name, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Checks the Dockerfile and builds nothing; base images are asked for their variables.</summary>
    /// <exception cref="ContainerizeException">CTZ0120 to CTZ0149 with file, line and column, or the code of a source.</exception>
    public async Task<ImmutableArray<CheckFinding>> CheckAsync(CancellationToken cancellationToken)
    {
        var (file, path, _) = Parse();
        using var shared = new SharedRun(this, path);
        return await CheckAsync(new PlatformRun(this, file, shared, Platforms[0]), cancellationToken).ConfigureAwait(false);
    }

    private static Task<ImmutableArray<CheckFinding>> CheckAsync(PlatformRun run, CancellationToken cancellationToken) =>
        new DockerfileChecks(run).RunAsync(CheckOptions.Read(run.File, run.Options.BuildArguments), cancellationToken);

    private (Dockerfile File, string? Path, string Name) Parse()
    {
        var path = DockerfileText is null ? DockerfilePath ?? UsualPath() : null;
        var name = path is null ? "Dockerfile" : NameOf(path);
        return (Dockerfile.Parse(name, path is null ? DockerfileText! : Read(path)), path, name);
    }

    private string UsualPath() => UsualNames.Select(name => Path.Combine(Context, name)).FirstOrDefault(File.Exists)
        ?? Path.Combine(Context, UsualNames[0]);

    private async Task<DockerfileBuildResult> RunAsync(Dockerfile file, string? path, string name, CancellationToken cancellationToken)
    {
        using var shared = new SharedRun(this, path);
        foreach (var argument in file.Arguments.SelectMany(argument => argument.Arguments))
            shared.UseArgument(argument.Name.Text);
        try
        {
            var runs = Platforms.Select(platform => new PlatformRun(this, file, shared, platform)).ToList();
            if (CheckOptions.Read(file, BuildArguments).IsError)
                CheckFailure.Throw(await CheckAsync(runs[0], cancellationToken).ConfigureAwait(false));
            var images = await Task.WhenAll(runs.Select(run => run.RunAsync(cancellationToken))).ConfigureAwait(false);
            var findings = await CheckAsync(runs[0], cancellationToken).ConfigureAwait(false);
            shared.Finish(name);
            if (Cache is not null && images.SelectMany(image => image.Steps).Any(step => step.Outcome == StepOutcome.Ran))
                CachePruning.PruneHourly(Cache, CachePruning.DefaultLimit, Time);
            return new DockerfileBuildResult([.. images]) { Warnings = [.. shared.Warnings], Findings = findings };
        }
        finally
        {
            await shared.Layers.EndAsync().ConfigureAwait(false);
        }
    }

    // What lies in the context is called as it is there; anything else by its whole path.
    private string NameOf(string path) => Path.GetRelativePath(Context, path) is var relative && !relative.StartsWith("..", StringComparison.Ordinal)
        ? relative.Replace('\\', '/') : path;

    private string Read(string path)
    {
        if (!Directory.Exists(Context))
            throw new ContainerizeException(DiagnosticTable.DockerfileUnreadable, $"The context '{Context}' is no folder. Name the folder that COPY takes files from.");
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ContainerizeException(DiagnosticTable.DockerfileUnreadable,
                $"The Dockerfile '{path}' cannot be read: {exception.Message} Name it, if it is called otherwise or lies elsewhere.", exception);
        }
    }
}
