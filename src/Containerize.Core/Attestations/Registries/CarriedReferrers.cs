using System.Collections.Concurrent;
using System.Collections.Immutable;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores.Registries.Client;

namespace Containerize.Attestations.Registries;

/// <summary>What is attached to images goes with them from one registry to another.</summary>
internal static class CarriedReferrers
{
    private const int AtOnce = 8;

    // The manifests wait here for the target; what they name goes from registry to registry.
    private const long MostBytes = 64 << 20;

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
            var artifacts = await ReadAsync(source, digest, client, cancellationToken).ConfigureAwait(false);
            await target
                .AttachAsync(digest, artifacts, AttestationMode.Always, cancellationToken)
                .ConfigureAwait(false);
            count += artifacts.Length;
        }

        return count;
    }

    // What is about another image does not belong to this one, and one that is broken does not keep the others back:
    // a list may name anything.
    private static async Task<ImmutableArray<Artifact>> ReadAsync(
        Referrers source,
        Digest subject,
        RegistryClient client,
        CancellationToken cancellationToken
    )
    {
        var listed = await source.FindAsync(subject, cancellationToken).ConfigureAwait(false);
        Descriptor[] referrers = [.. listed.DistinctBy(referrer => referrer.Digest)];
        var artifacts = new Artifact?[referrers.Length];
        var bytes = 0L;
        var faults = new ConcurrentQueue<string>();
        await Parallel
            .ForEachAsync(
                Enumerable.Range(0, referrers.Length),
                new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
                async (number, token) =>
                {
                    var digest = referrers[number].Digest;
                    try
                    {
                        var artifact = await source.ArtifactAsync(referrers[number], token).ConfigureAwait(false);
                        if (ReferrerManifest.SubjectOf(artifact.Bytes.Span, digest.ToString())?.Digest != subject)
                            return;
                        if (Interlocked.Add(ref bytes, artifact.Bytes.Length) > MostBytes)
                            throw source.Broken(subject, $"the manifests take more than {MostBytes >> 20} MiB");
                        artifacts[number] = artifact;
                    }
                    catch (ContainerizeException exception)
                        when (Referrers.IsFaultOfContent(exception) && Volatile.Read(ref bytes) <= MostBytes)
                    {
                        client.Options.Log($"The referrer {digest} is not copied: {exception.Message}");
                        faults.Enqueue($"{digest}: {exception.Message}");
                    }
                }
            )
            .ConfigureAwait(false);
        if (faults.TryPeek(out var first))
            client.Options.Warn(
                $"Of what is attached to {subject}, {faults.Count} of {referrers.Length} are left behind, such as "
                    + first
            );
        return [.. artifacts.OfType<Artifact>()];
    }
}
