using System.Collections.Immutable;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.IO;
using Containerize.Stores.Files;

namespace Containerize.Stores.Layouts;

/// <summary>
/// An OCI image layout folder (image-spec, image-layout.md), new or with other images in it, which stay. Under each tag
/// lies one image: what had it goes, with the blobs that only it had.
/// </summary>
public sealed class OciLayoutSink : IImageSink
{
    private readonly string _path;
    private readonly ImmutableArray<ImageReference> _names;
    private readonly FolderTree _tree;

    /// <summary>
    /// Leaves the layers of base images out, for a layout that only waits to be read: its reader has them from
    /// the base.
    /// </summary>
    public bool WithoutBase { get; init; }

    /// <summary>Creates the sink.</summary>
    /// <param name="path">The absolute path of the folder.</param>
    /// <param name="names">
    /// The image's names there, one at least; one without a tag means <c>latest</c>. Of several with the same tag the
    /// first counts.
    /// </param>
    public OciLayoutSink(string path, ImmutableArray<ImageReference> names)
    {
        ArgumentOutOfRangeException.ThrowIfZero(names.Length);
        _path = Path.TrimEndingDirectorySeparator(path);
        _names = [.. names.DistinctBy(ImageNames.TagOf)];
        _tree = new FolderTree(_path);
    }

    /// <summary>
    /// Stores the image. Blobs that are there are read and compared with their digest, which costs a fraction of
    /// writing them: a damaged one is replaced, and stays replaced whatever happens then.
    /// </summary>
    /// <exception cref="ContainerizeException">
    /// CTZ0007 when the folder cannot be written, CTZ0024 or CTZ0025 when what is there is no layout, or the code of a
    /// blob that cannot be read.
    /// </exception>
    public async Task<PushReport> PushAsync(ImageSet images, CancellationToken cancellationToken)
    {
        if (File.Exists(_path))
            throw new ContainerizeException(
                DiagnosticTable.OutputNotWritable,
                $"'{_path}' cannot be written: it is a file, and an OCI image layout is a folder. Choose "
                    + "another path, or remove the file."
            );
        using var folders = new OutputFiles();
        using var held = await LayoutLock.ExclusiveAsync(_path, folders, cancellationToken).ConfigureAwait(false);
        using var files = new OutputFiles();
        var before = await ReadIndexAsync(held, cancellationToken).ConfigureAwait(false);
        var after = LayoutFormat
            .Descriptors(images, _names)
            .Aggregate(before, (index, descriptor) => index.With(descriptor));
        after = LayoutGarbage.WithoutOrphans(
            _tree,
            before,
            after,
            LayoutFormat.Blobs(images).Select(blob => blob.Descriptor.Digest)
        );
        var written = await WriteBlobsAsync(Blobs(images), files, cancellationToken).ConfigureAwait(false);
        // One that says the same already stays as it is, for those who know it by its look.
        if (held.IsNew || !before.Bytes.AsSpan().SequenceEqual(after.Bytes))
            await WriteIndexAsync(after, files, held, cancellationToken).ConfigureAwait(false);
        files.Keep();
        held.Keep();
        folders.Keep();
        LayoutGarbage.Collect(_tree, before, after);
        return new PushReport(
            $"oci:{_path}:{ImageNames.TagOf(_names[0])}",
            LayoutFormat
                .Layers(images)
                .Where(written.ContainsKey)
                .ToImmutableDictionary(digest => digest, digest => written[digest])
        );
    }

    /// <summary>Stores documents and signatures about images that are in the layout, those that it lacks.</summary>
    /// <param name="referrers">Manifests with a subject, and all that they name.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    /// <exception cref="ContainerizeException">As of <see cref="PushAsync"/>.</exception>
    internal async Task AttachAsync(ImmutableArray<Artifact> referrers, CancellationToken cancellationToken)
    {
        if (referrers.IsEmpty)
            return;
        using var folders = new OutputFiles();
        using var held = await LayoutLock.ExclusiveAsync(_path, folders, cancellationToken).ConfigureAwait(false);
        using var files = new OutputFiles();
        var before = await ReadIndexAsync(held, cancellationToken).ConfigureAwait(false);
        var known = before.Manifests.Select(entry => entry.Digest).ToHashSet();
        var missing = referrers
            .DistinctBy(referrer => referrer.Descriptor.Digest)
            .Where(referrer => !known.Contains(referrer.Descriptor.Digest))
            .Select(LayoutReferrers.Entry)
            .ToList();
        var after = before.WithMore(missing);
        // No reader takes a longer one, and the images of the layout would be lost with it.
        if (after.Bytes.Length > JsonDocuments.ManifestLimit)
            throw new ContainerizeException(
                DiagnosticTable.ReferrersInvalid,
                $"What is attached to the images is not written into '{_path}': {missing.Count} more entries would "
                    + $"make its index longer than {JsonDocuments.ManifestLimit} bytes, which no reader takes. Remove "
                    + "what is not needed from the registry, or copy into a layout of its own."
            );
        await WriteBlobsAsync(
                referrers
                    .SelectMany(referrer => referrer.Blobs.Prepend(referrer.Document))
                    .DistinctBy(blob => blob.Descriptor.Digest),
                files,
                cancellationToken
            )
            .ConfigureAwait(false);
        if (missing.Count > 0)
            await WriteIndexAsync(after, files, held, cancellationToken).ConfigureAwait(false);
        files.Keep();
        held.Keep();
        folders.Keep();
    }

    public ImageFreshness? FreshnessOf(ImageSet images) =>
        ImageFreshness.Of(
            Blobs(images)
                .Select(blob => LayoutFormat.BlobName(blob.Descriptor.Digest))
                .Append(LayoutFormat.IndexName)
                .Append(LayoutFormat.MarkerName)
                .Select(_tree.PathOf)
        );

    private IEnumerable<Blob> Blobs(ImageSet images)
    {
        var layers = images
            .Images.SelectMany(image => image.Layers)
            .ToLookup(layer => layer.Name == Layer.BaseName, layer => layer.Blob.Descriptor.Digest);
        var leftOut = WithoutBase ? layers[true].Except(layers[false]).ToHashSet() : [];
        return LayoutFormat.Blobs(images).Where(blob => !leftOut.Contains(blob.Descriptor.Digest));
    }

    private async Task<LayoutIndex> ReadIndexAsync(LayoutLock held, CancellationToken cancellationToken)
    {
        var bytes = await _tree
            .ReadAsync(LayoutFormat.IndexName, JsonDocuments.ManifestLimit, cancellationToken)
            .ConfigureAwait(false);
        if (!held.IsNew || bytes is not null)
            LayoutFormat.Check(held.IsNew ? null : held.Read(), _tree);
        return bytes is null
            ? LayoutIndex.Empty
            : LayoutIndex.Parse(bytes, $"'{LayoutFormat.IndexName}' in {_tree.Where}");
    }

    private async Task<Dictionary<Digest, BlobFate>> WriteBlobsAsync(
        IEnumerable<Blob> blobs,
        OutputFiles files,
        CancellationToken cancellationToken
    )
    {
        var fates = new Dictionary<Digest, BlobFate>();
        foreach (var blob in blobs)
        {
            var isThere = await HoldsAsync(blob.Descriptor, cancellationToken).ConfigureAwait(false);
            if (!isThere)
                await files
                    .WriteAsync(
                        _tree.PathOf(LayoutFormat.BlobName(blob.Descriptor.Digest)),
                        stream => blob.CopyToAsync(stream, cancellationToken)
                    )
                    .ConfigureAwait(false);
            fates[blob.Descriptor.Digest] = isThere ? BlobFate.AlreadyThere : BlobFate.Written;
        }

        return fates;
    }

    private async Task<bool> HoldsAsync(Descriptor descriptor, CancellationToken cancellationToken)
    {
        var name = LayoutFormat.BlobName(descriptor.Digest);
        using var stream = _tree.Open(name);
        if (stream is null || stream.Length != descriptor.Size)
            return false;
        using var verified = new VerifyingStream(stream, descriptor, $"'{name}' in {_tree.Where}");
        try
        {
            await verified.CopyToAsync(Stream.Null, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (Exception exception) when (exception is IOException or ContainerizeException)
        {
            return false;
        }
    }

    private async Task WriteIndexAsync(
        LayoutIndex index,
        OutputFiles files,
        LayoutLock held,
        CancellationToken cancellationToken
    )
    {
        if (held.IsNew)
            held.Write();
        await files
            .WriteAsync(
                Path.Combine(_path, LayoutFormat.IndexName),
                stream => stream.WriteAsync(index.Bytes, cancellationToken).AsTask()
            )
            .ConfigureAwait(false);
    }
}
