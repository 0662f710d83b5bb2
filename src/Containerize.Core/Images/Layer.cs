namespace Containerize.Images;

/// <summary>One step of an image's file system: a tar, as it is stored (image-spec, layer.md).</summary>
/// <param name="Blob">The bytes as they are stored, compressed or not.</param>
/// <param name="DiffId">The digest of the tar without compression, by which the config names the layer.</param>
/// <param name="Name">What we call it: <c>base</c>, <c>runtime</c>, <c>dependencies</c>, …, <c>app</c>.</param>
public sealed record Layer(Blob Blob, Digest DiffId, string Name)
{
    /// <summary>The name of every layer that came with a base image.</summary>
    public const string BaseName = "base";

    /// <summary>What tells it from the other layers of an image: its name, of a base's layer with the digest.</summary>
    public string Title => Name == BaseName ? $"{Name} {Blob.Descriptor.Digest.Abbreviated}" : Name;

    /// <summary>How the bytes are compressed.</summary>
    public LayerCompression Compression => MediaTypes.CompressionOf(Blob.Descriptor.MediaType) ?? LayerCompression.None;

    /// <summary>
    /// A copy of this layer with the media type of the given family; the bytes are the same. Docker's manifests have no
    /// annotations.
    /// </summary>
    public Layer In(ImageFormat format) =>
        this with
        {
            Blob = Blob with
            {
                Descriptor = Blob.Descriptor with
                {
                    MediaType = MediaTypes.LayerIn(format, Blob.Descriptor.MediaType),
                    Annotations = format == ImageFormat.Oci ? Blob.Descriptor.Annotations : Descriptor.NoAnnotations,
                },
            },
        };
}
