using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Containerize.Attestations;
using Containerize.Images;
using Containerize.Packages;
using Containerize.Stores;
using Containerize.Stores.Layouts;

namespace Containerize.Publishing;

/// <summary>
/// The image of one platform, waiting for the others: each platform's publish leaves its image in a layout of its own,
/// without the layers of the base, and together they become one set.
/// </summary>
/// <param name="Platform">What it runs on.</param>
/// <param name="Layout">The absolute path of the layout's folder.</param>
/// <param name="Base">Where its base came from, and where the base's layers go to the sinks from.</param>
public sealed record PlatformImage(Platform Platform, string Layout, IImageSource Base)
{
    /// <summary>The name that the image has in its layout.</summary>
    public static ImageReference Name { get; } = new("localhost", "platform", "image");

    /// <summary>The place to store the image in.</summary>
    public static IImageSink Sink(string layout) => new OciLayoutSink(layout, [Name]) { WithoutBase = true };

    /// <summary>The files that tell which image waits.</summary>
    internal IEnumerable<string> Files =>
        [
            Path.Combine(Layout, LayoutFormat.IndexName),
            PackageReport.PathOf(Layout),
            .. ImageDocuments.AllFiles(Layout),
        ];

    /// <summary>Reads the image back, its own layers with their names, those of the base out of the base.</summary>
    /// <exception cref="Diagnostics.ContainerizeException">CTZ0020 to CTZ0027, CTZ0108, and those of the base's
    /// source.</exception>
    public async Task<Image> ReadAsync(CancellationToken cancellationToken)
    {
        var image = await new OciLayoutSource(new ImageLocation(Layout, Name.Tag))
            .PullAsync(Platform, cancellationToken)
            .ConfigureAwait(false);
        return image.Upon(await Base.PullAsync(Platform, cancellationToken).ConfigureAwait(false));
    }
}

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
