using Containerize.Images;

namespace Containerize.Stores.Contents;

/// <summary>Images in memory as contents, to be checked before they go anywhere.</summary>
/// <param name="images">The images.</param>
/// <param name="where">What the user calls them, for errors.</param>
internal sealed class ImageSetContents(ImageSet images, string where) : IImageContents
{
    private readonly Dictionary<Digest, Blob> _blobs = All(images)
        .DistinctBy(blob => blob.Descriptor.Digest)
        .ToDictionary(blob => blob.Descriptor.Digest);

    public string Where => where;

    public Task<Descriptor> ResolveAsync(CancellationToken cancellationToken) => Task.FromResult(images.Descriptor);

    public async Task<Stream?> OpenAsync(Descriptor descriptor, CancellationToken cancellationToken) =>
        _blobs.TryGetValue(descriptor.Digest, out var blob)
            ? await blob.OpenAsync(cancellationToken).ConfigureAwait(false)
            : null;

    public Blob Blob(Descriptor descriptor) => _blobs[descriptor.Digest];

    /// <summary>
    /// Everything that has to be stored, in the order in which nothing names what is not there yet: of each image its
    /// layers, its config and its manifest, then the artifacts, last the index.
    /// </summary>
    public static IEnumerable<Blob> All(ImageSet images)
    {
        foreach (var image in images.Images)
        {
            foreach (var layer in image.Layers)
                yield return layer.Blob;
            yield return image.ConfigBlob;
            yield return Images.Blob.FromBytes(image.Manifest.Descriptor.MediaType, image.Manifest.Bytes);
        }

        foreach (var blob in images.Artifacts.SelectMany(artifact => artifact.Blobs.Append(artifact.Document)))
            yield return blob;
        if (images.Index is { } index)
            yield return Images.Blob.FromBytes(index.Descriptor.MediaType, index.Bytes);
    }
}
