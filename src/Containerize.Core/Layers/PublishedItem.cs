using NuGet.Versioning;

namespace Containerize.Layers;

/// <summary>
/// What the build knows of a published file (an item of <c>ResolvedFileToPublish</c>). The publish folder is the truth
/// and these are its index.
/// </summary>
/// <param name="RelativePath">Below the publish folder, with <c>/</c> between names.</param>
public sealed record PublishedItem(string RelativePath)
{
    /// <summary>The id of the NuGet package that the file came with, or null.</summary>
    public string? PackageId { get; init; }

    /// <summary>The version of that package, or null.</summary>
    public string? PackageVersion { get; init; }

    /// <summary>Whether the file is part of the .NET runtime of a self-contained publish.</summary>
    public bool IsRuntime { get; init; }

    /// <summary>The name of the layer that such files lie in when nothing about their path says otherwise.</summary>
    internal string LayerName => IsRuntime ? LayerNames.Runtime
        : PackageId is null ? LayerNames.App
        : NuGetVersion.TryParse(PackageVersion, out var version) && version.IsPrerelease ? LayerNames.Prerelease
        : LayerNames.Dependencies;
}
