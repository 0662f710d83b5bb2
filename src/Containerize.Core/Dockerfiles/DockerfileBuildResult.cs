using System.Collections.Immutable;
using Containerize.Dockerfiles.Checks;
using Containerize.Dockerfiles.Stages;
using Containerize.Dockerfiles.StepCaching;
using Containerize.Images;

namespace Containerize.Dockerfiles;

/// <summary>What a build of a Dockerfile made.</summary>
/// <param name="Images">The image of each platform, in the order that they were asked for.</param>
public sealed record DockerfileBuildResult(ImmutableArray<DockerfileImage> Images)
{
    /// <summary>What goes to sinks: the one image, or all with an index over them.</summary>
    public ImageSet Set => ImageSet.Of(Images.Select(image => image.Image));

    /// <summary>What is suspicious and no error: each with its place in the file.</summary>
    public ImmutableArray<string> Warnings { get; init; } = [];

    /// <summary>What the steps made that the build was to hand out (<see cref="DockerfileOptions.Shares"/>).</summary>
    public ImmutableArray<SharedStep> Shared =>
        [
            .. Images
                .SelectMany(image => image.Shared)
                .GroupBy(step => step.Key, StringComparer.Ordinal)
                .Select(same => same.First() with { IsOfImage = same.Any(step => step.IsOfImage) }),
        ];

    /// <summary>What the checks of the Dockerfile found, in the order of the file.</summary>
    public ImmutableArray<CheckFinding> Findings { get; init; } = [];
}
