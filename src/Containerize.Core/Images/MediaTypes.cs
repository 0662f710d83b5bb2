namespace Containerize.Images;

/// <summary>How layers are compressed; part of their media type.</summary>
public enum LayerCompression
{
    None,
    Gzip,
    Zstd,
}

/// <summary>
/// The two families of media types that an image's documents may have. One image never mixes them: registries and
/// engines take either, but some refuse an image that holds both.
/// </summary>
public enum ImageFormat
{
    /// <summary>Open Container Initiative, image-spec media-types.md.</summary>
    Oci,

    /// <summary>Docker image manifest version 2, schema 2.</summary>
    Docker,
}

/// <summary>The media types of both families (image-spec, media-types.md, with its compatibility matrix).</summary>
public static class MediaTypes
{
    public const string OciManifest = "application/vnd.oci.image.manifest.v1+json";
    public const string OciIndex = "application/vnd.oci.image.index.v1+json";
    public const string OciConfig = "application/vnd.oci.image.config.v1+json";
    public const string OciLayer = "application/vnd.oci.image.layer.v1.tar";
    public const string DockerManifest = "application/vnd.docker.distribution.manifest.v2+json";
    public const string DockerIndex = "application/vnd.docker.distribution.manifest.list.v2+json";
    public const string DockerConfig = "application/vnd.docker.container.image.v1+json";
    public const string DockerLayer = "application/vnd.docker.image.rootfs.diff.tar";

    private const string DockerForeignLayer = "application/vnd.docker.image.rootfs.foreign.diff.tar";
    private const string OciForeignLayer = "application/vnd.oci.image.layer.nondistributable.v1.tar";

    public static bool IsManifest(string mediaType) => mediaType is OciManifest or DockerManifest;

    public static bool IsIndex(string mediaType) => mediaType is OciIndex or DockerIndex;

    public static string Manifest(ImageFormat format) => format == ImageFormat.Oci ? OciManifest : DockerManifest;

    public static string Index(ImageFormat format) => format == ImageFormat.Oci ? OciIndex : DockerIndex;

    public static string Config(ImageFormat format) => format == ImageFormat.Oci ? OciConfig : DockerConfig;

    /// <summary>The media type of a layer. Docker's family has no zstd: engines refuse what some builders made
    /// up.</summary>
    /// <exception cref="ArgumentException">zstd in Docker's family.</exception>
    public static string Layer(ImageFormat format, LayerCompression compression) =>
        (format, compression) switch
        {
            (ImageFormat.Oci, LayerCompression.None) => OciLayer,
            (ImageFormat.Oci, LayerCompression.Gzip) => OciLayer + "+gzip",
            (ImageFormat.Oci, LayerCompression.Zstd) => OciLayer + "+zstd",
            (ImageFormat.Docker, LayerCompression.None) => DockerLayer,
            (ImageFormat.Docker, LayerCompression.Gzip) => DockerLayer + ".gzip",
            _ => throw new ArgumentException($"{format} images have no media type for {compression} layers."),
        };

    /// <summary>Whether a media type is one of the family.</summary>
    public static bool IsOf(ImageFormat format, string mediaType) =>
        mediaType.StartsWith(
            format == ImageFormat.Oci ? "application/vnd.oci." : "application/vnd.docker.",
            StringComparison.Ordinal
        );

    /// <summary>
    /// The media type in the given family of a layer with this one. What may not be distributed, of which Windows has
    /// some, stays so.
    /// </summary>
    /// <exception cref="ArgumentException">zstd in Docker's family.</exception>
    public static string LayerIn(ImageFormat format, string mediaType)
    {
        var own = Layer(format, CompressionOf(mediaType) ?? LayerCompression.None);
        return
            mediaType.StartsWith(OciForeignLayer, StringComparison.Ordinal)
            || mediaType.StartsWith(DockerForeignLayer, StringComparison.Ordinal)
            ? own.Replace(OciLayer, OciForeignLayer, StringComparison.Ordinal)
                .Replace(DockerLayer, DockerForeignLayer, StringComparison.Ordinal)
            : own;
    }

    /// <summary>How a layer of this media type is compressed; null for a media type that is no layer.</summary>
    public static LayerCompression? CompressionOf(string mediaType) =>
        mediaType switch
        {
            OciLayer or DockerLayer or OciForeignLayer or DockerForeignLayer => LayerCompression.None,
            OciLayer + "+gzip" or DockerLayer + ".gzip" or OciForeignLayer + "+gzip" or DockerForeignLayer + ".gzip" =>
                LayerCompression.Gzip,
            OciLayer + "+zstd" or OciForeignLayer + "+zstd" => LayerCompression.Zstd,
            _ => null,
        };
}
