using System.Collections.Immutable;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores.Contents;
using Containerize.Stores.Files;
using Containerize.Stores.Registries.Client;
using Containerize.Stores.Registries.Pull;
using Containerize.Stores.Registries.Push;

namespace Containerize.Attestations.Registries;

/// <summary>
/// What a repository has about an image (distribution-spec, "Listing Referrers"): by the registry's own list, or where
/// it has none, by the index under the tag that names the image's digest ("Referrers Tag Schema").
/// </summary>
/// <param name="registry">The registry as references name it.</param>
/// <param name="repository">The repository.</param>
/// <param name="client">The run's client.</param>
public sealed class Referrers(string registry, string repository, RegistryClient client) : ReferrerPlace
{
    /// <summary>The tag that holds the referrers of an image in a registry that does not list them itself.</summary>
    /// <param name="subject">The digest of the image.</param>
    public static string FallbackTag(Digest subject) =>
        $"{subject.Algorithm}-{subject.Hex[..Math.Min(subject.Hex.Length, 64)]}";

    internal override async Task<(ImmutableArray<Descriptor> All, ContainerizeException? Refusal)> FindOrRefusalAsync(
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

    /// <inheritdoc/>
    public override async Task<Artifact> ArtifactAsync(Descriptor referrer, CancellationToken cancellationToken)
    {
        var contents = new RegistryContents(new ImageReference(registry, repository, null, referrer.Digest), client);
        var descriptor = await contents.ResolveAsync(cancellationToken).ConfigureAwait(false);
        using var stream = (await contents.OpenAsync(descriptor, cancellationToken).ConfigureAwait(false))!;
        var bytes = await JsonDocuments.ReadToEndAsync(stream, cancellationToken).ConfigureAwait(false);
        return ArtifactOf(descriptor.MediaType, referrer.Digest, bytes, contents.Where, contents.Blob);
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

    internal override ContainerizeException Broken(Digest subject, string what) =>
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
