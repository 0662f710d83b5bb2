using System.Collections.Immutable;
using Containerize.Caching;
using Containerize.Dockerfiles.Execution.Requests;
using Containerize.Dockerfiles.StepCaching;
using Containerize.Images;
using Containerize.IO;
using Containerize.Layers;
using Containerize.Packages;
using Containerize.Repositories;
using Containerize.Stores;

namespace Containerize.Dockerfiles.Stages;

/// <summary>What is built, from what and how: the options of <c>docker build</c>, and what only this build
/// has.</summary>
public abstract record DockerfileOptions
{
    /// <summary>The absolute path of the folder that <c>COPY</c> takes files from.</summary>
    public required string Context { get; init; }

    /// <summary>
    /// The absolute path of the Dockerfile; null for <c>Dockerfile</c> in the context, or <c>dockerfile</c> (as
    /// BuildKit) or
    /// <c>Containerfile</c> (as buildah) where there is none.
    /// </summary>
    public string? DockerfilePath { get; init; }

    /// <summary>The Dockerfile's text, in place of the file; null to read the file.</summary>
    public string? DockerfileText { get; init; }

    /// <summary>
    /// Whether the context was fetched or unpacked, and so is somebody else's: the Dockerfile and <c>.dockerignore</c>
    /// are files in it, and no link of theirs leads out.
    /// </summary>
    public bool IsContextFetched { get; init; }

    /// <summary>Absolute paths of what the build writes: they are no part of the context, or every build would change
    /// the next.</summary>
    public ImmutableHashSet<string> Outputs { get; init; } = [];

    /// <summary>What names stand for beside stages and images (<c>--build-context</c>).</summary>
    public NamedContexts Contexts { get; init; } = NamedContexts.None;

    /// <summary>Values for <c>ARG</c> (<c>--build-arg</c>).</summary>
    public ImmutableDictionary<string, string> BuildArguments { get; init; } =
        ImmutableDictionary<string, string>.Empty;

    /// <summary>The name or number of the stage to build; null for the last.</summary>
    public string? Target { get; init; }

    /// <summary>What the image is to run on, one at least.</summary>
    public required ImmutableArray<Platform> Platforms { get; init; }

    /// <summary>
    /// Whether the user named the platforms. Then an image says that it is for the one that is built, whatever its last
    /// <c>FROM</c> names; otherwise it says what its base says.
    /// </summary>
    public bool IsPlatformGiven { get; init; }

    /// <summary>What this machine is: <c>BUILDPLATFORM</c>.</summary>
    public required Platform BuildPlatform { get; init; }

    /// <summary>By id, what <c>RUN --mount=type=secret</c> shows; read only when a command asks for it.</summary>
    public ImmutableDictionary<string, Func<ReadOnlyMemory<byte>>> Secrets { get; init; } =
        ImmutableDictionary<string, Func<ReadOnlyMemory<byte>>>.Empty;

    /// <summary>By id, the absolute path of the agent's socket that <c>RUN --mount=type=ssh</c> shows.</summary>
    public ImmutableDictionary<string, string> SshSockets { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The network of a <c>RUN</c> that names none (<c>--network</c>); <see cref="NetworkMode.Host"/> allows
    /// it to every <c>RUN</c>.</summary>
    public NetworkMode Network { get; init; }

    /// <summary>Whether a <c>RUN</c> may ask for the machine's network (<c>--allow network.host</c>).</summary>
    public bool AllowsHostNetwork { get; init; }

    /// <summary>Hosts, shared memory and limits of every <c>RUN</c> (<c>--add-host</c>, <c>--shm-size</c>,
    /// <c>--ulimit</c>).</summary>
    public RunResources Resources { get; init; } = RunResources.None;

    /// <summary>Annotations of the manifest of each image (<c>--annotation</c>).</summary>
    public ImmutableArray<KeyValuePair<string, string>> Annotations { get; init; } = [];

    /// <summary>Labels that are set after the last instruction (<c>--label</c>).</summary>
    public ImmutableArray<KeyValuePair<string, string>> Labels { get; init; } = [];

    /// <summary>Whether every step runs again (<c>--no-cache</c>); the results are kept all the same.</summary>
    public bool IgnoresCache { get; init; }

    /// <summary>The names of stages whose steps run again (<c>--no-cache-filter</c>), in any letters.</summary>
    public ImmutableArray<string> UncachedStages { get; init; } = [];

    /// <summary>Where layers and their keys are kept; null for nowhere.</summary>
    public CacheFolder? Cache { get; init; }

    /// <summary>Where the results of steps are looked for that <see cref="Cache"/> does not have; null for
    /// nowhere.</summary>
    public ISharedSteps? SharedSteps { get; init; }

    /// <summary>The steps whose results are handed out beside the image; null for none.</summary>
    public SharedStepMode? Shares { get; init; }

    /// <summary>Whether all bytes of the image are read when it is built: those that lie elsewhere are brought here
    /// meanwhile.</summary>
    public bool BringsLayers { get; init; }

    /// <summary>The absolute path of a folder of our own for what is made on the way; layers in no cache live
    /// there.</summary>
    public required string WorkFolder { get; init; }

    /// <summary>
    /// Opens the source of an image that <c>FROM</c>, <c>COPY --from</c> or a mount names; never <c>scratch</c> and
    /// never a stage. A source that is <see cref="IDisposable"/> stays the caller's.
    /// </summary>
    public required Func<string, Platform, CancellationToken, Task<IImageSource>> Sources { get; init; }

    /// <summary>The image's time, and the time of files that the build makes.</summary>
    public DateTimeOffset Created { get; init; } = DateTimeOffset.UnixEpoch;

    /// <summary>Takes what happens; called from several threads.</summary>
    public Action<BuildEvent> Progress { get; init; } = _ => { };

    /// <summary>Executes <c>RUN</c>; null where nothing can.</summary>
    public IRunExecutor? Runner { get; init; }

    /// <summary>Whether the build fetches nothing by itself; what a <c>RUN</c> does with its network is its
    /// own.</summary>
    public bool IsOffline { get; init; }

    /// <summary>Fetches what <c>ADD</c> names by URL; null to refuse it.</summary>
    public HttpClient? Http { get; init; }

    /// <summary>What git may use when it fetches what <c>ADD</c> names by a repository; null to refuse it.</summary>
    public GitAccess? Git { get; init; }

    /// <summary>
    /// Installs what <c># containerize: packages=…</c> names, without running anything: the installer for the names,
    /// upon an image, or for the base that they are themselves above <c>FROM scratch</c>. Null to refuse it.
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

    /// <summary>Builds the image of the first platform.</summary>
    internal abstract Task<Image> BuildFirstAsync(CancellationToken cancellationToken);

    /// <summary>Whether a file of patterns is there. Of a context that was fetched a link counts, wherever it leads on
    /// this machine: <see cref="ReadText"/> follows it in the context, or refuses it.</summary>
    /// <param name="path">The absolute path.</param>
    internal bool HasText(string path) =>
        File.Exists(path) || (IsContextFetched && new FileInfo(path).LinkTarget is not null);

    /// <summary>The text of the Dockerfile or of <c>.dockerignore</c>.</summary>
    /// <param name="path">The absolute path.</param>
    /// <exception cref="IOException">It cannot be read, or leads out of a context that was fetched.</exception>
    internal string ReadText(string path)
    {
        if (IsContextFetched)
            return RegularFile.ReadAllTextIn(Context, path);
        // What the user names may be a pipe: -f <(…).
        return path == DockerfilePath ? File.ReadAllText(path) : RegularFile.ReadAllText(path);
    }
}
