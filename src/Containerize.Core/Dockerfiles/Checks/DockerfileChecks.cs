using System.Collections.Immutable;
using Containerize.Diagnostics;
using Containerize.Dockerfiles.Stages;
using Containerize.Dockerfiles.Steps;
using Containerize.Dockerfiles.Syntax;
using Containerize.Dockerfiles.Syntax.Shell;
using Containerize.Entries;
using Containerize.Recipes;

namespace Containerize.Dockerfiles.Checks;

/// <summary>Checks a Dockerfile: what is written, and for the stages that the target needs what it means.</summary>
/// <param name="run">The build for one platform.</param>
internal sealed class DockerfileChecks(PlatformSession run)
{
    /// <summary>What was found, in the order of the file.</summary>
    /// <exception cref="ContainerizeException">The codes of a Dockerfile, and of a base image that cannot be
    /// read.</exception>
    public async Task<ImmutableArray<CheckFinding>> RunAsync(CheckOptions options, CancellationToken cancellationToken)
    {
        var file = run.File;
        var findings = new SyntaxChecks(file)
            .Run()
            .Concat(new FromChecks(file, run.Globals, Defaults(), run.Options.BuildPlatform).Run())
            .Concat(await OfStagesAsync(cancellationToken).ConfigureAwait(false));
        return
        [
            .. findings
                .Where(finding => options.For(LineOf(finding)).Counts(finding.Rule))
                .Distinct()
                .OrderBy(finding => finding.Position.Line)
                .ThenBy(finding => finding.Position.Column),
        ];
    }

    // Comments right above an instruction belong to it.
    private LogicalLine LineOf(CheckFinding finding) =>
        run
            .File.Stages.SelectMany(stage => stage.Instructions.Prepend(stage.From))
            .Concat(run.File.Arguments)
            .Select(instruction => instruction.Line)
            .Where(line =>
                (line.Comments is [var first, ..] ? first.Position : line.Start).Line
                <= (finding.Cause ?? finding.Position).Line
            )
            .MaxBy(line => line.Start.Line)!;

    private async Task<List<CheckFinding>> OfStagesAsync(CancellationToken cancellationToken)
    {
        var (findings, states) = (new List<CheckFinding>(), new Dictionary<int, CheckState>());
        var needed = run.Graph.NeededBy(run.Graph.Target(run.Options.Target));
        // A stage that is from another stands below it.
        foreach (var stage in needed.Where(stage => run.Options.Contexts.OfStage(stage) is null))
        {
            var (text, from) = run.Graph.BaseOf(stage);
            var begin =
                from is null ? await OfBaseAsync(stage, text, cancellationToken).ConfigureAwait(false)
                : states.TryGetValue(from.Number, out var known)
                    ? AfterTriggers(stage, known.Triggers, known with { Triggers = [] })
                : await OfContextAsync(from, cancellationToken).ConfigureAwait(false);
            var checks = new StageChecks(run.File, Given, Ignores);
            states[stage.Number] = checks.Run(stage, begin);
            findings.AddRange(checks.Findings);
        }

        return findings;
    }

    private async Task<CheckState> OfBaseAsync(Stage stage, string text, CancellationToken cancellationToken)
    {
        var platform = new FromStep(run, stage).ReadPlatform();
        var image =
            text == Recipe.Scratch
                ? FromStep.Scratch(platform)
                : await run.Shared.ImageAsync(text, platform, cancellationToken).ConfigureAwait(false);
        return AfterTriggers(stage, image.Config.OnBuild, StateOf(image));
    }

    // What triggers set is seen below them; what is wrong with them is not of this stage.
    private CheckState AfterTriggers(Stage stage, IEnumerable<string> triggers, CheckState state) =>
        new StageChecks(run.File, Given, _ => false).Run(
            stage with
            {
                Instructions = [.. triggers.SelectMany(trigger => Dockerfile.ParseTrigger(stage, trigger))],
            },
            state
        );

    private ShellVariables Defaults()
    {
        try
        {
            return PlatformSession.ReadGlobals(
                run.Options with
                {
                    BuildArguments = ImmutableDictionary<string, string>.Empty,
                },
                run.File,
                run.Platform
            );
        }
        catch (ContainerizeException)
        {
            // One of them must be given.
            return run.Globals;
        }
    }

    private async Task<CheckState> OfContextAsync(Stage stage, CancellationToken cancellationToken) =>
        StateOf(
            await run
                .Shared.ImageAsync(run.Options.Contexts.OfStage(stage)!, run.Platform, cancellationToken)
                .ConfigureAwait(false)
        );

    private static CheckState StateOf(Images.Image image) =>
        new(FromStep.StateOf(image).Variables, []) { HasShell = image.Config.Shell is { IsEmpty: false } };

    private string? Given(string name, string? written) =>
        run.Options.BuildArguments.TryGetValue(name, out var value) ? value : written ?? run.Globals[name];

    private bool Ignores(string path) => Copying(path) is { } place && run.Shared.Context.Ignores(place);

    private static ContainerPath? Copying(string path) =>
        path.IndexOfAny(['*', '?', '[']) < 0 ? ContainerPath.Parse(PathText.Join("/", path)) : null;
}
