using Containerize.Layers;
using NuGet.Versioning;

namespace Containerize.Publishing.Files;

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

    /// <summary>Why files that come with no package lie where they lie.</summary>
    internal const string OfNoPackage = "the project itself, and all that comes with no package";

    /// <summary>The layer that such files lie in when nothing about their path says otherwise, and why.</summary>
    internal LayerReason Reason =>
        IsRuntime ? new(LayerNames.Runtime, $"the .NET runtime, {Package}")
        : PackageId is null ? new(LayerNames.App, OfNoPackage)
        : NuGetVersion.TryParse(PackageVersion, out var version) && version.IsPrerelease
            ? new(LayerNames.Prerelease, $"{Package}, a prerelease")
        : new(LayerNames.Dependencies, Package);

    private string Package => $"package {PackageId} {PackageVersion}".TrimEnd();
}
