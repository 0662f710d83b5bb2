using System.Collections.Immutable;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.IO;
using Containerize.Stores.Contents;
using Containerize.Stores.Files;

namespace Containerize.Stores.Layouts;

/// <summary>
/// Documents and signatures about the images of a layout: manifests with a subject, which the layout's index names
/// without a name of an image (image-spec, image-layout.md and manifest.md).
/// </summary>
internal sealed class LayoutReferrers : ReferrerPlace
{
    // All of them are read to learn what they are about. More than this is no layout of images.
    private const long MostBytes = 64 << 20;

    private readonly IFileTree _tree;
    private readonly Action<string> _warn;
    private readonly AsyncOnce<Scan> _scan;

    /// <summary>Creates the place; it is read when it is asked.</summary>
    /// <param name="tree">The layout, a folder or a tarball.</param>
    /// <param name="warn">Hears how many cannot be read, once.</param>
    public LayoutReferrers(IFileTree tree, Action<string> warn) => (_tree, _warn, _scan) = (tree, warn, new(ScanAsync));

    /// <summary>Whether an entry of a layout's index is about another one, and no image of its own.</summary>
    public static bool Is(Descriptor entry) => entry.ArtifactType is { Length: > 0 } && MayBe(entry);

    /// <summary>An entry for a layout's index. The annotations of the manifest stay there: one of them may be the name
    /// of an image.</summary>
    public static Descriptor Entry(Artifact referrer) =>
        referrer.Descriptor with
        {
            Annotations = Descriptor.NoAnnotations,
        };

    internal override async Task<(ImmutableArray<Descriptor> All, ContainerizeException? Refusal)> FindOrRefusalAsync(
        Digest subject,
        CancellationToken cancellationToken
    )
    {
        var (bySubject, refusal) = await _scan.GetAsync(cancellationToken).ConfigureAwait(false);
        ImmutableArray<Descriptor> all = [.. bySubject[subject]];
        return all.Length > Most ? throw Broken(subject, $"the layout has more than {Most}") : (all, refusal);
    }

    /// <inheritdoc/>
    public override async Task<Artifact> ArtifactAsync(Descriptor referrer, CancellationToken cancellationToken)
    {
        var where = $"The manifest {referrer.Digest} in {_tree.Where}";
        JsonDocuments.CheckLength(referrer.Size, JsonDocuments.ManifestLimit, where);
        var bytes = await BytesAsync(_tree.Blob(referrer), cancellationToken).ConfigureAwait(false);
        return ArtifactOf(referrer.MediaType, referrer.Digest, bytes, where, _tree.Blob);
    }

    internal override async Task CheckAsync(Artifact referrer, CancellationToken cancellationToken)
    {
        foreach (var blob in referrer.Blobs)
            await CopyAsync(blob, Stream.Null, cancellationToken).ConfigureAwait(false);
    }

    internal override ContainerizeException Broken(Digest subject, string what) =>
        new(
            DiagnosticTable.ReferrersInvalid,
            $"The referrers of {subject} in {_tree.Where} cannot be read: {what}. "
                + "Copy the image with what is about it again."
        );

    // Other tools leave the type out.
    private static bool MayBe(Descriptor entry) =>
        MediaTypes.IsManifest(entry.MediaType) && ImageNames.Of(entry) is null;

    // One that is broken does not keep the others back. What it is about is unknown, so it belongs to no image; one
    // that the disk does not hand out may be about any.
    private async Task<Scan> ScanAsync(CancellationToken cancellationToken)
    {
        ContainerizeException? refusal = null;
        var index = await LayoutFormat.ReadIndexAsync(_tree, cancellationToken).ConfigureAwait(false);
        var found = new List<(Digest Subject, Descriptor Referrer)>();
        var (all, bytes, faults) = (0, 0L, new List<string>());
        foreach (var entry in index.Manifests.Where(MayBe).DistinctBy(entry => (entry.Digest, entry.Size)))
        {
            var isCounted = Is(entry);
            try
            {
                var artifact = await ArtifactAsync(entry, cancellationToken).ConfigureAwait(false);
                bytes += artifact.Bytes.Length;
                if (SubjectOf(artifact.Bytes.Span, $"The manifest {entry.Digest}") is { } subject)
                    found.Add((subject.Digest, artifact.Descriptor));
            }
            catch (ContainerizeException exception) when (IsFaultOfContent(exception) || IsFaultOfDisk(exception))
            {
                if (IsFaultOfDisk(exception))
                    (refusal, isCounted) = (refusal ?? exception, true);
                bytes += Math.Min(entry.Size, JsonDocuments.ManifestLimit);
                // An image without a name may lie elsewhere.
                if (isCounted)
                    faults.Add($"{entry.Digest}: {exception.Message}");
            }

            all += isCounted ? 1 : 0;

            if (bytes > MostBytes)
                throw new ContainerizeException(
                    DiagnosticTable.ReferrersInvalid,
                    $"What {_tree.Where} has about its images cannot be read: the manifests take more than "
                        + $"{MostBytes >> 20} MiB. Copy the image with what is about it again."
                );
        }

        if (faults.Count > 0)
            _warn(
                $"Of what {_tree.Where} has about its images, {faults.Count} of {all} cannot be read and are left "
                    + $"out, such as {faults[0]}"
            );
        return new Scan(found.ToLookup(each => each.Subject, each => each.Referrer), refusal);
    }

    private sealed record Scan(ILookup<Digest, Descriptor> BySubject, ContainerizeException? Refusal);
}
