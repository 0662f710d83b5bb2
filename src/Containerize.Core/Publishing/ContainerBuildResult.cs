using System.Collections.Immutable;
using Containerize.Images;
using Containerize.Layers.Caching;
using Containerize.Packages;
using Containerize.Publishing.Layering;
using Containerize.Recipes;
using Containerize.Stores;

namespace Containerize.Publishing;

/// <summary>What a run made.</summary>
/// <param name="Image">The image.</param>
/// <param name="BaseImage">What it was made on.</param>
/// <param name="Recipe">How it was made.</param>
/// <param name="Plan">Which file lies in which layer, at the paths that the settings name.</param>
/// <param name="Reports">Where it went.</param>
public sealed record ContainerBuildResult(
    Image Image,
    Image BaseImage,
    Recipe Recipe,
    LayerPlan Plan,
    ImmutableArray<PushReport> Reports
)
{
    /// <summary>What the places have: the image, or an index with it.</summary>
    public ImageSet Images { get; init; } = Image;

    /// <summary>The entries of the layers as they are in the image: behind the links of the base, and with what was
    /// added to its certificates.</summary>
    public required LayerPlan Placed { get; init; }

    /// <summary>The digest of the base's manifest as it was found, before its media types changed.</summary>
    public required Digest BaseDigest { get; init; }

    /// <summary>A user or group that the container is to run as and the image does not know; null where none is
    /// found.</summary>
    public string? UnknownUser { get; init; }

    /// <summary>What the app will miss in the base image, as far as that is known; null for nothing.</summary>
    public string? BaseDoubt { get; init; }

    /// <summary>The operating-system packages that were installed; their bytes are gone. Null when none were asked
    /// for.</summary>
    public PackageInstallation? Packages { get; init; }

    /// <summary>The packages with maintainer scripts whose effect is missing.</summary>
    public ImmutableArray<string> UnrunScripts { get; init; } = [];

    /// <summary>The project's layers, lowest first, and where each was had from.</summary>
    public ImmutableArray<CachedLayer> Layers { get; init; } = [];

    /// <summary>What the run read of files that went into layers; null without a cache.</summary>
    public ContentHashes? Hashes { get; init; }

    /// <summary>How the next build checks that base and outputs are unchanged; null where it must build to
    /// know.</summary>
    public ImageFreshness? Freshness { get; init; }
}
