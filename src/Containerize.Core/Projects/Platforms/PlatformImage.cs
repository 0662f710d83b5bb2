using Containerize.Attestations;
using Containerize.Images;
using Containerize.Packages;
using Containerize.Stores;
using Containerize.Stores.Layouts;

namespace Containerize.Projects.Platforms;

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
