using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Containerize.Attestations;
using Containerize.Images;
using Containerize.Stores;

namespace Containerize.Projects.Platforms;

/// <summary>What a run for several platforms made.</summary>
/// <param name="Images">The images.</param>
/// <param name="Packages">The operating-system packages in each, by the digest of its config, which is the same in both
/// families of media types.</param>
/// <param name="Reports">Where they went.</param>
public sealed record PlatformBuildResult(
    ImageSet Images,
    IReadOnlyDictionary<Digest, JsonArray> Packages,
    ImmutableArray<PushReport> Reports
)
{
    /// <summary>The documents about each image, in the order of the images.</summary>
    public ImmutableArray<ImageDocuments> Documents { get; init; } = [];
}
