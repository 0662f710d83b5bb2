using System.Collections.Immutable;
using Containerize.Attestations.Notation;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores.Contents;
using Containerize.Stores.Registries.Client;

namespace Containerize.Attestations.Registries;

/// <summary>A signature of Notation that was found beside an image.</summary>
/// <param name="Where">The digest of its manifest.</param>
/// <param name="Fault">Why it does not count; null where it does.</param>
/// <param name="Warnings">What the trust policy only logs.</param>
public sealed record FoundNotation(string Where, string? Fault, ImmutableArray<string> Warnings)
{
    /// <summary>What the disk has against it; null where it was read.</summary>
    internal ContainerizeException? Unread { get; init; }
}

/// <summary>The signatures of an image, weighed by a trust policy.</summary>
/// <param name="Image">The digest of the image.</param>
/// <param name="Policy">The name of the statement that applies.</param>
/// <param name="Level">Its level.</param>
/// <param name="Found">All that were looked at; the last one is the one that counts, if there is one.</param>
public sealed record NotationReport(Digest Image, string Policy, string Level, ImmutableArray<FoundNotation> Found)
{
    /// <summary>Whether the policy checks nothing of this image.</summary>
    public bool IsSkipped => Level == TrustLevels.Skip;

    /// <summary>The signature that counts; null for none.</summary>
    public FoundNotation? Counts => Found.FirstOrDefault(found => found.Fault is null);

    /// <summary>Whether the policy is content.</summary>
    public bool IsTrusted => IsSkipped || Counts is not null;

    /// <summary>Whether there may be more signatures, which are not looked at.</summary>
    public bool IsAtLimit => Found.Length >= ImageSignatures.Most;
}

/// <summary>What signatures of Notation are weighed by.</summary>
/// <param name="Policy">The absolute path of the trust policy.</param>
/// <param name="Store">The absolute folder that holds <c>x509</c>.</param>
public sealed record NotationTrust(string Policy, string Store);

/// <summary>Finds the signatures of Notation beside images, and checks them.</summary>
public sealed class NotationSignatures
{
    private readonly AttachedPlace _place;

    /// <summary>Those in a repository.</summary>
    /// <param name="place">Any name in the repository.</param>
    /// <param name="client">The run's client.</param>
    public NotationSignatures(ImageReference place, RegistryClient client)
        : this(AttachedPlace.Of(place, client)) { }

    /// <summary>Those in any place.</summary>
    internal NotationSignatures(AttachedPlace place) => _place = place;

    /// <summary>Weighs the signatures of an image by a trust policy.</summary>
    /// <param name="image">Its manifest or index.</param>
    /// <param name="trust">The policy and its store.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ContainerizeException">CTZ0443 to CTZ0445, CTZ0304, CTZ0030 to CTZ0039; CTZ0014, CTZ0025 or
    /// CTZ0026 where the disk does not hand out all and none of the others counts.</exception>
    public async Task<NotationReport> CheckAsync(
        Descriptor image,
        NotationTrust trust,
        CancellationToken cancellationToken
    )
    {
        var check = Open(image, trust);
        var statement = check.Statement;
        var found = ImmutableArray.CreateBuilder<FoundNotation>();
        if (statement.IsSkipped)
            return Report();
        var thumbprints = check.Trusted.Select(each => each.Thumbprint).ToImmutableArray();
        var (listed, refusal) = await _place
            .Referrers.FindOrRefusalAsync(image.Digest, cancellationToken)
            .ConfigureAwait(false);
        foreach (var referrer in Sorted(listed, thumbprints))
        {
            found.Add(await CheckAsync(referrer, check, cancellationToken).ConfigureAwait(false));
            refusal ??= found[^1].Unread;
            if (found[^1].Fault is null)
                return Report();
        }

        return refusal is null ? Report() : throw refusal;

        NotationReport Report() => new(image.Digest, statement.Name, statement.Level, found.ToImmutable());
    }

    /// <summary>What a policy demands of an image's signatures; nothing is trusted where it skips the
    /// repository.</summary>
    /// <exception cref="ContainerizeException">CTZ0443 to CTZ0445.</exception>
    internal NotationCheck Open(Descriptor image, NotationTrust trust)
    {
        var statement = TrustPolicy.Read(trust.Policy).For(_place.Repository);
        return new(
            statement,
            statement.IsSkipped ? [] : TrustStore.Read(trust.Store, statement.Stores),
            image,
            _place.Time.GetUtcNow()
        );
    }

    /// <summary>The signatures of an image that are read.</summary>
    internal async Task<ImmutableArray<Descriptor>> FindAsync(
        Digest image,
        ImmutableArray<string> thumbprints,
        CancellationToken cancellationToken
    ) => [.. Sorted(await _place.Referrers.FindAsync(image, cancellationToken).ConfigureAwait(false), thumbprints)];

    // The annotation with the certificates is not signed: it only says which come first.
    private static IEnumerable<Descriptor> Sorted(
        IEnumerable<Descriptor> referrers,
        ImmutableArray<string> thumbprints
    ) =>
        referrers
            .Where(referrer => referrer.ArtifactType == NotationEnvelope.ArtifactType)
            .DistinctBy(referrer => referrer.Digest)
            .OrderByDescending(referrer =>
                referrer.Annotation(NotationEnvelope.ThumbprintAnnotation) is { } names
                && thumbprints.Any(each => names.Contains(each, StringComparison.OrdinalIgnoreCase))
            )
            .Take(ImageSignatures.Most);

    /// <summary>The envelope of a signature.</summary>
    /// <exception cref="ContainerizeException">CTZ0304, CTZ0020 to CTZ0024, CTZ0030 to CTZ0039.</exception>
    internal Task<byte[]> ReadAsync(Descriptor referrer, Digest image, CancellationToken cancellationToken) =>
        _place.Referrers.ReadAsync(referrer, image, NotationEnvelope.Longest, cancellationToken);

    /// <summary>Checks one signature. One that is broken, or that the disk does not hand out, does not hide the
    /// good one beside it.</summary>
    /// <exception cref="ContainerizeException">CTZ0030 to CTZ0039: what cannot be reached is no answer.</exception>
    internal async Task<FoundNotation> CheckAsync(
        Descriptor referrer,
        NotationCheck check,
        CancellationToken cancellationToken
    )
    {
        var where = referrer.Digest.ToString();
        try
        {
            var bytes = await ReadAsync(referrer, check.Image.Digest, cancellationToken).ConfigureAwait(false);
            var outcome = check.Outcome(bytes, "The envelope");
            return new(where, outcome.Fault, outcome.Warnings);
        }
        catch (ContainerizeException exception)
            when (ReferrerPlace.IsFaultOfContent(exception) || ReferrerPlace.IsFaultOfDisk(exception))
        {
            return new(where, exception.Message.TrimEnd('.'), [])
            {
                Unread = ReferrerPlace.IsFaultOfDisk(exception) ? exception : null,
            };
        }
    }
}
