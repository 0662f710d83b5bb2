using System.Collections.Concurrent;
using System.Collections.Immutable;
using Containerize.Caching;
using Containerize.Diagnostics;
using Containerize.Dockerfiles.Copying;
using Containerize.Dockerfiles.StepCaching;
using Containerize.Dockerfiles.Syntax;
using Containerize.FileSystems;
using Containerize.Images;
using Containerize.Layers.Caching;
using Containerize.Recipes;

namespace Containerize.Dockerfiles.Stages;

/// <summary>What all platforms and stages of a build share.</summary>
internal sealed class BuildSession : IDisposable
{
    private readonly DockerfileOptions _options;
    private readonly ContentHashes _hashes;
    private readonly Lazy<ContextFiles> _context;
    private readonly SemaphoreSlim _slots;
    private readonly ConcurrentDictionary<(string, Platform), Lazy<Task<RecipeBase>>> _images = new();
    private readonly ConcurrentDictionary<(string, Platform), Lazy<Task<Image>>> _folders = new();
    private readonly ConcurrentDictionary<string, bool> _usedArguments = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _warnings = new();

    /// <summary>Prepares a build.</summary>
    /// <param name="options">What is built.</param>
    /// <param name="dockerfile">The absolute path of the Dockerfile; null for a text.</param>
    public BuildSession(DockerfileOptions options, string? dockerfile)
    {
        _options = options;
        _slots = new SemaphoreSlim(Math.Max(1, options.Parallelism));
        _hashes = ContentHashes.Read(HashesPath(options), options.Time);
        _context = new Lazy<ContextFiles>(() =>
            new ContextFiles(options.Context, ReadIgnore(options, dockerfile), OwnFiles(options), _hashes)
        );
        Layers = new StepLayers(
            new LayerPlaces(options.Cache, Path.Combine(options.WorkFolder, "layers")),
            options.Encoding,
            options.Time
        );
        Cache = new StepCache(options.Cache, Layers, options.SharedSteps, options.Time);
        Views = new ImageFileSystemCache(options.Cache, options.Time);
    }

    /// <summary>The context, read when the first instruction needs it.</summary>
    public ContextFiles Context => _context.Value;

    public StepCache Cache { get; }

    /// <summary>The bytes of the steps' layers.</summary>
    public StepLayers Layers { get; }

    public ImageFileSystemCache Views { get; }

    /// <summary>What is suspicious.</summary>
    public IEnumerable<string> Warnings => _warnings.Distinct(StringComparer.Ordinal);

    /// <summary>The absolute path of a folder for contents of images.</summary>
    public string ContentFolder => Path.Combine(_options.WorkFolder, "contents");

    /// <summary>The absolute path of a folder of its own that is not there yet.</summary>
    public string NewContentFolder() => Path.Combine(ContentFolder, Guid.NewGuid().ToString("N"));

    /// <summary>The files of a folder that was fetched, with the modes and owners that files of the context
    /// have.</summary>
    public ContextFiles FilesOf(string folder) =>
        new(folder, DockerIgnore.Nothing, [], ContentHashes.Read(Path.Combine(ContentFolder, "none"), _options.Time));

    /// <summary>
    /// The absolute path of a folder with what the context holds: itself, or a copy without what is left out, made when
    /// it is first asked for.
    /// </summary>
    public string ContextFolder(CancellationToken cancellationToken)
    {
        if (Context.IgnoresNothing)
            return _options.Context;
        var copy = Path.Combine(_options.WorkFolder, "context");
        lock (_context)
        {
            if (Directory.Exists(copy))
                return copy;
            ContextCopy.Make(Context, _options.Context, copy, cancellationToken);
        }

        return copy;
    }

    /// <summary>Takes what is suspicious and no error.</summary>
    public void Warn(SourcePosition position, string message) => _warnings.Enqueue($"{position}: {message}");

    /// <summary>Remembers that an argument was declared.</summary>
    public void UseArgument(string name) => _usedArguments[name] = true;

    /// <summary>The image that a name means, read once: a named context, or the image of a source.</summary>
    /// <exception cref="ContainerizeException">The codes of a source; CTZ0120 for a folder that cannot be
    /// read.</exception>
    public Task<Image> ImageAsync(string name, Platform platform, CancellationToken cancellationToken) =>
        ImageAsync(_options.Contexts.Find(name) ?? new NamedContext(null, name), platform, cancellationToken);

    /// <summary>The image of a named context.</summary>
    /// <exception cref="ContainerizeException">The codes of a source; CTZ0120 for a folder that cannot be
    /// read.</exception>
    public async Task<Image> ImageAsync(NamedContext context, Platform platform, CancellationToken cancellationToken) =>
        context.Folder is { } folder ? await FolderAsync(folder, platform, cancellationToken).ConfigureAwait(false)
        : context.Source == Recipe.Scratch ? Image.Scratch(platform)
        : (await PullAsync(context.Source, platform, cancellationToken).ConfigureAwait(false)).Image;

    // A folder is what COPY makes of it: its .dockerignore counts, and its layer is kept in the cache.
    private Task<Image> FolderAsync(string folder, Platform platform, CancellationToken cancellationToken) =>
        _folders
            .GetOrAdd(
                (folder, platform),
                _ => new Lazy<Task<Image>>(() =>
                    (
                        _options with
                        {
                            Context = folder,
                            DockerfileText = "FROM scratch\nCOPY . /\n",
                            Contexts = NamedContexts.None,
                            BuildArguments = ImmutableDictionary<string, string>.Empty,
                            Target = null,
                            UncachedStages = [],
                            Labels = [],
                            Annotations = [],
                            SharedSteps = null,
                            Shares = null,
                            Platforms = [platform],
                            Progress = _ => { },
                            WorkFolder = Path.Combine(_options.WorkFolder, "contexts", StepKey.Of(folder).Hex[..16]),
                        }
                    ).BuildFirstAsync(cancellationToken)
                )
            )
            .Value;

    /// <summary>The image of a source, read once.</summary>
    /// <exception cref="ContainerizeException">The codes of a source.</exception>
    private Task<RecipeBase> PullAsync(string text, Platform platform, CancellationToken cancellationToken) =>
        _images
            .GetOrAdd(
                (text, platform),
                _ => new Lazy<Task<RecipeBase>>(() =>
                    InSlotAsync(
                        async () =>
                        {
                            var source = await _options
                                .Sources(text, platform, cancellationToken)
                                .ConfigureAwait(false);
                            var image = await source.PullAsync(platform, cancellationToken).ConfigureAwait(false);
                            return RecipeBase.Of(source, image, image.Digest);
                        },
                        cancellationToken
                    )
                )
            )
            .Value;

    /// <summary>Does something when there is room for it; never while waiting for another stage.</summary>
    public async Task<T> InSlotAsync<T>(Func<Task<T>> action, CancellationToken cancellationToken)
    {
        await _slots.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await action().ConfigureAwait(false);
        }
        finally
        {
            _slots.Release();
        }
    }

    /// <summary>Tells of arguments that nothing declared, and remembers hashes.</summary>
    public void Finish(string file)
    {
        foreach (
            var name in _options
                .BuildArguments.Keys.Where(name =>
                    !_usedArguments.ContainsKey(name) && !BuildArguments.IsPredefined(name)
                )
                .Order(StringComparer.Ordinal)
        )
            _warnings.Enqueue(
                $"{file}: the build argument '{name}' was given, and no ARG that was needed declares it."
            );
        if (_context.IsValueCreated)
            _hashes.Write();
    }

    public void Dispose()
    {
        _slots.Dispose();
        Layers.Dispose();
    }

    private static string HashesPath(DockerfileOptions options) =>
        options.Cache is { } cache
            ? Path.Combine(cache.Path, "contexts", StepKey.Of(options.Context).Hex[..32])
            : Path.Combine(options.WorkFolder, "hashes.txt");

    // What the build writes is no part of the context, however the path of either is written: outputs, the cache and
    // its own folder.
    private static ImmutableHashSet<string> OwnFiles(DockerfileOptions options)
    {
        if (
            options.Cache is { } cache
            && CachePlace.FindBelow(options.Context, cache.Path) == Path.Join(options.Context, ".")
        )
            CachePlace.RefuseInside(cache.Path, options.Context, "the context");
        return options.Outputs.Union(
            new[] { options.Cache?.Path, options.WorkFolder }
                .OfType<string>()
                .Select(path => CachePlace.FindBelow(options.Context, path))
                .OfType<string>()
        );
    }

    private static DockerIgnore ReadIgnore(DockerfileOptions options, string? dockerfile)
    {
        var path =
            dockerfile is not null && options.HasText(dockerfile + ".dockerignore")
                ? dockerfile + ".dockerignore"
                : Path.Combine(options.Context, ".dockerignore");
        if (!options.HasText(path))
            return DockerIgnore.Nothing;
        try
        {
            return DockerIgnore.Parse(
                options.ReadText(path),
                line =>
                    throw new ContainerizeException(
                        DiagnosticTable.PatternInvalid,
                        $"{path}: '{line}' is no pattern: '!' needs a pattern after it, and '[' an end. "
                            + "Write '\\[' for a '[' in a name."
                    )
            );
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ContainerizeException(
                DiagnosticTable.DockerfileUnreadable,
                $"'{path}' cannot be read: {exception.Message}",
                exception
            );
        }
    }
}
