using System.Collections.Immutable;
using Containerize.Diagnostics;
using Containerize.Images;

namespace Containerize.Attestations.Notation;

/// <summary>What became of the check of one signature.</summary>
/// <param name="Fault">Why it does not count; null where it does.</param>
/// <param name="Warnings">What is wrong with it that the policy only logs.</param>
internal sealed record NotationOutcome(string? Fault, ImmutableArray<string> Warnings);

/// <summary>
/// What is demanded of a signature of Notation (notaryproject/specifications, trust-store-trust-policy.md, "Signature
/// Evaluation").
/// </summary>
/// <param name="Statement">The statement of the trust policy.</param>
/// <param name="Trusted">The certificates of its stores.</param>
/// <param name="Image">The manifest that has to be signed.</param>
/// <param name="Now">The time.</param>
internal sealed record NotationCheck(
    TrustStatement Statement,
    ImmutableArray<Certificate> Trusted,
    Descriptor Image,
    DateTimeOffset Now
)
{
    /// <summary>Checks an envelope.</summary>
    /// <param name="bytes">Its bytes.</param>
    /// <param name="where">What it is, for errors.</param>
    public NotationOutcome Outcome(ReadOnlySpan<byte> bytes, string where)
    {
        NotationEnvelope envelope;
        try
        {
            envelope = NotationEnvelope.Parse(bytes, where);
            if (IntegrityFault(envelope, Image, where) is { } broken)
                return new(broken, []);
        }
        catch (ContainerizeException exception)
        {
            return new(exception.Message.TrimEnd('.'), []);
        }

        var warnings = ImmutableArray.CreateBuilder<string>();
        foreach (var check in Enum.GetValues<TrustCheck>())
        {
            var action = Statement.Actions[check];
            if (action == TrustAction.Skip || Fault(check, envelope) is not { } fault)
                continue;
            if (action == TrustAction.Enforce)
                return new(fault, []);
            warnings.Add(fault);
        }

        return new(null, warnings.ToImmutable());
    }

    /// <summary>Why an envelope is not a signature by its own certificate over an image; null where it is.</summary>
    /// <exception cref="ContainerizeException">CTZ0024, CTZ0363.</exception>
    public static string? IntegrityFault(NotationEnvelope envelope, Descriptor image, string where)
    {
        if (envelope.Chain.Fault() is { } fault)
            return fault;
        var key = envelope.Chain.Leaf.Key();
        var algorithm = JwsAlgorithm.Of(key)!;
        // The key alone says how it signs: a header that could choose would be the attacker's.
        if (envelope.Algorithm != algorithm.Name)
            return $"'alg' is '{SingleLineText.Of(envelope.Algorithm)}', and its key signs by {algorithm.Name}";
        if (!algorithm.Verifies(key, envelope.Signed, envelope.Signature))
            return "it is not signed by its certificate";
        var target = envelope.Target(where);
        return target.Equals(image)
            ? null
            : $"it is signed for {target.Digest}, {SingleLineText.Of(target.MediaType)}, {target.Size} bytes";
    }

    private string? Fault(TrustCheck check, NotationEnvelope envelope) =>
        check switch
        {
            TrustCheck.Authenticity => AuthenticityFault(envelope.Chain),
            TrustCheck.AuthenticTimestamp => Statement.DemandsTimestamp
                ? "the trust policy demands a timestamp of an authority, which is not checked here; set "
                    + "\"verifyTimestamp\": \"afterCertExpiry\""
                : envelope.Chain.FaultAt(Now),
            TrustCheck.Expiry => envelope.Expiry <= Now ? $"it has expired at {envelope.Expiry:u}" : null,
            TrustCheck.Revocation => envelope.Chain.RevocationFault(),
            _ => null,
        };

    private string? AuthenticityFault(CertificateChain chain)
    {
        var leads = chain.Certificates.Any(each =>
            Trusted.Any(trusted => trusted.Bytes.AsSpan().SequenceEqual(each.Bytes.AsSpan()))
        );
        if (!leads)
            return $"the certificate of {chain.Leaf.Name} leads to none of the trusted ones";
        return
            Statement.Identities is not { } identities
            || (
                SubjectName.Of(chain.Leaf.SubjectName) is { } subject
                && identities.Any(identity => identity.IsPartOf(subject))
            )
            ? null
            : $"{chain.Leaf.Name} is not a trusted identity";
    }
}
