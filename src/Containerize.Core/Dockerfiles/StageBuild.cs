using System.Collections.Immutable;
using Containerize.Dockerfiles.Copying;
using Containerize.Dockerfiles.Stages;
using Containerize.Dockerfiles.StepCaching;
using Containerize.Dockerfiles.Steps;
using Containerize.Dockerfiles.Syntax;
using Containerize.Images;
using Containerize.Recipes;
using Containerize.Recipes.Instructions;

namespace Containerize.Dockerfiles;

/// <summary>Does the instructions of one stage, one after the other.</summary>
/// <param name="run">The build.</param>
/// <param name="stage">The stage.</param>
internal sealed class StageBuild(PlatformSession run, Stage stage)
{
    private readonly ImmutableArray<StepResult>.Builder _steps = ImmutableArray.CreateBuilder<StepResult>();
    private Platform _platform = run.Platform;
    private int _count = stage.Instructions.Count(IsNumbered) + (stage.Packages.IsEmpty ? 0 : 1);
    private int _numbered;

    public async Task<StageResult> RunAsync(CancellationToken cancellationToken)
    {
        if (run.Options.Contexts.OfStage(stage) is { } context)
            return await ContextAsync(context, cancellationToken).ConfigureAwait(false);
        var state = await FromAsync(cancellationToken).ConfigureAwait(false);
        if (!stage.Packages.IsEmpty)
            state = await DoAsync(
                    $"# containerize: packages={string.Join(',', stage.Packages)}",
                    (step, token) => new PackagesStep(run, stage, state).RunAsync(step, token),
                    state,
                    cancellationToken
                )
                .ConfigureAwait(false);
        var triggers = state.Image.Config.OnBuild;
        if (!triggers.IsEmpty)
            state = state with { Image = state.Image.With(state.Image.Config.WithOnBuild([])) };
        var own = stage.Instructions.Select(instruction => (Syntax: instruction, run.File.Directives.Escape));
        var all = triggers
            .SelectMany(trigger => Dockerfile.ParseTrigger(stage, trigger))
            .Select(syntax => (Syntax: syntax, Escape: '\\'))
            .Concat(own)
            .ToList();
        _count = _numbered + all.Count(instruction => IsNumbered(instruction.Syntax));
        foreach (var (syntax, escape) in all)
        {
            cancellationToken.ThrowIfCancellationRequested();
            state = await InstructAsync(
                    syntax,
                    state,
                    new Expansion(syntax.Line.Source, escape, state.Variables),
                    cancellationToken
                )
                .ConfigureAwait(false);
        }

        return new StageResult(state, _platform, _steps.ToImmutable());
    }

    // A named context is taken as it is, in place of all that the stage says.
    private async Task<StageResult> ContextAsync(NamedContext context, CancellationToken cancellationToken)
    {
        _count = 1;
        var step = Step($"# context {stage.From.Name}={context}", isNumbered: true);
        var image = await run.Shared.ImageAsync(context, run.Platform, cancellationToken).ConfigureAwait(false);
        Finish(step, StepOutcome.Config, null);
        return new StageResult(FromStep.StateOf(image), image.Config.Platform, _steps.ToImmutable());
    }

    private Task<StageState> InstructAsync(
        InstructionSyntax syntax,
        StageState state,
        Expansion expansion,
        CancellationToken cancellationToken
    )
    {
        WarnOfAlmostLists(syntax);
        if (ConfigInstructions.Of(syntax, state, expansion) is { } instructions)
            return Task.FromResult(Configure(syntax, state, instructions));
        return syntax switch
        {
            ArgSyntax argument => Task.FromResult(new ArgumentStep(run).Declare(argument, state, expansion)),
            WorkdirSyntax workdir => WorkdirAsync(workdir, state, expansion, cancellationToken),
            CopySyntax copy => CopyOptions.Of(copy, expansion) is var options
                ? DoAsync(
                    options.Text,
                    (step, token) => new CopyStep(run, stage, state, options, expansion).RunAsync(step, token),
                    state,
                    cancellationToken
                )
                : null!,
            RunSyntax command => RunOptions.Of(command, state, expansion) is var options
                ? DoAsync(
                    options.Text,
                    (step, token) => new RunStep(run, stage, state, options).RunAsync(step, token),
                    state,
                    cancellationToken
                )
                : null!,
            _ => throw new InvalidOperationException($"{syntax.GetType().Name} is not done"),
        };
    }

    // Single quotes, or a comma too many: the shell would get the brackets.
    private void WarnOfAlmostLists(InstructionSyntax syntax)
    {
        var command = syntax switch
        {
            CmdSyntax cmd => cmd.Command,
            EntrypointSyntax entrypoint => entrypoint.Command,
            RunSyntax done => done.Command,
            HealthcheckSyntax check => check.Command,
            _ => null,
        };
        if (command is { Words: null } && JsonForm.LooksLike(command.Text.Trim()))
            run.Shared.Warn(
                syntax.Position,
                $"'{command.Text.Trim()}' looks like a list and is no valid JSON, so the shell gets it as it "
                    + "is. A list has double quotes, and no comma at its end."
            );
    }

    private StageState Configure(InstructionSyntax syntax, StageState state, ImmutableArray<Instruction> instructions)
    {
        foreach (var instruction in instructions)
        {
            var step = Step(instruction.ToDockerfile(), isNumbered: false);
            state = state with { Image = instruction.ApplyTo(state.Image, run.Options.Created) };
            if (instruction is EnvInstruction variable)
                state = state with { Variables = state.Variables.With(variable.Name, variable.Value) };
            if (instruction == instructions[^1])
                Finish(step, StepOutcome.Config, null);
        }

        return syntax is CmdSyntax ? state with { HasCmd = true } : state;
    }

    private async Task<StageState> WorkdirAsync(
        WorkdirSyntax syntax,
        StageState state,
        Expansion expansion,
        CancellationToken cancellationToken
    )
    {
        var path = PathText.Join(state.Image.Config.WorkingDirectory, expansion.Word(syntax.Path));
        var after = await DoAsync(
                "WORKDIR " + path,
                (step, token) => new WorkdirStep(run, stage, syntax, state, path).RunAsync(step, token),
                state,
                cancellationToken
            )
            .ConfigureAwait(false);
        return after with { Image = after.Image.With(after.Image.Config.WithWorkingDirectory(path)) };
    }

    private async Task<StageState> FromAsync(CancellationToken cancellationToken)
    {
        var (text, from) = run.Graph.BaseOf(stage);
        var fetches = from is null && text != Recipe.Scratch;
        _count += fetches ? 1 : 0;
        var step = Step($"FROM {text}{(stage.From.Name is { } name ? $" AS {name}" : "")}", fetches);
        var start = await new FromStep(run, stage).RunAsync(text, from, cancellationToken).ConfigureAwait(false);
        _platform = start.Image.Config.Platform;
        Finish(step, StepOutcome.Config, null);
        if (from is null)
            run.BeginStoring(stage, start.Image.Layers, cancellationToken);
        return start;
    }

    private async Task<StageState> DoAsync(
        string text,
        Func<BuildStep, CancellationToken, Task<MadeStep>> action,
        StageState state,
        CancellationToken cancellationToken
    )
    {
        var step = Step(text, isNumbered: true);
        var made = await action(step, cancellationToken).ConfigureAwait(false);
        var layer = made.Layer;
        Finish(step, made.IsCached ? StepOutcome.Cached : StepOutcome.Ran, layer, made.Keys);
        run.BeginStoring(stage, [layer], cancellationToken);
        return state with { Image = new LayerInstruction(layer, text).ApplyTo(state.Image, run.Options.Created) };
    }

    // BuildKit numbers what is fetched and what makes a layer, so that the last number is reached.
    private static bool IsNumbered(InstructionSyntax syntax) => syntax is CopySyntax or RunSyntax or WorkdirSyntax;

    private BuildStep Step(string text, bool isNumbered)
    {
        var step = new BuildStep(stage.DisplayName, text.ReplaceLineEndings(" "))
        {
            Number = isNumbered ? ++_numbered : null,
            Count = _count,
            Platform = _platform,
        };
        run.Options.Progress(new StepStarted(step));
        return step;
    }

    private void Finish(BuildStep step, StepOutcome outcome, Layer? layer, params IReadOnlyList<StepKey> keys)
    {
        var result = new StepResult(step, outcome, layer) { Keys = [.. keys.Select(StepCache.SharedKey)] };
        _steps.Add(result);
        run.Options.Progress(new StepFinished(step, result));
    }
}
