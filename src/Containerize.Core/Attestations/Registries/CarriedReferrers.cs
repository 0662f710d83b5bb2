using System.Collections.Immutable;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores.Registries.Client;

namespace Containerize.Attestations.Registries;

/// <summary>What is attached to images goes with them from one registry to another.</summary>
internal static class CarriedReferrers
{
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
        foreach (var digest in images.Images.Select(image => image.Digest).Append(images.Digest).Distinct())
        {
            var artifacts = ImmutableArray.CreateBuilder<Artifact>();
            foreach (var referrer in await source.FindAsync(digest, cancellationToken).ConfigureAwait(false))
            {
                var artifact = await source.ArtifactAsync(referrer, cancellationToken).ConfigureAwait(false);
                // A list may name anything, and what is about another image does not belong to this one.
                if (ReferrerManifest.SubjectOf(artifact.Bytes.Span, referrer.Digest.ToString())?.Digest == digest)
                    artifacts.Add(artifact);
            }

            await target
                .AttachAsync(digest, artifacts.ToImmutable(), AttestationMode.Always, cancellationToken)
                .ConfigureAwait(false);
            count += artifacts.Count;
        }

        return count;
    }
}
