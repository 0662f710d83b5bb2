using System.Collections.Immutable;
using Containerize.Diagnostics;
using Containerize.Images;

namespace Containerize.Stores.Contents;

/// <summary>
/// A place where manifests about images lie beside them: a repository of a registry, or an OCI layout. What is checked
/// of them is the same everywhere.
/// </summary>
public abstract class ReferrerPlace
{
    /// <summary>The most referrers of one image that are read.</summary>
    public const int Most = 10_000;

    // Two names of 127 and what is between them (RFC 6838, 4.2). Lists repeat it.
    private const int LongestType = 255;

    /// <summary>All referrers of an image, wherever they are listed.</summary>
    /// <param name="subject">The digest of the image.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ContainerizeException">CTZ0304 for a broken list, or what the place does to us.</exception>
    public async Task<ImmutableArray<Descriptor>> FindAsync(Digest subject, CancellationToken cancellationToken) =>
        (await FindOrRefusalAsync(subject, cancellationToken).ConfigureAwait(false)).All;

    /// <summary>All referrers of an image, for who says what there is: where a registry refuses its list and no other
    /// place has one, or where the disk does not hand out all and none is known, that is the answer.</summary>
    /// <param name="subject">The digest of the image.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ContainerizeException">The registry's refusal; CTZ0304 for a broken list, or what the place
    /// does to us.</exception>
    public async Task<ImmutableArray<Descriptor>> FindKnownAsync(Digest subject, CancellationToken cancellationToken)
    {
        var (all, refusal) = await FindOrRefusalAsync(subject, cancellationToken).ConfigureAwait(false);
        return all.IsEmpty && refusal is not null ? throw refusal : all;
    }

    /// <summary>All referrers of an image, and why there may be more: who may not read the list does not know that one
    /// is missing.</summary>
    /// <param name="subject">The digest of the image.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>No refusal where the place gave its list or has none.</returns>
    /// <exception cref="ContainerizeException">CTZ0304 for a broken list, or what the place does to us.</exception>
    internal abstract Task<(ImmutableArray<Descriptor> All, ContainerizeException? Refusal)> FindOrRefusalAsync(
        Digest subject,
        CancellationToken cancellationToken
    );

    /// <summary>The document of a referrer: its one layer, checked against its digest.</summary>
    /// <param name="referrer">The manifest of the referrer.</param>
    /// <param name="subject">The image that it has to be about.</param>
    /// <param name="limit">The most bytes that are read.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ContainerizeException">CTZ0304 for one of another image, or with another content.</exception>
    public async Task<byte[]> ReadAsync(
        Descriptor referrer,
        Digest subject,
        int limit,
        CancellationToken cancellationToken
    )
    {
        var artifact = await ArtifactAsync(referrer, cancellationToken).ConfigureAwait(false);
        if (SubjectOf(artifact.Bytes.Span, artifact.Descriptor.Digest.ToString())?.Digest != subject)
            throw Broken(subject, $"the referrer {referrer.Digest} is about another image");
        if (artifact.Blobs is not [_, var layer] || layer.Descriptor.Size > limit)
            throw Broken(subject, $"the referrer {referrer.Digest} has not one document of at most {limit} bytes");
        return await BytesAsync(layer, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A referrer with all that belongs to it, to be stored elsewhere.</summary>
    /// <param name="referrer">Its manifest.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ContainerizeException">CTZ0020 to CTZ0026 for what is there, or what the place does to
    /// us.</exception>
    public abstract Task<Artifact> ArtifactAsync(Descriptor referrer, CancellationToken cancellationToken);

    /// <summary>Reads what a referrer names, where that costs little, to learn before it is stored elsewhere that it is
    /// whole.</summary>
    /// <exception cref="ContainerizeException">CTZ0020 to CTZ0026 for what is not.</exception>
    internal virtual Task CheckAsync(Artifact referrer, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The error for what a place says of an image's referrers.</summary>
    internal abstract ContainerizeException Broken(Digest subject, string what);

    /// <summary>The image that a manifest is about; null for a manifest that says none.</summary>
    /// <param name="bytes">The manifest.</param>
    /// <param name="where">What it is, for errors.</param>
    /// <exception cref="ContainerizeException">CTZ0024.</exception>
    internal static Descriptor? SubjectOf(ReadOnlySpan<byte> bytes, string where) =>
        OciJson.Parse(bytes, where)["subject"] is { } subject ? Descriptor.Read(subject, where) : null;

    /// <summary>Whether what is there is at fault, and not the way to it: another referrer may be good then.</summary>
    internal static bool IsFaultOfContent(ContainerizeException exception) =>
        exception.Diagnostic == DiagnosticTable.ReferrersInvalid
        || exception.Diagnostic == DiagnosticTable.ImageNotFound
        || exception.Diagnostic == DiagnosticTable.PlatformMissing
        || exception.Diagnostic == DiagnosticTable.DigestMismatch
        || exception.Diagnostic == DiagnosticTable.SizeMismatch
        || exception.Diagnostic == DiagnosticTable.InvalidManifest
        // A blob that is missing, or a link out of the layout; what the disk does not hand out has the disk's error.
        || (
            exception.InnerException is null
            && (
                exception.Diagnostic == DiagnosticTable.InvalidLayout
                || exception.Diagnostic == DiagnosticTable.InvalidArchive
            )
        );

    /// <summary>Whether the disk does not hand out what is there: another referrer may be good then, and what this one
    /// is stays unknown.</summary>
    internal static bool IsFaultOfDisk(ContainerizeException exception) =>
        exception.InnerException is IOException or UnauthorizedAccessException
        && (
            exception.Diagnostic == DiagnosticTable.InvalidLayout
            || exception.Diagnostic == DiagnosticTable.InvalidArchive
            || exception.Diagnostic == DiagnosticTable.FileUnreadable
        );

    /// <summary>All the bytes of some content.</summary>
    /// <exception cref="ContainerizeException">As of <see cref="CopyAsync"/>.</exception>
    private protected static async Task<byte[]> BytesAsync(Blob blob, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        await CopyAsync(blob, bytes, cancellationToken).ConfigureAwait(false);
        return bytes.ToArray();
    }

    /// <summary>Reads content to its end; what the disk has against it is no fault of the content.</summary>
    /// <exception cref="ContainerizeException">CTZ0014, or the content's own.</exception>
    private protected static async Task CopyAsync(Blob blob, Stream target, CancellationToken cancellationToken)
    {
        try
        {
            using var stream = await blob.OpenAsync(cancellationToken).ConfigureAwait(false);
            await stream.CopyToAsync(target, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException exception)
        {
            throw new ContainerizeException(
                DiagnosticTable.FileUnreadable,
                $"The content {blob.Descriptor.Digest} cannot be read: {exception.Message.TrimEnd('.')}. "
                    + "Copy it here again.",
                exception
            );
        }
    }

    /// <summary>A referrer, from the bytes of its manifest.</summary>
    /// <param name="mediaType">The type that the manifest came as.</param>
    /// <param name="digest">Its digest.</param>
    /// <param name="bytes">The manifest, checked against the digest.</param>
    /// <param name="where">What it is, for errors.</param>
    /// <param name="blob">Opens what it names.</param>
    /// <exception cref="ContainerizeException">CTZ0024.</exception>
    private protected static Artifact ArtifactOf(
        string mediaType,
        Digest digest,
        byte[] bytes,
        string where,
        Func<Descriptor, Blob> blob
    )
    {
        var manifest = Manifest.Parse(bytes, mediaType, where);
        // What the list says of it may be wrong (distribution-spec, "Listing Referrers": how an entry is made).
        var type = OciJson.Text(OciJson.Parse(bytes, where)["artifactType"]);
        if ((type ?? manifest.Config.MediaType).Length > LongestType)
            throw OciJson.Invalid(where, $"its type has more than {LongestType} characters");
        var entry = new Descriptor(mediaType, digest, bytes.Length)
        {
            ArtifactType = type is { Length: > 0 } ? type : manifest.Config.MediaType,
            Annotations = manifest.Annotations,
        };
        return new Artifact(entry, bytes, [.. manifest.Layers.Prepend(manifest.Config).Select(blob)]);
    }
}
