using System.Collections.Concurrent;
using System.Collections.Immutable;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores.Contents;
using Containerize.Stores.Registries;

namespace Containerize.Attestations.Registries;

/// <summary>
/// All that a place has about an image, to be stored elsewhere: what is about the image, what is about that, as a
/// signature of an SBOM is, and so on.
/// </summary>
/// <param name="source">The place.</param>
/// <param name="options">Hears what is left behind.</param>
internal sealed class ReferrerChains(ReferrerPlace source, RegistryOptions options)
{
    private const int AtOnce = 8;

    // The manifests wait here for the target; what they name goes from place to place.
    private const long MostBytes = 64 << 20;

    // A signature of an SBOM is the second.
    private const int Longest = 8;

    private readonly ConcurrentQueue<string> _faults = new();
    private long _bytes;

    /// <summary>Reads it, the nearest first.</summary>
    /// <param name="image">The digest of the image.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ContainerizeException">CTZ0304 for too many, or what the place does to us.</exception>
    public async Task<ImmutableArray<Artifact>> ReadAsync(Digest image, CancellationToken cancellationToken)
    {
        var all = ImmutableArray.CreateBuilder<Artifact>();
        // What is taken is not taken again: a list may lead in circles.
        var taken = new HashSet<Digest> { image };
        var total = 0;
        Digest[] subjects = [image];
        for (var depth = 0; subjects.Length > 0; depth++)
        {
            var listed = await ListAsync(subjects, isFirst: depth == 0, cancellationToken).ConfigureAwait(false);
            Descriptor[] next =
            [
                .. listed.Where(each => !taken.Contains(each.Digest)).DistinctBy(referrer => referrer.Digest),
            ];
            if ((total += next.Length) > ReferrerPlace.Most)
                throw source.Broken(image, $"with what is about them they are more than {ReferrerPlace.Most}");
            if (depth == Longest)
            {
                foreach (var referrer in next)
                    Leave(referrer.Digest, $"it is about one that is about another, {Longest} times over");
                break;
            }

            var artifacts = await ReadAsync(image, next, subjects.ToHashSet(), cancellationToken).ConfigureAwait(false);
            all.AddRange(artifacts);
            subjects = [.. artifacts.Select(artifact => artifact.Descriptor.Digest)];
            taken.UnionWith(subjects);
        }

        if (_faults.TryPeek(out var first))
            options.Warn(
                $"Of what is attached to {image}, {_faults.Count} of {total} are left behind, such as {first}"
            );
        return all.ToImmutable();
    }

    // A list of the image that may not be read is no empty one. Of what is about it most have none.
    private async Task<IEnumerable<Descriptor>> ListAsync(
        Digest[] subjects,
        bool isFirst,
        CancellationToken cancellationToken
    )
    {
        var lists = new ImmutableArray<Descriptor>[subjects.Length];
        await EachAsync(
                subjects.Length,
                async (number, token) =>
                    lists[number] = await (
                        isFirst
                            ? source.FindKnownAsync(subjects[number], token)
                            : source.FindAsync(subjects[number], token)
                    ).ConfigureAwait(false),
                cancellationToken
            )
            .ConfigureAwait(false);
        return lists.SelectMany(list => list);
    }

    // What is about another image does not belong to this one, and one that is broken does not keep the others back:
    // a list may name anything.
    private async Task<Artifact[]> ReadAsync(
        Digest image,
        Descriptor[] referrers,
        HashSet<Digest> subjects,
        CancellationToken cancellationToken
    )
    {
        var artifacts = new Artifact?[referrers.Length];
        await EachAsync(
                referrers.Length,
                async (number, token) =>
                {
                    var digest = referrers[number].Digest;
                    try
                    {
                        var artifact = await source.ArtifactAsync(referrers[number], token).ConfigureAwait(false);
                        if (
                            ReferrerPlace.SubjectOf(artifact.Bytes.Span, digest.ToString()) is not { } subject
                            || !subjects.Contains(subject.Digest)
                        )
                            return;
                        if (Interlocked.Add(ref _bytes, artifact.Bytes.Length) > MostBytes)
                            throw source.Broken(image, $"the manifests take more than {MostBytes >> 20} MiB");
                        await source.CheckAsync(artifact, token).ConfigureAwait(false);
                        artifacts[number] = artifact;
                    }
                    catch (ContainerizeException exception)
                        when (ReferrerPlace.IsFaultOfContent(exception) && Volatile.Read(ref _bytes) <= MostBytes)
                    {
                        Leave(digest, exception.Message);
                    }
                },
                cancellationToken
            )
            .ConfigureAwait(false);
        return [.. artifacts.OfType<Artifact>()];
    }

    private void Leave(Digest referrer, string why)
    {
        options.Log($"The referrer {referrer} is not copied: {why}");
        _faults.Enqueue($"{referrer}: {why}");
    }

    private static Task EachAsync(
        int count,
        Func<int, CancellationToken, ValueTask> body,
        CancellationToken cancellationToken
    ) =>
        Parallel.ForEachAsync(
            Enumerable.Range(0, count),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            body
        );
}
