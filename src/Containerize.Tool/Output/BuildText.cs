using System.Collections.Immutable;
using System.Globalization;
using Containerize.Dockerfiles;
using Containerize.Dockerfiles.Stages;
using Containerize.Images;
using Containerize.IO;
using Containerize.Stores;

namespace Containerize.Tool.Output;

/// <summary>What a build made, as people read it: the names with the digest, what was reused, and where it
/// went.</summary>
internal static class BuildText
{
    /// <param name="screen">Where it is written.</param>
    /// <param name="names">The image's names; none where only files were written.</param>
    /// <param name="result">What was made.</param>
    /// <param name="reports">Where it went.</param>
    /// <param name="isOutputTaken">Whether standard output is an output of the build itself.</param>
    public static void Write(
        Screen screen,
        ImmutableArray<ImageReference> names,
        DockerfileBuildResult result,
        ImmutableArray<PushReport> reports,
        bool isOutputTaken
    )
    {
        foreach (var name in names)
        {
            var line = $"{name with { Digest = null }}@{result.Set.Digest}";
            if (isOutputTaken)
                screen.Note(line);
            else
                screen.Write(line);
        }

        var steps = result
            .Images.SelectMany(image => image.Steps)
            .Where(step => step.Outcome != StepOutcome.Config)
            .ToList();
        var layers = result
            .Images.SelectMany(image => image.Image.Layers)
            .DistinctBy(layer => layer.Blob.Descriptor.Digest)
            .ToList();
        var done = steps.Count(step => step.Outcome == StepOutcome.Ran);
        var cached = steps.Count(step => step.Outcome == StepOutcome.Cached);
        var size = ByteSize.Text(layers.Sum(layer => layer.Blob.Descriptor.Size));
        screen.Note(
            $"{Counted(done, "step")} done, {Invariant(cached)} from the cache; "
                + $"{Counted(layers.Count, "layer")}, {size}"
        );
        foreach (var report in reports)
        {
            screen.Note($"-> {report.Destination}");
            foreach (var note in report.Notes)
                screen.Note($"   {note}");
        }
    }

    private static string Counted(int number, string noun) => $"{Invariant(number)} {noun}{(number == 1 ? "" : "s")}";

    private static string Invariant(int number) => number.ToString(CultureInfo.InvariantCulture);
}
