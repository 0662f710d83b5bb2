using System.Collections.Immutable;
using Containerize.Diagnostics;
using Containerize.Entries;
using Containerize.Images;
using Containerize.IO;
using Containerize.Stores.Files;
using Containerize.Stores.Layouts;
using Containerize.Tar;

namespace Containerize.Stores.Archives;

/// <summary>
/// A tarball that everything loads: an OCI image layout with a docker archive's <c>manifest.json</c> that points into
/// it, layers as they are. Of images for several platforms <c>manifest.json</c>, which has no platforms, names one: the
/// machine's. The order of the entries is fixed, what says what there is first, so that a reader of the stream
/// knows it: <c>oci-layout</c>, <c>index.json</c>, <c>manifest.json</c>, <c>blobs/</c> and the folders in it, the index
/// if there is one, each image's manifest, its config, its layers from the lowest. Files 0644, folders 0755, owner 0:0,
/// time the epoch.
/// </summary>
public sealed class ArchiveSink : IImageSink
{
    private readonly string _path;
    private readonly ImmutableArray<ImageReference> _names;
    private readonly Platform? _machine;

    /// <summary>Creates the sink.</summary>
    /// <param name="path">The absolute path of the file.</param>
    /// <param name="names">The image's names in it, one at least; one without a tag means <c>latest</c>.</param>
    /// <param name="machine">What a Docker that knows no indexes is to load of several platforms; null for the
    /// first.</param>
    public ArchiveSink(string path, ImmutableArray<ImageReference> names, Platform? machine = null)
    {
        ArgumentOutOfRangeException.ThrowIfZero(names.Length);
        _path = path;
        _names = names;
        _machine = machine;
    }

    /// <summary>Writes the tarball, or replaces the one that is there in the moment when the new one is
    /// complete.</summary>
    /// <exception cref="ContainerizeException">CTZ0007 when it cannot be written, or the code of a blob that cannot be
    /// read.</exception>
    public async Task<PushReport> PushAsync(ImageSet images, CancellationToken cancellationToken)
    {
        if (Directory.Exists(_path))
            throw new ContainerizeException(
                DiagnosticTable.OutputNotWritable,
                $"'{_path}' cannot be written: it is a folder, and an image tarball is a file. Choose another path."
            );
        using var files = new OutputFiles();
        await files.WriteAsync(_path, stream => WriteAsync(images, stream, cancellationToken)).ConfigureAwait(false);
        files.Keep();
        return new PushReport(
            _path,
            LayoutFormat.Layers(images).ToImmutableDictionary(digest => digest, _ => BlobFate.Written)
        );
    }

    public bool ReadsAllBlobs => true;

    public ImageFreshness? FreshnessOf(ImageSet images) => ImageFreshness.Of(_path);

    private async Task WriteAsync(ImageSet images, Stream stream, CancellationToken cancellationToken)
    {
        var tar = new TarWriter(stream);
        var index = ImageIndex.Create(ImageFormat.Oci, [.. LayoutFormat.Descriptors(images, _names)]);
        tar.Write(File(LayoutFormat.MarkerName, LayoutFormat.Marker.ToArray()));
        tar.Write(File(LayoutFormat.IndexName, index.Bytes.ToArray()));
        tar.Write(File(DockerManifest.FileName, DockerManifest.ToBytes(Describe(images.For(_machine)))));
        var blobs = LayoutFormat.Blobs(images).ToList();
        foreach (
            var folder in blobs
                .Select(blob => blob.Descriptor.Digest.Algorithm)
                .Distinct()
                .Order(StringComparer.Ordinal)
                .Prepend("")
        )
            tar.Write(new LayerEntry(ContainerPath.Parse($"/blobs/{folder}"), EntryKind.Directory, 0b111_101_101));
        foreach (var blob in blobs)
        {
            tar.WriteHeader(File(blob.Descriptor));
            await blob.CopyToAsync(stream, cancellationToken).ConfigureAwait(false);
            tar.WritePadding(blob.Descriptor.Size);
        }

        tar.Finish();
    }

    private DockerManifest Describe(Image image) =>
        new(
            LayoutFormat.BlobName(image.Config.Digest),
            [.. _names.Select(ImageNames.Full)],
            [.. image.Layers.Select(layer => LayoutFormat.BlobName(layer.Blob.Descriptor.Digest))]
        );

    private static LayerEntry File(string name, byte[] bytes) => File(name, FileContent.FromBytes(bytes, name));

    private static LayerEntry File(Descriptor descriptor) =>
        File(
            LayoutFormat.BlobName(descriptor.Digest),
            new FileContent(
                descriptor.Size,
                () => throw new InvalidOperationException("The content of a blob follows its header."),
                descriptor.Digest.ToString()
            )
        );

    private static LayerEntry File(string name, FileContent content) =>
        new(ContainerPath.Root.Combine(name), EntryKind.File, 0b110_100_100) { Content = content };
}
