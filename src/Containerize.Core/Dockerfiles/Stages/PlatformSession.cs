using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using Containerize.Diagnostics;
using Containerize.Dockerfiles.StepCaching;
using Containerize.Dockerfiles.Syntax;
using Containerize.Dockerfiles.Syntax.Shell;
using Containerize.Images;
using Containerize.Recipes.Instructions;

namespace Containerize.Dockerfiles.Stages;

/// <summary>The build for one platform: what its stages share.</summary>
/// <param name="options">What is built.</param>
/// <param name="file">The Dockerfile.</param>
/// <param name="shared">What the platforms share.</param>
/// <param name="platform">The platform.</param>
/// <param name="build">Does the instructions of a stage.</param>
internal sealed class PlatformSession(
    DockerfileOptions options,
    Dockerfile file,
    BuildSession shared,
    Platform platform,
    StageBuilder build
)
{
    private readonly ConcurrentDictionary<int, Lazy<Task<StageResult>>> _stages = new();
    private readonly ImageLayers _layers = new(shared.Layers, options.BringsLayers);
    private ImmutableHashSet<int> _imageStages = [];

    public DockerfileOptions Options => options;

    public Dockerfile File => file;

    public BuildSession Shared => shared;

    public Platform Platform => platform;

    /// <summary>What <c>FROM</c> sees: the arguments above the first one, and the platforms.</summary>
    public ShellVariables Globals { get; } = ReadGlobals(options, file, platform);

    /// <summary>The stages' names.</summary>
    public StageGraph Graph => field ??= new StageGraph(file, Globals, options.Contexts);

    /// <summary>Whether the steps of a stage are done again though their results are kept.</summary>
    public bool IgnoresCache(Stage stage) => options.IgnoresCache || Uncached.Contains(stage.Number);

    private ImmutableHashSet<int> Uncached =>
        field ??= [.. options.UncachedStages.SelectMany(name => Graph.Named(name).Select(stage => stage.Number))];

    /// <summary>What the time of entries adds to keys.</summary>
    public string TimeKey => options.Created.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    /// <summary>Builds the target and all that it needs.</summary>
    /// <exception cref="ContainerizeException">For anything that a user can cause.</exception>
    public async Task<DockerfileImage> RunAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            if (!options.IgnoresCache)
                shared.Cache.Begin(stop.Token);
            return await RunAsync(stop, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // Nothing is fetched any more for a build that failed.
            await stop.CancelAsync().ConfigureAwait(false);
            await _layers.EndAsync().ConfigureAwait(false);
        }
    }

    private async Task<DockerfileImage> RunAsync(CancellationTokenSource stop, CancellationToken cancellationToken)
    {
        var target = Graph.Target(options.Target);
        _ = Uncached;
        var needed = Graph.NeededBy(target);
        _imageStages = Graph.Below(target);
        var tasks = needed.Select(stage => StageAsync(stage, stop.Token)).ToList();
        await foreach (var task in Task.WhenEach(tasks).ConfigureAwait(false))
        {
            // One failure ends the others; the order of the file decides below which of them is reported.
            if (!task.IsCompletedSuccessfully)
                await stop.CancelAsync().ConfigureAwait(false);
        }

        var failure = tasks
            .Select(task => task.Exception?.InnerException)
            .FirstOrDefault(exception => exception is not (null or OperationCanceledException));
        if (failure is not null)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        var results = await Task.WhenAll(tasks).ConfigureAwait(false);
        var image = results[needed.IndexOf(target)].State.Image;
        if (image.Layers.IsEmpty)
            image = new LayerInstruction(
                shared.Layers.Write("FROM scratch", [], cancellationToken),
                "FROM scratch"
            ).ApplyTo(image, options.Created);
        var layers = await Task.WhenAll(image.Layers.Select(shared.Layers.StoreAsync))
            .WaitAsync(cancellationToken)
            .ConfigureAwait(false);
        await _layers.AllAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        image = image.StoredAs(layers);
        foreach (var (name, value) in options.Labels)
            image = new LabelInstruction(name, value).ApplyTo(image, options.Created);
        image = options.Annotations.Aggregate(image, (made, pair) => made.WithAnnotation(pair.Key, pair.Value));
        var config = image.Config.WithCreated(options.Created);
        if (options.IsPlatformGiven)
            config = config.WithPlatform(platform);
        var stored = layers.ToLookup(layer => layer.DiffId);
        return new DockerfileImage(
            platform,
            image.With(config),
            [
                .. results
                    .SelectMany(result => result.Steps)
                    .Select(step =>
                        step.Layer is { } made && stored[made.DiffId].FirstOrDefault() is { } layer
                            ? step with
                            {
                                Layer = layer,
                            }
                            : step
                    ),
            ]
        )
        {
            Shared = await ShareAsync(
                    needed.Zip(results, (stage, result) => (result, _imageStages.Contains(stage.Number)))
                )
                .WaitAsync(cancellationToken)
                .ConfigureAwait(false),
        };
    }

    private async Task<ImmutableArray<SharedStep>> ShareAsync(IEnumerable<(StageResult Result, bool IsOfImage)> stages)
    {
        var steps = await Task.WhenAll(
                stages
                    .Where(stage => options.Shares is { } mode && (stage.IsOfImage || mode == SharedStepMode.Max))
                    .SelectMany(stage => stage.Result.Steps.Select(step => (Step: step, stage.IsOfImage)))
                    .Where(made => !made.Step.Keys.IsEmpty)
                    .Select(async made => (made, Layer: await ShareAsync(made.Step.Layer).ConfigureAwait(false)))
            )
            .ConfigureAwait(false);
        return
        [
            .. steps.SelectMany(step =>
                step.made.Step.Keys.Select(key => new SharedStep(key, step.Layer) { IsOfImage = step.made.IsOfImage })
            ),
        ];
    }

    private async Task<SharedLayer?> ShareAsync(Layer? layer) =>
        layer is null
            ? null
            : new SharedLayer(
                layer.DiffId,
                layer.Blob.Descriptor.Size,
                options.Encoding.Format,
                (await shared.Layers.StoreAsync(layer).ConfigureAwait(false)).Blob
            );

    /// <summary>Begins to compress layers while further steps are done, or to bring them here, if the stage's layers
    /// are the image's.</summary>
    public void BeginStoring(Stage stage, IEnumerable<Layer?> layers, CancellationToken cancellationToken)
    {
        foreach (var layer in layers.OfType<Layer>().Where(_ => _imageStages.Contains(stage.Number)))
            _layers.Begin(layer, cancellationToken);
    }

    /// <summary>The result of a stage, built once.</summary>
    public Task<StageResult> StageAsync(Stage stage, CancellationToken cancellationToken) =>
        _stages
            .GetOrAdd(
                stage.Number,
                _ => new Lazy<Task<StageResult>>(() =>
                    Task.Run(() => build(this, stage, cancellationToken), cancellationToken)
                )
            )
            .Value;

    /// <summary>The image that <c>--from</c> names: a stage's, or one of a source.</summary>
    /// <exception cref="ContainerizeException">CTZ0127, CTZ0128, the codes of a source.</exception>
    public async Task<(Image Image, string Name)> ImageOfAsync(
        SourceText source,
        SourceWord from,
        Stage within,
        CancellationToken cancellationToken
    )
    {
        if (Graph.Find(source, from, within) is { } stage)
        {
            // A trigger of a base image names stages that the file does not.
            Graph.Need(within, stage, source, from.Position);
            return (
                (await StageAsync(stage, cancellationToken).ConfigureAwait(false)).State.Image,
                $"the stage '{stage.DisplayName}'"
            );
        }

        try
        {
            return (
                await shared.ImageAsync(from.Text, platform, cancellationToken).ConfigureAwait(false),
                $"the image '{from}'"
            );
        }
        catch (ContainerizeException exception) when (Graph.IsNearlyAStage(from.Text))
        {
            throw source.Error(
                DiagnosticTable.UnknownStage,
                from.Position,
                $"there is no stage '{from}'.{Graph.Suggest(from.Text)} It is no image either: {exception.Message}",
                exception
            );
        }
    }

    /// <summary>The arguments above the first <c>FROM</c>, and the platforms.</summary>
    public static ShellVariables ReadGlobals(DockerfileOptions options, Dockerfile file, Platform platform)
    {
        var variables = ShellVariables.None.With(
            BuildArguments.Predefined(platform, options.BuildPlatform, options.Target, options.BuildArguments)
        );
        foreach (var pair in file.Arguments.SelectMany(argument => argument.Arguments))
        {
            var expansion = new Expansion(file.Source, file.Directives.Escape, variables);
            var name = expansion.Word(pair.Name);
            if (options.BuildArguments.TryGetValue(name, out var given))
                variables = variables.With(name, given);
            else if (pair.Value is { } value)
                variables = variables.With(name, expansion.Word(value));
        }

        return variables;
    }
}

/// <summary>A stage that was built.</summary>
/// <param name="State">What came of it.</param>
/// <param name="Platform">What it is for.</param>
/// <param name="Steps">How.</param>
internal sealed record StageResult(StageState State, Platform Platform, ImmutableArray<StepResult> Steps);

/// <summary>Does the instructions of one stage.</summary>
internal delegate Task<StageResult> StageBuilder(PlatformSession run, Stage stage, CancellationToken cancellationToken);
