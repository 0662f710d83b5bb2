namespace Containerize.Attestations.Signatures;

/// <summary>Who signs statements: a key, or an identity for which a certificate is issued.</summary>
public abstract class StatementSigner
{
    /// <summary>Whether the same statement always has the same bundle.</summary>
    public abstract bool IsDeterministic { get; }

    /// <summary>Signs a statement.</summary>
    /// <param name="statement">Its bytes.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The bytes of the bundle.</returns>
    internal abstract Task<byte[]> SignStatementAsync(byte[] statement, CancellationToken cancellationToken);

    /// <summary>Whether a bundle is one that this signer has made, so that no other is needed.</summary>
    internal abstract Task<bool> HasMadeAsync(SignatureBundle bundle, CancellationToken cancellationToken);
}
