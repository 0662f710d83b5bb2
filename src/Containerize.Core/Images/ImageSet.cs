using System.Collections.Immutable;
using System.Diagnostics.Contracts;
using Containerize.Diagnostics;

namespace Containerize.Images;

/// <summary>
/// What has one name: one image, or images for several platforms with an index over them (image-spec, image-index.md).
/// All of it is of one family of media types.
/// </summary>
public sealed class ImageSet
{
    private ImageSet(ImmutableArray<Image> images, ImageIndex? index, ImmutableArray<Artifact> artifacts)
    {
        Images = images;
        Index = index;
        Artifacts = artifacts;
    }

    /// <summary>The images, one at least, in the order of the index.</summary>
    public ImmutableArray<Image> Images { get; }

    /// <summary>The index; null for one image alone.</summary>
    public ImageIndex? Index { get; }

    /// <summary>What else the index names, inner ones before those that name them; documents about the images in
    /// indexes of ours.</summary>
    public ImmutableArray<Artifact> Artifacts { get; }

    /// <summary>What the name stands for: the index, or the manifest of the one image.</summary>
    public Descriptor Descriptor => Index?.Descriptor ?? Images[0].Manifest.Descriptor;

    /// <summary>The digest that the whole is found by.</summary>
    public Digest Digest => Descriptor.Digest;

    /// <summary>One image alone.</summary>
    public static ImageSet FromImage(Image image) => new([image], null, []);

    /// <summary>Converts a single image to a set without an index.</summary>
    public static implicit operator ImageSet(Image image) => FromImage(image);

    /// <summary>
    /// One image as it is, or several with an index, ordered by platform, so that the index does not depend on which
    /// was ready first. Where the images are of different families all become OCI's.
    /// </summary>
    /// <param name="images">One image at least.</param>
    /// <exception cref="ContainerizeException">CTZ0043 when two are for one platform.</exception>
    [Pure]
    public static ImageSet Of(params IEnumerable<Image> images)
    {
        var ordered = images
            .OrderBy(image => image.Config.Platform.InIndex().ToString(), StringComparer.Ordinal)
            .ToImmutableArray();
        if (ordered is [var only])
            return FromImage(only);
        CheckPlatforms(ordered);
        var format =
            ordered.Select(image => image.Manifest.Format).Distinct().Count() == 1
                ? ordered[0].Manifest.Format
                : ImageFormat.Oci;
        ordered = [.. ordered.Select(image => image.In(format))];
        return new ImageSet(
            ordered,
            ImageIndex.Create(
                format,
                [
                    .. ordered.Select(image =>
                        image.Manifest.Descriptor with
                        {
                            Platform = image.Config.Platform.InIndex(),
                        }
                    ),
                ]
            ),
            []
        );
    }

    /// <summary>What a source holds under one name, as it is: an index, and all that it names.</summary>
    /// <param name="index">The index.</param>
    /// <param name="images">The images in it, in its order, one at least.</param>
    /// <param name="artifacts">What is no image, inner ones before those that name them.</param>
    public static ImageSet Of(ImageIndex index, ImmutableArray<Image> images, ImmutableArray<Artifact> artifacts)
    {
        ArgumentOutOfRangeException.ThrowIfZero(images.Length);
        return new ImageSet(images, index, artifacts);
    }

    /// <summary>The same images, with blobs of an unknown repository.</summary>
    /// <param name="find">Tells the repository of a blob; or null.</param>
    [Pure]
    internal ImageSet WithOrigins(Func<Blob, ImageReference?> find) =>
        new([.. Images.Select(image => image.WithOrigins(find))], Index, Artifacts);

    /// <summary>The image for a platform; where there is none, the first.</summary>
    public Image For(Platform? platform) =>
        Images.FirstOrDefault(image => platform?.Matches(image.Config.Platform) == true) ?? Images[0];

    // Of two manifests for one platform no client would ever get the second. Windows has one for each of its builds.
    private static void CheckPlatforms(ImmutableArray<Image> images)
    {
        var twice = images
            .GroupBy(image => (image.Config.Platform.InIndex().ToString(), image.Config.Platform.OsVersion))
            .FirstOrDefault(group => group.Count() > 1);
        if (twice is not null)
            throw new ContainerizeException(
                DiagnosticTable.PlatformTwice,
                $"Two of the images are for {twice.Key.Item1}, and an index has one for each platform. "
                    + "Leave one of their runtime identifiers out of ContainerRuntimeIdentifiers, or give it an "
                    + "image name of its own."
            );
    }
}
