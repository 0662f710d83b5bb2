using System.Collections.Immutable;
using Containerize.Attestations.Signatures;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores.Contents;
using Containerize.Stores.Registries.Client;

namespace Containerize.Attestations.Registries;

/// <summary>A signature that was found beside an image.</summary>
/// <param name="Where">The digest of its manifest.</param>
/// <param name="Fault">Why it is not the one that is demanded; null where it is.</param>
public sealed record FoundSignature(string Where, string? Fault);

/// <summary>The signatures of an image, checked.</summary>
/// <param name="Image">The digest of the image.</param>
/// <param name="PredicateType">The type of statement that is demanded: a signature, or an attestation.</param>
/// <param name="Found">All that were looked at; the last one is the one that counts, if there is one.</param>
public sealed record SignatureReport(Digest Image, string PredicateType, ImmutableArray<FoundSignature> Found)
{
    /// <summary>Whether the older form was looked at, too.</summary>
    public bool ReadsOldForm { get; init; } = true;

    /// <summary>Whether one of them is what is demanded.</summary>
    public bool IsSigned => Found.Any(found => found.Fault is null);

    /// <summary>Why the image does not count as signed, in words that follow its name.</summary>
    public string Why =>
        (
            Found.IsEmpty ? $"has no {Noun}"
            : Found.Length == 1 ? $"has 1 {Noun}, which does not count: {Faults}"
            : $"has {Found.Length} {Noun}s, and none counts: {Faults}"
                + (Found.Length >= ImageSignatures.Most ? $"; no more than {ImageSignatures.Most} are read" : "")
        ) + (IsOfSignatures && !ReadsOldForm ? " (cosign's older form is read in registries only)" : "");

    private bool IsOfSignatures => PredicateType == SignedStatement.SignatureType;

    private string Noun => IsOfSignatures ? "signature" : "such attestation";

    private string Faults => string.Join("; ", Found.Take(3).Select(found => $"of {found.Where}: {found.Fault}"));
}

/// <summary>Finds the signatures of images, and checks them.</summary>
public sealed class ImageSignatures
{
    /// <summary>The most bundles of one image that are read: each costs two requests.</summary>
    public const int Most = 100;

    private readonly ReferrerPlace _referrers;
    private readonly OldSignatures? _old;

    /// <summary>Those in a repository.</summary>
    /// <param name="registry">The registry as references name it.</param>
    /// <param name="repository">The repository.</param>
    /// <param name="client">The run's client.</param>
    public ImageSignatures(string registry, string repository, RegistryClient client)
        : this(AttachedPlace.Of(new ImageReference(registry, repository), client)) { }

    /// <summary>Those in any place.</summary>
    internal ImageSignatures(AttachedPlace place) => (_referrers, _old) = (place.Referrers, place.Old);

    /// <summary>Checks the signatures of an image: bundles, and where none of them counts, the older form.</summary>
    /// <param name="check">What is demanded.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ContainerizeException">CTZ0304, CTZ0030 to CTZ0039; CTZ0014, CTZ0025 or CTZ0026 where the disk
    /// does not hand out all and none of the others counts.</exception>
    public async Task<SignatureReport> CheckAsync(SignatureCheck check, CancellationToken cancellationToken)
    {
        var found = ImmutableArray.CreateBuilder<FoundSignature>();
        var (listed, refusal) = await _referrers
            .FindOrRefusalAsync(check.Image, cancellationToken)
            .ConfigureAwait(false);
        foreach (var referrer in Bundles(listed, check.PredicateType))
        {
            var where = referrer.Digest.ToString();
            var (fault, unread) = await FaultOfAsync(referrer, check, cancellationToken).ConfigureAwait(false);
            refusal ??= unread;
            found.Add(new(where, fault));
            if (found[^1].Fault is null)
                return Report();
        }

        if (check.PredicateType == SignedStatement.SignatureType && _old is { } old)
        {
            foreach (var layer in await old.ReadAsync(check.Image, cancellationToken).ConfigureAwait(false))
            {
                found.Add(
                    new(
                        layer.Digest.ToString(),
                        await old.FaultOfAsync(layer, check, cancellationToken).ConfigureAwait(false)
                    )
                );
                if (found[^1].Fault is null)
                    return Report();
            }
        }

        return refusal is null ? Report() : throw refusal;

        SignatureReport Report() =>
            new(check.Image, check.PredicateType, found.ToImmutable()) { ReadsOldForm = _old is not null };
    }

    /// <summary>The bundles of an image that may hold a statement of a type.</summary>
    internal async Task<ImmutableArray<Descriptor>> FindAsync(
        Digest image,
        string predicateType,
        CancellationToken cancellationToken
    ) => [.. Bundles(await _referrers.FindAsync(image, cancellationToken).ConfigureAwait(false), predicateType)];

    // The annotation that names the type is not signed: it only keeps others from being fetched.
    private static IEnumerable<Descriptor> Bundles(IEnumerable<Descriptor> referrers, string predicateType) =>
        referrers
            .Where(referrer =>
                SignatureBundle.IsBundle(referrer.ArtifactType)
                && (referrer.Annotation(ReferrerManifest.BundlePredicateType) ?? predicateType) == predicateType
            )
            .DistinctBy(referrer => referrer.Digest)
            .Take(Most);

    /// <summary>A bundle.</summary>
    /// <exception cref="ContainerizeException">CTZ0304 and CTZ0020 to CTZ0024 for one that is broken, gone or attached
    /// to another image, CTZ0030 to CTZ0039 for one that the registry does not hand out.</exception>
    internal Task<byte[]> ReadAsync(Descriptor referrer, Digest image, CancellationToken cancellationToken) =>
        _referrers.ReadAsync(referrer, image, SignatureBundle.Longest, cancellationToken);

    // One that is broken, or that the disk does not hand out, does not hide the good one beside it. What cannot be
    // reached is no answer, and so is what was not read where no other counts.
    private async Task<(string? Fault, ContainerizeException? Unread)> FaultOfAsync(
        Descriptor referrer,
        SignatureCheck check,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var bundle = await ReadAsync(referrer, check.Image, cancellationToken).ConfigureAwait(false);
            return (check.FaultOf(bundle, "The bundle"), null);
        }
        catch (ContainerizeException exception) when (ReferrerPlace.IsFaultOfContent(exception))
        {
            return (exception.Message.TrimEnd('.'), null);
        }
        catch (ContainerizeException exception) when (ReferrerPlace.IsFaultOfDisk(exception))
        {
            return (exception.Message.TrimEnd('.'), exception);
        }
    }
}
