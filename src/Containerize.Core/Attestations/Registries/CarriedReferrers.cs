using System.Collections.Immutable;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores.Contents;
using Containerize.Stores.Registries;
using Containerize.Stores.Registries.Client;

namespace Containerize.Attestations.Registries;

/// <summary>What is attached to images goes with them from one registry to another.</summary>
internal static class CarriedReferrers
{
    // A sentence has an end, whatever somebody attached.
    private const int MostKinds = 10;

    /// <summary>Copies the referrers of images that are in both repositories.</summary>
    /// <param name="from">Any name in the repository that the images came from.</param>
    /// <param name="to">Any name in the repository that they are in now.</param>
    /// <param name="images">The images.</param>
    /// <param name="client">The run's client.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>How many there are.</returns>
    /// <exception cref="ContainerizeException">CTZ0304, CTZ0305, CTZ0020 to CTZ0024, CTZ0030 to CTZ0039.</exception>
    public static async Task<int> CopyAsync(
        ImageReference from,
        ImageReference to,
        ImageSet images,
        RegistryClient client,
        CancellationToken cancellationToken
    )
    {
        var source = new Referrers(from.Registry, from.Repository, client);
        var target = new Attaching(to.Registry, to.Repository, client);
        var count = 0;
        foreach (var digest in DigestsOf(images))
        {
            var artifacts = await new ReferrerChains(source, client.Options)
                .ReadAsync(digest, cancellationToken)
                .ConfigureAwait(false);
            await AttachAsync(artifacts, target, cancellationToken).ConfigureAwait(false);
            var old = await new OldSignatures(from.Registry, from.Repository, client)
                .BlobsAsync(digest, cancellationToken)
                .ConfigureAwait(false);
            if (!old.IsEmpty)
                await new OldSignatures(to.Registry, to.Repository, client)
                    .AddAsync(digest, old, target, cancellationToken)
                    .ConfigureAwait(false);
            count += artifacts.Length + old.Length;
        }

        return count;
    }

    /// <summary>Attaches what another place has about images that are in a repository.</summary>
    /// <param name="artifacts">Manifests with a subject.</param>
    /// <param name="target">The repository.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ContainerizeException">CTZ0304, CTZ0305, CTZ0020 to CTZ0024, CTZ0030 to CTZ0039.</exception>
    public static async Task AttachAsync(
        ImmutableArray<Artifact> artifacts,
        Attaching target,
        CancellationToken cancellationToken
    )
    {
        foreach (var about in artifacts.GroupBy(each => ReferrerPlace.SubjectOf(each.Bytes.Span, "A referrer")?.Digest))
        {
            if (about.Key is { } subject)
                await target
                    .AttachAsync(subject, [.. about], AttestationMode.Always, cancellationToken)
                    .ConfigureAwait(false);
        }
    }

    /// <summary>What a place has about images.</summary>
    /// <param name="source">The place.</param>
    /// <param name="images">The images.</param>
    /// <param name="options">Hears what is left behind.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ContainerizeException">CTZ0304, or what the place does to us.</exception>
    public static async Task<ImmutableArray<Artifact>> ReadAsync(
        ReferrerPlace source,
        ImageSet images,
        RegistryOptions options,
        CancellationToken cancellationToken
    )
    {
        var all = ImmutableArray.CreateBuilder<Artifact>();
        foreach (var digest in DigestsOf(images))
            all.AddRange(
                await new ReferrerChains(source, options).ReadAsync(digest, cancellationToken).ConfigureAwait(false)
            );
        return all.ToImmutable();
    }

    private static IEnumerable<Digest> DigestsOf(ImageSet images) =>
        images.Images.Select(image => image.Digest).Append(images.Digest).Distinct();

    /// <summary>What is attached to images and does not go along to a place that is no registry, in a few
    /// sentences.</summary>
    /// <param name="from">Any name in the repository that the images came from.</param>
    /// <param name="images">The images.</param>
    /// <param name="isLayout">Whether the place holds manifests about images, and only the older form has no room
    /// there.</param>
    /// <param name="client">The run's client.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Null where nothing is attached.</returns>
    /// <exception cref="ContainerizeException">CTZ0304, CTZ0030 to CTZ0039.</exception>
    public static async Task<string?> LeftBehindAsync(
        ImageReference from,
        ImageSet images,
        bool isLayout,
        RegistryClient client,
        CancellationToken cancellationToken
    )
    {
        var source = new Referrers(from.Registry, from.Repository, client);
        var old = new OldSignatures(from.Registry, from.Repository, client);
        // What is in the index goes along with it.
        var inside = images.Artifacts.Select(artifact => artifact.Descriptor.Digest).ToHashSet();
        var types = new List<string>();
        foreach (var digest in DigestsOf(images))
        {
            types.AddRange(
                isLayout
                    ? []
                    : (await source.FindKnownAsync(digest, cancellationToken).ConfigureAwait(false))
                        .Where(referrer => !inside.Contains(referrer.Digest))
                        .Select(referrer => referrer.ArtifactType ?? "unknown")
            );
            types.AddRange(
                (await old.ReadAsync(digest, cancellationToken).ConfigureAwait(false)).Select(layer => layer.MediaType)
            );
        }

        return Note(types, from.Registry, isLayout);
    }

    /// <summary>Says what is left behind; null for nothing.</summary>
    /// <param name="types">The type of each.</param>
    /// <param name="where">Where it lies.</param>
    /// <param name="isLayout">Whether the place that the image goes to is a layout.</param>
    public static string? Note(IReadOnlyCollection<string> types, string where, bool isLayout)
    {
        if (types.Count == 0)
            return null;
        var kinds = types
            .CountBy(type => type)
            .OrderBy(kind => kind.Key, StringComparer.Ordinal)
            .Take(MostKinds)
            .Select(kind => $"{kind.Value} of the type {SingleLineText.Of(kind.Key)}");
        return $"What is attached to the image in {where} is left behind: {string.Join(", ", kinds)}. "
            + (isLayout ? "Only a registry holds them" : "A registry or an OCI layout holds them beside an image")
            + "; copy the image into one to keep them.";
    }
}
