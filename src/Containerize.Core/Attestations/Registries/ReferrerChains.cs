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
    private ContainerizeException? _over;
    private long _bytes;

    /// <summary>Reads it, the nearest first.</summary>
    /// <param name="image">The digest of the image.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ContainerizeException">CTZ0304 for too many about the image itself or manifests of more than
    /// 64 MiB, or what the place does to us.</exception>
    public async Task<ImmutableArray<Artifact>> ReadAsync(Digest image, CancellationToken cancellationToken)
    {
        var all = ImmutableArray.CreateBuilder<Artifact>();
        // What is taken is not taken again: a list may lead in circles.
        var taken = new HashSet<Digest> { image };
        var total = 0;
        Digest[] subjects = [image];
        for (var depth = 0; subjects.Length > 0; depth++)
        {
            var next =
                depth == 0
                    ? await OfImageAsync(image, cancellationToken).ConfigureAwait(false)
                    : await OfOthersAsync(subjects, taken, cancellationToken).ConfigureAwait(false);
            total += next.Length;
            if (depth > 0 && (depth == Longest || total > ReferrerPlace.Most))
            {
                var why =
                    depth == Longest
                        ? $"it is about one that is about another, {Longest} times over"
                        : $"with it there would be more than {ReferrerPlace.Most}";
                foreach (var referrer in next)
                    Leave(referrer.Digest, why);
                break;
            }

            var artifacts = await ReadAsync(image, next, subjects.ToHashSet(), cancellationToken).ConfigureAwait(false);
            all.AddRange(artifacts);
            subjects = [.. artifacts.Select(artifact => artifact.Descriptor.Digest)];
            taken.UnionWith(subjects);
        }

        if (_faults.TryPeek(out var first))
            options.Warn(
                $"Of what is attached to {image}, {_faults.Count} {(_faults.Count == 1 ? "is" : "are")} left behind "
                    + $"and {all.Count} taken along; left behind is {first}"
            );
        return all.ToImmutable();
    }

    // A list of the image that may not be read is no empty one.
    private async Task<Descriptor[]> OfImageAsync(Digest image, CancellationToken cancellationToken) =>
        [
            .. (await source.FindKnownAsync(image, cancellationToken).ConfigureAwait(false)).DistinctBy(each =>
                each.Digest
            ),
        ];

    // Of what is about it most have no list, and one that cannot be read does not keep back what is found already. A
    // place that is out of reach is not asked again.
    private async Task<Descriptor[]> OfOthersAsync(
        Digest[] subjects,
        HashSet<Digest> taken,
        CancellationToken cancellationToken
    )
    {
        var found = new ConcurrentDictionary<Digest, Descriptor>();
        await EachAsync(
                subjects.Length,
                async (number, token) =>
                {
                    // More are not taken, so no more are held.
                    if (found.Count > ReferrerPlace.Most)
                        return;
                    try
                    {
                        if (Volatile.Read(ref _over) is { } over)
                            throw over;
                        var (listed, refusal) = await source
                            .FindOrRefusalAsync(subjects[number], token)
                            .ConfigureAwait(false);
                        foreach (var each in listed.Where(each => !taken.Contains(each.Digest)))
                            found.TryAdd(each.Digest, each);
                        // What the disk does not hand out was warned of once, and may be about anything.
                        if (refusal is not null && listed.IsEmpty && !ReferrerPlace.IsFaultOfDisk(refusal))
                            throw refusal;
                    }
                    catch (ContainerizeException exception)
                    {
                        if (!ReferrerPlace.IsFaultOfContent(exception))
                            Volatile.Write(ref _over, exception);
                        Leave($"what is about {subjects[number]}", exception.Message);
                    }
                },
                cancellationToken
            )
            .ConfigureAwait(false);
        return [.. found.Values.OrderBy(each => each.Digest.ToString(), StringComparer.Ordinal)];
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
                        when ((ReferrerPlace.IsFaultOfContent(exception) && Volatile.Read(ref _bytes) <= MostBytes)
                            || ReferrerPlace.IsFaultOfDisk(exception)
                        )
                    {
                        Leave(digest, exception.Message);
                    }
                },
                cancellationToken
            )
            .ConfigureAwait(false);
        return [.. artifacts.OfType<Artifact>()];
    }

    private void Leave(Digest referrer, string why) => Leave(referrer.ToString(), why);

    private void Leave(string referrer, string why)
    {
        options.Log($"Of what is attached this is not copied: {referrer}: {why}");
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
