using System.Security.Cryptography;
using Containerize.Diagnostics;

namespace Containerize.Attestations.Signatures;

/// <summary>A key that signs.</summary>
/// <param name="publicKey">Its public half.</param>
public abstract class SigningKey(VerificationKey publicKey) : StatementSigner
{
    /// <summary>The public half, by which each signature is checked before anybody sees it.</summary>
    public VerificationKey PublicKey => publicKey;

    /// <summary>Whether the same message always has the same signature.</summary>
    public override bool IsDeterministic => true;

    /// <summary>Signs a message.</summary>
    /// <param name="message">Any bytes.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>ECDSA in DER (RFC 3279, 2.2.3), or RSA PKCS #1 v1.5.</returns>
    /// <exception cref="ContainerizeException">CTZ0361.</exception>
    public Task<byte[]> SignAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken) =>
        SignAsync(message, publicKey.Algorithm, RSASignaturePadding.Pkcs1, cancellationToken);

    /// <summary>Signs a message with another hash than the key's own.</summary>
    /// <param name="message">Any bytes.</param>
    /// <param name="hash">The hash.</param>
    /// <param name="padding">The padding of RSA; that of PSS is random.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>ECDSA in DER (RFC 3279, 2.2.3), or RSA.</returns>
    /// <exception cref="ContainerizeException">CTZ0361.</exception>
    internal async Task<byte[]> SignAsync(
        ReadOnlyMemory<byte> message,
        HashAlgorithmName hash,
        RSASignaturePadding padding,
        CancellationToken cancellationToken
    )
    {
        var signature = await MakeAsync(message, hash, padding, cancellationToken).ConfigureAwait(false);
        return publicKey.Verifies(message.Span, signature, hash, padding)
            ? signature
            : throw new ContainerizeException(
                DiagnosticTable.SigningFailed,
                $"{Name} answered with {signature.Length} bytes that are no signature by the public key. "
                    + "Name the public half of the key that signs, and have the command sign the digest that it reads."
            );
    }

    internal sealed override Task<byte[]> SignStatementAsync(byte[] statement, CancellationToken cancellationToken) =>
        SignatureBundle.SignAsync(statement, this, cancellationToken);

    internal sealed override Task<bool> HasMadeAsync(SignatureBundle bundle, CancellationToken cancellationToken) =>
        Task.FromResult(bundle.IsBy(publicKey));

    /// <summary>What signs, for errors.</summary>
    private protected abstract string Name { get; }

    private protected abstract Task<byte[]> MakeAsync(
        ReadOnlyMemory<byte> message,
        HashAlgorithmName hash,
        RSASignaturePadding padding,
        CancellationToken cancellationToken
    );
}
