using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores.Files;

namespace Containerize.Stores.Layouts;

/// <summary>What an OCI image layout consists of (image-spec, image-layout.md), be it a folder or a tarball.</summary>
internal static class LayoutFormat
{
    /// <summary>The file that says that this is a layout, and of which version.</summary>
    public const string MarkerName = "oci-layout";

    /// <summary>The file that names the images.</summary>
    public const string IndexName = "index.json";

    private const string Version = "1.0.0";

    /// <summary>The bytes of <see cref="MarkerName"/>.</summary>
    public static ReadOnlySpan<byte> Marker => "{\"imageLayoutVersion\":\"1.0.0\"}"u8;

    /// <summary>Where the content of this digest lies.</summary>
    public static string BlobName(Digest digest) => $"blobs/{digest.Algorithm}/{digest.Hex}";

    /// <summary>Checks the bytes of <see cref="MarkerName"/>; null when there is no such file.</summary>
    /// <exception cref="ContainerizeException">The tree's own code when it is missing or of another version, CTZ0024
    /// when it is no JSON.</exception>
    public static void Check(byte[]? marker, IFileTree tree)
    {
        if (marker is null)
            throw new ContainerizeException(
                tree.Invalid,
                $"{tree.Where} is not an OCI image layout: it has no '{MarkerName}'. Choose a layout, or a new "
                    + "or empty place to write one."
            );
        if (
            OciJson.Text(OciJson.Parse(marker, $"'{MarkerName}' in {tree.Where}")["imageLayoutVersion"]) is var version
            && version != Version
        )
            throw new ContainerizeException(
                tree.Invalid,
                $"{tree.Where} is an OCI image layout of version '{version}'; {Version} is the only one that "
                    + "there is. Make it again with a current tool."
            );
    }

    /// <summary>Checks that the tree is a layout, and reads what names its images.</summary>
    /// <exception cref="ContainerizeException">The tree's own code, or CTZ0024.</exception>
    public static async Task<ImageIndex> ReadIndexAsync(IFileTree tree, CancellationToken cancellationToken)
    {
        Check(
            await tree.ReadAsync(MarkerName, JsonDocuments.ManifestLimit, cancellationToken).ConfigureAwait(false),
            tree
        );
        var bytes =
            await tree.ReadAsync(IndexName, JsonDocuments.ManifestLimit, cancellationToken).ConfigureAwait(false)
            ?? throw new ContainerizeException(
                tree.Invalid,
                $"{tree.Where} is not an OCI image layout: it has no '{IndexName}'. Make it again."
            );
        return ImageIndex.Parse(bytes, MediaTypes.OciIndex, $"'{IndexName}' in {tree.Where}");
    }

    /// <summary>The descriptors with a name; all descriptors of images when the name is null.</summary>
    /// <exception cref="ContainerizeException">CTZ0020 when there is none.</exception>
    public static List<Descriptor> Meant(ImageIndex index, string? name, IFileTree tree)
    {
        var meant = index
            .Manifests.Where(descriptor =>
                name is null ? !LayoutReferrers.Is(descriptor) : ImageNames.IsMeant(descriptor, name)
            )
            .ToList();
        return meant.Count > 0
            ? meant
            : throw ImageNames.NotFound(tree, name, [.. index.Manifests.Select(ImageNames.Of)]);
    }

    /// <summary>
    /// Everything that has to be stored, each content once: the index if there is one, then of each image its manifest,
    /// its config, and its layers from the lowest; last what else the index names.
    /// </summary>
    public static IEnumerable<Blob> Blobs(ImageSet images) =>
        (
            images.Index is { } index
                ? [Blob.FromBytes(index.Descriptor.MediaType, index.Bytes)]
                : Enumerable.Empty<Blob>()
        )
            .Concat(images.Images.SelectMany(BlobsOf))
            .Concat(images.Artifacts.SelectMany(artifact => artifact.Blobs.Prepend(artifact.Document)))
            .DistinctBy(blob => blob.Descriptor.Digest);

    /// <summary>The layers of all images, each once.</summary>
    public static IEnumerable<Digest> Layers(ImageSet images) =>
        images.Images.SelectMany(image => image.Layers).Select(layer => layer.Blob.Descriptor.Digest).Distinct();

    /// <summary>
    /// What <see cref="IndexName"/> says: one descriptor for each of the names, in their order, of the index or of the
    /// one image.
    /// </summary>
    public static IEnumerable<Descriptor> Descriptors(ImageSet images, IEnumerable<ImageReference> names) =>
        names.Select(name =>
            images.Descriptor with
            {
                Platform = images.Index is null ? images.Images[0].Config.Platform : null,
                Annotations = ImageNames.Annotations(name),
            }
        );

    private static IEnumerable<Blob> BlobsOf(Image image) =>
        image
            .Layers.Select(layer => layer.Blob)
            .Prepend(image.ConfigBlob)
            .Prepend(Blob.FromBytes(image.Manifest.Descriptor.MediaType, image.Manifest.Bytes));
}
