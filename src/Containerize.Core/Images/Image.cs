using System.Collections.Immutable;
using System.Diagnostics.Contracts;
using Containerize.Diagnostics;

namespace Containerize.Images;

/// <summary>
/// An image as a value: everything about it is in memory but the bytes of its layers. Changing it returns another
/// image.
/// </summary>
public sealed class Image
{
    /// <summary>The most layers that an image may have: what Linux's overlay mounts at once (OVL_MAX_STACK).</summary>
    public const int MostLayers = 500;

    private Image(ImageConfig config, ImmutableArray<Layer> layers, Manifest manifest)
    {
        Config = config;
        Layers = layers;
        Manifest = manifest;
    }

    public ImageConfig Config { get; }

    /// <summary>The layers, lowest first.</summary>
    public ImmutableArray<Layer> Layers { get; }

    public Manifest Manifest { get; }

    /// <summary>The digest of the manifest: the image's identity.</summary>
    public Digest Digest => Manifest.Descriptor.Digest;

    /// <summary>The config as a blob, to be stored like a layer.</summary>
    public Blob ConfigBlob => Blob.FromBytes(Manifest.Config.MediaType, Config.Bytes);

    /// <summary>The image without layers that <c>FROM scratch</c> means.</summary>
    public static Image Scratch(Platform platform) =>
        Create(ImageConfig.Scratch(platform), [], ImageFormat.Oci, Descriptor.NoAnnotations);

    /// <summary>The image that a source holds.</summary>
    /// <param name="manifest">Its manifest.</param>
    /// <param name="config">Its config.</param>
    /// <param name="blobs">The blob of each layer of the manifest, in the manifest's order.</param>
    /// <param name="where">What it is, for errors.</param>
    /// <exception cref="ContainerizeException">CTZ0024 when the documents contradict each other.</exception>
    public static Image Of(Manifest manifest, ImageConfig config, IEnumerable<Blob> blobs, string where)
    {
        var diffIds = config.DiffIds;
        if (manifest.Layers.Length > MostLayers)
            throw OciJson.Invalid(
                where,
                $"it has {manifest.Layers.Length} layers, and {MostLayers} is the most that can be mounted"
            );
        if (diffIds.Length != manifest.Layers.Length)
            throw OciJson.Invalid(
                where,
                $"the manifest has {manifest.Layers.Length} layers and the config {diffIds.Length}"
            );
        if (manifest.Layers.FirstOrDefault(layer => MediaTypes.CompressionOf(layer.MediaType) is null) is { } unknown)
            throw OciJson.Invalid(where, $"'{unknown.MediaType}' is no media type of a layer that we know");
        return new Image(
            config,
            [.. blobs.Zip(diffIds, (blob, diffId) => new Layer(blob, diffId, Layer.BaseName))],
            manifest
        );
    }

    [Pure]
    internal Image WithOrigins(Func<Blob, ImageReference?> find) =>
        new(
            Config,
            [
                .. Layers.Select(layer =>
                    layer.Blob.Origin is null
                        ? layer with
                        {
                            Blob = layer.Blob with { Origin = find(layer.Blob) },
                        }
                        : layer
                ),
            ],
            Manifest
        );

    /// <summary>Returns a copy of this image with another config.</summary>
    [Pure]
    public Image With(ImageConfig config) => Create(config, Layers, Manifest.Format, Manifest.Annotations);

    /// <summary>Returns a copy of this image with one more layer on top.</summary>
    /// <param name="layer">The layer; its media type becomes one of this image's family.</param>
    /// <param name="created">The time in the history.</param>
    /// <param name="createdBy">The instruction that makes it.</param>
    [Pure]
    public Image With(Layer layer, DateTimeOffset created, string createdBy) =>
        Create(
            Config.WithLayer(layer.DiffId, created, createdBy),
            Layers.Add(layer.In(Manifest.Format)),
            Manifest.Format,
            Manifest.Annotations
        );

    /// <summary>Returns a copy of this image with its layers stored otherwise: other bytes of the same tars.</summary>
    /// <param name="layers">The layers, as many and in the same order.</param>
    [Pure]
    internal Image StoredAs(IEnumerable<Layer> layers) =>
        Create(Config, [.. layers.Select(layer => layer.In(Manifest.Format))], Manifest.Format, Manifest.Annotations);

    /// <summary>Returns a copy of this image with one more annotation in its manifest.</summary>
    [Pure]
    public Image WithAnnotation(string key, string value) =>
        Create(Config, Layers, Manifest.Format, Manifest.Annotations.SetItem(key, value));

    /// <summary>Returns a copy of this image in the other family: other media types, the same config and
    /// layers.</summary>
    [Pure]
    public Image In(ImageFormat format) =>
        format == Manifest.Format
            ? this
            : Create(Config, [.. Layers.Select(layer => layer.In(format))], format, Manifest.Annotations);

    /// <summary>
    /// Returns a copy of an image of ours that was read back from where its own layers are alone: those of its base
    /// have their bytes from the base again, and the others their names.
    /// </summary>
    /// <param name="baseImage">What it was made upon.</param>
    /// <exception cref="ContainerizeException">CTZ0108 when it was made upon something else.</exception>
    [Pure]
    public Image Upon(Image baseImage)
    {
        var below = baseImage.Layers;
        if (
            !below
                .Select(layer => layer.Blob.Descriptor.Digest)
                .SequenceEqual(Layers.Take(below.Length).Select(layer => layer.Blob.Descriptor.Digest))
        )
            throw new ContainerizeException(
                DiagnosticTable.BaseChanged,
                $"The base image {baseImage.Digest} does not have the layers that the image {Digest} was made "
                    + "upon. Publish again, and write the base only while no publish runs."
            );
        var names = Config.OwnLayerNames;
        return new Image(
            Config,
            [
                .. Layers.Select(
                    (layer, i) =>
                        i < below.Length
                            ? layer with
                            {
                                Blob = below[i].Blob with { Descriptor = layer.Blob.Descriptor },
                            }
                            : layer with
                            {
                                Name = names[i] ?? layer.Name,
                            }
                ),
            ],
            Manifest
        );
    }

    private static Image Create(
        ImageConfig config,
        ImmutableArray<Layer> layers,
        ImageFormat format,
        ImmutableSortedDictionary<string, string> annotations
    )
    {
        var descriptor = new Descriptor(MediaTypes.Config(format), config.Digest, config.Bytes.Length);
        return new Image(
            config,
            layers,
            Manifest.Create(format, descriptor, [.. layers.Select(layer => layer.Blob.Descriptor)], annotations)
        );
    }
}
