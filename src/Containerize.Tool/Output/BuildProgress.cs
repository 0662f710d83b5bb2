using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Containerize.Dockerfiles.Stages;
using Containerize.IO;
using Containerize.Reporting;

namespace Containerize.Tool.Output;

/// <summary>
/// The steps of a build: on a terminal those that go on are at its foot, with the last line that their command wrote,
/// and above them one line for each that is done; elsewhere all lines one after the other.
/// </summary>
/// <param name="screen">Where to.</param>
/// <param name="mode"><c>auto</c>, <c>plain</c> or <c>quiet</c>.</param>
internal sealed class BuildProgress(Screen screen, string mode)
{
    private readonly ConcurrentDictionary<BuildStep, long> _started = [];

    /// <summary>Does something while its steps and transfers are shown.</summary>
    public Task<T> ShowAsync<T>(Func<IProgress<WorkProgress>, Action<BuildEvent>, Task<T>> action) =>
        mode == "quiet" ? action(NoProgress.Instance, _ => { })
        : mode == "auto" && screen.IsTerminal
            ? LiveBars.RunAsync(screen, bars => action(bars, happened => Show(happened, bars)))
        : action(new ProgressLines(screen.Note, TimeProvider.System), Write);

    private void Show(BuildEvent happened, LiveBars bars)
    {
        switch (happened)
        {
            case StepStarted:
                _started[happened.Step] = Stopwatch.GetTimestamp();
                bars.Start(happened.Step, Title(happened.Step));
                break;
            case StepOutput output:
                bars.Tell(happened.Step, output.Line);
                break;
            case StepFinished finished:
                bars.Stop(happened.Step);
                screen.Note(Line(finished));
                break;
        }
    }

    private void Write(BuildEvent happened)
    {
        switch (happened)
        {
            case StepStarted:
                _started[happened.Step] = Stopwatch.GetTimestamp();
                break;
            case StepOutput output:
                screen.Note($"{Place(happened.Step)} | {output.Line}");
                break;
            case StepFinished finished:
                screen.Note(Line(finished));
                break;
        }
    }

    private string Line(StepFinished finished)
    {
        var layer = finished.Result.Layer is { } made ? $" {ByteSize.Text(made.Blob.Descriptor.Size)}" : "";
        var how = finished.Result.Outcome switch
        {
            StepOutcome.Cached => $" CACHED{layer}",
            StepOutcome.Ran when _started.TryRemove(finished.Step, out var start) => string.Create(
                CultureInfo.InvariantCulture,
                $" {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0}s{layer}"
            ),
            _ => "",
        };
        return Title(finished.Step) + how;
    }

    private static string Title(BuildStep step) => $"{Place(step)} {step.Text.ReplaceLineEndings(" ")}";

    private static string Place(BuildStep step) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"[{step.Platform} {step.Stage}{(step.Number is { } number ? $" {number}/{step.Count}" : "")}]"
        );
}
