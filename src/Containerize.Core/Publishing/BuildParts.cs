using System.Collections.Immutable;
using Containerize.Entries;
using Containerize.Images;
using Containerize.Layers;
using Containerize.Layers.Caching;
using Containerize.Packages;
using Containerize.Publishing.Layering;

namespace Containerize.Publishing;

/// <summary>The base image as it is, and in the format that the new image will have.</summary>
internal sealed record FoundBase(Image Pulled, Image Image);

/// <summary>What was installed, if packages were asked for, and the base with it.</summary>
internal sealed record SystemLayers(PackageInstallation? Packages, Image Image)
{
    public ImmutableArray<CachedLayer> Layers { get; init; } = [];

    public ImmutableArray<string> UnrunScripts { get; init; } = [];
}

/// <summary>The plan of the published files, the same as it is on the image below, and each layer with what it was
/// planned as, lowest first.</summary>
internal sealed record ProjectLayers(
    LayerPlan Plan,
    LayerPlan Placed,
    ImmutableArray<(PlannedLayer Plan, CachedLayer Made)> Layers,
    ContentHashes? Hashes
)
{
    /// <summary>What the head of the app's program says; null where <c>dotnet</c> runs the app.</summary>
    public ProgramFile? Program { get; init; }
}
