using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Containerize.Attestations;
using Containerize.Images;
using Containerize.Packages;
using Containerize.Stores;

namespace Containerize.Projects.Platforms;

/// <summary>The end of a build for several platforms: their images and the index over them go everywhere.</summary>
/// <param name="Platforms">The platforms' images.</param>
/// <param name="Sinks">Where they go.</param>
public sealed record PlatformBuild(ImmutableArray<PlatformImage> Platforms, ImmutableArray<IImageSink> Sinks)
{
    /// <summary>Whether the documents go into the index.</summary>
    public bool AttestsInIndex { get; init; }

    /// <summary>Reads the images and stores them with their index everywhere.</summary>
    /// <exception cref="Diagnostics.ContainerizeException">CTZ0043, or the code of a layout or a sink.</exception>
    public async Task<PlatformBuildResult> RunAsync(CancellationToken cancellationToken)
    {
        var (images, packages) = (new List<Image>(), new Dictionary<Digest, JsonArray>());
        var documents = new Dictionary<Digest, ImageDocuments>();
        foreach (var platform in Platforms)
        {
            images.Add(await platform.ReadAsync(cancellationToken).ConfigureAwait(false));
            packages[images[^1].Config.Digest] = PackageReport.Read(platform.Layout);
            documents[images[^1].Config.Digest] = ImageDocuments.Read(images[^1].Digest, platform.Layout);
        }

        var set = ImageSet.Of(images);
        if (AttestsInIndex && documents.Values.Any(one => !one.All.IsEmpty))
            set = IndexAttestations.With(set, image => documents[image.Config.Digest]);
        return new(set, packages, await Sinks.PushAsync(set, cancellationToken).ConfigureAwait(false))
        {
            Documents = [.. set.Images.Select(image => documents[image.Config.Digest].About(image.Digest))],
        };
    }

    /// <summary>What tells that the platforms' images and the outputs are still as the run left them; null where only
    /// another run would.</summary>
    public ImageFreshness? FreshnessOf(PlatformBuildResult result) =>
        ImageFreshness.All([
            ImageFreshness.Of(Platforms.SelectMany(platform => platform.Files)),
            .. Sinks.Select(sink => sink.FreshnessOf(result.Images)),
        ]);
}
