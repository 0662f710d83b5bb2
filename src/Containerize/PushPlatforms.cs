using Containerize.Images;
using Containerize.Stores.Registries;
using Microsoft.Build.Framework;

namespace Containerize.Tasks;

/// <summary>The end of a publish for several platforms: their images and the index over them go everywhere.</summary>
public sealed class PushPlatforms : ImageTask
{
    /// <summary>The layouts that the platforms' publishes left, with <c>RuntimeIdentifier</c> and <c>Base</c>.</summary>
    [Required]
    public ITaskItem[] Platforms { get; set; } = [];

    /// <summary>The index's JSON; empty where there is one platform.</summary>
    [Output]
    public string GeneratedIndex { get; private set; } = "";

    private protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var destinations = ReadDestinations();
        using var client = new RegistryClient(RegistrySettings);
        var build = new PlatformBuild([.. Platforms.Select(Read)], destinations.CreateSinks(client, IntermediateFolder));
        var result = await build.RunAsync(cancellationToken).ConfigureAwait(false);
        if (MetadataPath.Length > 0)
            BuildMetadata.OfPlatforms(destinations.Names, result).Write(MetadataPath);
        GeneratedIndex = result.Images.Index is { } index ? Text(index.Bytes) : "";
        Close(destinations, result.Images, result.Reports);
    }

    private static PlatformImage Read(ITaskItem item) => new(
        Platform.FromRuntimeIdentifier(item.GetMetadata("RuntimeIdentifier")), item.GetMetadata("FullPath"),
        item.GetMetadata("Base") is { Length: > 0 } reference ? ImageReference.Parse(reference) : null);
}
