using System.Collections.Concurrent;
using System.Collections.Immutable;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores.Registries.Client;
using Containerize.Stores.Registries.Pull;

namespace Containerize.Attestations.Registries;

/// <summary>The index of an image's referrers under a tag, in a registry that does not list them itself.</summary>
/// <param name="registry">The registry as references name it.</param>
/// <param name="repository">The repository.</param>
/// <param name="client">The run's client.</param>
internal sealed class FallbackTag(string registry, string repository, RegistryClient client)
{
    // Of each tag what callers in this process add to it at the moment.
    private static readonly ConcurrentDictionary<string, ConcurrentDictionary<Batch, bool>> Waiting = new(
        StringComparer.Ordinal
    );

    private readonly Referrers _referrers = new(registry, repository, client);

    /// <summary>Adds entries. The one whose turn it is also writes for those who wait, so that many wait about as
    /// long as one.</summary>
    /// <param name="subject">The digest of the image.</param>
    /// <param name="added">The entries.</param>
    /// <param name="isLast">Whether it looks for what others took away; else what comes after has to.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ContainerizeException">CTZ0304, CTZ0305, CTZ0030 to CTZ0039.</exception>
    public async Task AddAsync(
        Digest subject,
        ImmutableArray<Descriptor> added,
        bool isLast,
        CancellationToken cancellationToken
    )
    {
        var tag = Referrers.FallbackTag(subject);
        var all = Waiting.GetOrAdd($"{registry}/{repository}:{tag}", _ => new());
        var own = new Batch(added);
        all.TryAdd(own, true);
        try
        {
            Batch[] written = [];
            await new TagWriting(registry, repository, client)
                .AddAsync(
                    subject,
                    tag,
                    async () =>
                    {
                        Batch[] batches = [.. all.Keys];
                        var (index, etag) = await _referrers
                            .ReadFallbackAsync(subject, cancellationToken)
                            .ConfigureAwait(false);
                        var before = index?.Manifests ?? [];
                        Descriptor[] lacking =
                        [
                            .. batches
                                .SelectMany(batch => batch.Added)
                                .ExceptBy(before.Select(other => other.Digest), entry => entry.Digest),
                        ];
                        written =
                            lacking.Length > 0 ? []
                            : written.Length > 0 ? written
                            : batches;
                        return new(
                            lacking.Length > 0 ? IndexOf(subject, before.AddRange(lacking)) : null,
                            etag,
                            index?.Descriptor.Digest
                        );
                    },
                    isLast,
                    () => own.IsWritten,
                    cancellationToken
                )
                .ConfigureAwait(false);
            foreach (var batch in written.Where(_ => isLast))
                batch.IsWritten = true;
        }
        finally
        {
            all.TryRemove(own, out _);
        }
    }

    private Artifact IndexOf(Digest subject, ImmutableArray<Descriptor> entries)
    {
        var index = ImageIndex.Create(ImageFormat.Oci, entries);
        if (entries.Length > Referrers.Most || index.Bytes.Length > RegistrySource.LargestManifest)
            throw _referrers.Broken(
                subject,
                $"with {entries.Length} entries, which take {index.Bytes.Length} bytes, the tag "
                    + $"{Referrers.FallbackTag(subject)} is too long"
            );
        return new Artifact(index.Descriptor, index.Bytes, []);
    }

    /// <summary>What one caller adds to a tag.</summary>
    private sealed class Batch(ImmutableArray<Descriptor> added)
    {
        public ImmutableArray<Descriptor> Added => added;

        /// <summary>Whether it is in the tag, and was looked for.</summary>
        public bool IsWritten { get; set; }
    }
}
