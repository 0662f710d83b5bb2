using System.Collections.Immutable;
using System.Globalization;
using Containerize.Dockerfiles.Building;
using Containerize.Images;
using Containerize.Reporting;
using Containerize.Stores;

namespace Containerize.Tool.Output;

/// <summary>What a build made, as people read it: the names with the digest, what was reused, and where it went.</summary>
internal static class BuildText
{
    public static void Write(Screen screen, ImmutableArray<ImageReference> names, DockerfileBuildResult result, ImmutableArray<PushReport> reports)
    {
        foreach (var name in names)
            screen.Write($"{name with { Digest = null }}@{result.Set.Digest}");
        var steps = result.Images.SelectMany(image => image.Steps).Where(step => step.Outcome != StepOutcome.Config).ToList();
        var layers = result.Images.SelectMany(image => image.Image.Layers).DistinctBy(layer => layer.Blob.Descriptor.Digest).ToList();
        screen.Note(string.Create(CultureInfo.InvariantCulture,
            $"{steps.Count(step => step.Outcome == StepOutcome.Ran)} steps done, {steps.Count(step => step.Outcome == StepOutcome.Cached)} from the cache; {layers.Count} layers, {ByteSize.Text(layers.Sum(layer => layer.Blob.Descriptor.Size))}"));
        foreach (var report in reports)
            screen.Note($"-> {report.Destination}");
    }
}
