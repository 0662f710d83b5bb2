using System.Security.Cryptography;
using Containerize.Attestations.Signatures;

namespace Containerize.Attestations.Notation;

/// <summary>
/// How a key signs, which follows from the key alone (notaryproject/specifications, signature-specification.md,
/// "Signature Algorithm Requirements"; RFC 7518, 3.4 and 3.5).
/// </summary>
/// <param name="Name">What the header calls it.</param>
/// <param name="Hash">The hash, which is that of PSS as well.</param>
internal sealed record JwsAlgorithm(string Name, HashAlgorithmName Hash)
{
    /// <summary>The algorithm of a key; null for a length of RSA that there is no algorithm for.</summary>
    public static JwsAlgorithm? Of(VerificationKey key) =>
        (key.HalfLength, key.Size) switch
        {
            (0, 2048) => new("PS256", HashAlgorithmName.SHA256),
            (0, 3072) => new("PS384", HashAlgorithmName.SHA384),
            (0, 4096) => new("PS512", HashAlgorithmName.SHA512),
            (0, _) => null,
            (_, 256) => new("ES256", HashAlgorithmName.SHA256),
            (_, 384) => new("ES384", HashAlgorithmName.SHA384),
            _ => new("ES512", HashAlgorithmName.SHA512),
        };

    /// <summary>Signs.</summary>
    /// <param name="key">A key of this algorithm.</param>
    /// <param name="message">What is signed.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>ECDSA as both halves side by side, or RSA.</returns>
    /// <exception cref="Diagnostics.ContainerizeException">CTZ0361.</exception>
    public async Task<byte[]> SignAsync(SigningKey key, byte[] message, CancellationToken cancellationToken)
    {
        var signature = await key.SignAsync(message, Hash, RSASignaturePadding.Pss, cancellationToken)
            .ConfigureAwait(false);
        var half = key.PublicKey.HalfLength;
        return half == 0 ? signature : EcSignature.ToHalves(signature, half);
    }

    /// <summary>Whether a signature is one of a key over a message.</summary>
    public bool Verifies(VerificationKey key, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        key.HalfLength == 0
            ? key.Verifies(message, signature, Hash, RSASignaturePadding.Pss)
            : signature.Length == 2 * key.HalfLength
                && key.Verifies(message, EcSignature.ToDer(signature), Hash, RSASignaturePadding.Pss);
}
