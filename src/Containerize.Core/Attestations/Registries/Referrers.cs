using System.Collections.Immutable;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores.Registries.Client;
using Containerize.Stores.Registries.Pull;
using Containerize.Stores.Registries.Push;

namespace Containerize.Attestations.Registries;

/// <summary>
/// What a repository has about an image (distribution-spec, "Listing Referrers"): by the registry's own list, or where
/// it
/// has none, by the index under the tag that names the image's digest ("Referrers Tag Schema").
/// </summary>
/// <param name="registry">The registry as references name it.</param>
/// <param name="repository">The repository.</param>
/// <param name="client">The run's client.</param>
public sealed class Referrers(string registry, string repository, RegistryClient client)
{
    /// <summary>The most referrers of one image that are read.</summary>
    public const int Most = 10_000;

    /// <summary>The tag that holds the referrers of an image in a registry that does not list them itself.</summary>
    /// <param name="subject">The digest of the image.</param>
    public static string FallbackTag(Digest subject) =>
        $"{subject.Algorithm}-{subject.Hex[..Math.Min(subject.Hex.Length, 64)]}";

    /// <summary>All referrers of an image, wherever they are listed.</summary>
    /// <param name="subject">The digest of the image.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ContainerizeException">CTZ0304 for a broken list, CTZ0030 to CTZ0039.</exception>
    public async Task<ImmutableArray<Descriptor>> FindAsync(Digest subject, CancellationToken cancellationToken) =>
        (await FindOrRefusalAsync(subject, cancellationToken).ConfigureAwait(false)).All;

    /// <summary>All referrers of an image, for who says what there is: where the registry refuses its list and no other
    /// place has one, that is the answer.</summary>
    /// <param name="subject">The digest of the image.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ContainerizeException">The registry's refusal; CTZ0304 for a broken list, CTZ0030 to
    /// CTZ0039.</exception>
    public async Task<ImmutableArray<Descriptor>> FindKnownAsync(Digest subject, CancellationToken cancellationToken)
    {
        var (all, refusal) = await FindOrRefusalAsync(subject, cancellationToken).ConfigureAwait(false);
        return all.IsEmpty && refusal is not null ? throw refusal : all;
    }

    /// <summary>All referrers of an image, and why there may be more: who may not read the list does not know that one
    /// is missing.</summary>
    /// <param name="subject">The digest of the image.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>No refusal where the registry gave its list or has none.</returns>
    /// <exception cref="ContainerizeException">CTZ0304 for a broken list, CTZ0030 to CTZ0039.</exception>
    internal async Task<(ImmutableArray<Descriptor> All, ContainerizeException? Refusal)> FindOrRefusalAsync(
        Digest subject,
        CancellationToken cancellationToken
    )
    {
        // A registry that has a list did not always have it, and a push that it did not list went under the tag.
        var (listed, refusal) = await ReadListAsync(subject, cancellationToken).ConfigureAwait(false);
        return listed is { IsEmpty: false } all
            ? (all, null)
            : (
                (await ReadFallbackAsync(subject, cancellationToken).ConfigureAwait(false)).Index?.Manifests ?? [],
                refusal
            );
    }

    /// <summary>
    /// The registry's own list; null where it has none, which any answer but 200 with an index means.
    /// </summary>
    /// <param name="subject">The digest of the image.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ContainerizeException">CTZ0304 for a list without end, CTZ0030 to CTZ0039.</exception>
    public async Task<ImmutableArray<Descriptor>?> ListAsync(Digest subject, CancellationToken cancellationToken) =>
        (await ReadListAsync(subject, cancellationToken).ConfigureAwait(false)).All;

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
        if (ReferrerManifest.SubjectOf(artifact.Bytes.Span, artifact.Descriptor.Digest.ToString())?.Digest != subject)
            throw Broken(subject, $"the referrer {referrer.Digest} is about another image");
        if (artifact.Blobs is not [_, var layer] || layer.Descriptor.Size > limit)
            throw Broken(subject, $"the referrer {referrer.Digest} has not one document of at most {limit} bytes");
        using var stream = await layer.OpenAsync(cancellationToken).ConfigureAwait(false);
        return await Stores.Files.JsonDocuments.ReadToEndAsync(stream, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A referrer with all that belongs to it, to be stored elsewhere.</summary>
    /// <param name="referrer">Its manifest.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ContainerizeException">CTZ0020 to CTZ0024 for what is there, CTZ0030 to CTZ0039.</exception>
    public async Task<Artifact> ArtifactAsync(Descriptor referrer, CancellationToken cancellationToken)
    {
        var contents = new RegistryContents(new ImageReference(registry, repository, null, referrer.Digest), client);
        var descriptor = await contents.ResolveAsync(cancellationToken).ConfigureAwait(false);
        using var stream = (await contents.OpenAsync(descriptor, cancellationToken).ConfigureAwait(false))!;
        var bytes = await Stores.Files.JsonDocuments.ReadToEndAsync(stream, cancellationToken).ConfigureAwait(false);
        var manifest = Manifest.Parse(bytes, descriptor.MediaType, contents.Where);
        // What the list says of it may be wrong (distribution-spec, "Listing Referrers": how an entry is made).
        var type = OciJson.Text(OciJson.Parse(bytes, contents.Where)["artifactType"]);
        var entry = new Descriptor(descriptor.MediaType, referrer.Digest, bytes.Length)
        {
            ArtifactType = type is { Length: > 0 } ? type : manifest.Config.MediaType,
            Annotations = manifest.Annotations,
        };
        return new Artifact(entry, bytes, [.. manifest.Layers.Prepend(manifest.Config).Select(contents.Blob)]);
    }

    /// <summary>The index under the fallback tag, and what tells that it is still the same.</summary>
    /// <returns>No index where there is no such tag.</returns>
    internal async Task<(ImageIndex? Index, string? Version)> ReadFallbackAsync(
        Digest subject,
        CancellationToken cancellationToken
    )
    {
        var (document, version) = await Tag(subject, FallbackTag(subject))
            .ReadAsync(cancellationToken)
            .ConfigureAwait(false);
        if (document is null)
            return (null, null);
        var index =
            ReferrerList.IndexOf(document.Bytes)
            ?? throw Broken(
                subject,
                $"the tag {FallbackTag(subject)} holds no index of at most {RegistrySource.LargestManifest} bytes"
            );
        return index.Manifests.Length > Most
            ? throw Broken(subject, $"the tag {FallbackTag(subject)} has more than {Most} entries")
            : (index, version);
    }

    /// <summary>A tag about an image that others write, too.</summary>
    /// <param name="subject">The digest of the image's manifest.</param>
    /// <param name="tag">The tag.</param>
    internal SharedTag Tag(Digest subject, string tag) =>
        new(registry, repository, tag, client)
        {
            Contested = () =>
                new ContainerizeException(
                    DiagnosticTable.ReferrersContested,
                    $"The documents about {registry}/{repository}@{subject} are in the registry, but the tag "
                        + $"{tag} that names them was changed by others {SharedTag.MostRounds} times meanwhile. "
                        + "Run the command again."
                ),
        };

    /// <summary>Whether what is there is at fault, and not the way to it: another referrer may be good then.</summary>
    internal static bool IsFaultOfContent(ContainerizeException exception) =>
        exception.Diagnostic == DiagnosticTable.ReferrersInvalid
        || exception.Diagnostic == DiagnosticTable.ImageNotFound
        || exception.Diagnostic == DiagnosticTable.PlatformMissing
        || exception.Diagnostic == DiagnosticTable.DigestMismatch
        || exception.Diagnostic == DiagnosticTable.SizeMismatch
        || exception.Diagnostic == DiagnosticTable.InvalidManifest;

    /// <summary>The error for what a registry says of an image's referrers.</summary>
    internal ContainerizeException Broken(Digest subject, string what) =>
        new(
            DiagnosticTable.ReferrersInvalid,
            $"The referrers of {registry}/{repository}@{subject} cannot be read: {what}. "
                + "Remove what is wrong from the registry."
        );

    private Task<(ImmutableArray<Descriptor>? All, ContainerizeException? Refusal)> ReadListAsync(
        Digest subject,
        CancellationToken cancellationToken
    ) =>
        new ReferrerList(registry, repository, client).ReadAsync(
            subject,
            what => Broken(subject, what),
            cancellationToken
        );
}
