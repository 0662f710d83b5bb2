namespace Containerize.Attestations.Signatures;

/// <summary>Who must have signed: a key, or an identity that an authority has certified.</summary>
public abstract class TrustedSigner
{
    /// <summary>The signer in a sentence.</summary>
    public abstract string Name { get; }

    /// <summary>Why a bundle is not signed by this one; null where it is.</summary>
    /// <exception cref="Diagnostics.ContainerizeException">CTZ0024 for a bundle that cannot be read.</exception>
    internal abstract string? FaultOf(SignatureBundle bundle, string where);

    /// <summary>Why a signature of the older form (<see cref="SimpleSigning"/>) is not by this one; null where it
    /// is.</summary>
    internal abstract string? FaultOf(ReadOnlySpan<byte> payload, ReadOnlySpan<byte> signature);
}
