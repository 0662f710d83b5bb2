using System.Security.Cryptography;

namespace Containerize.Attestations.Signatures;

/// <summary>
/// A private key that this process holds. ECDSA takes its random number from the key and the message (RFC 6979), so
/// that the same image has the same signature.
/// </summary>
internal sealed class PrivateKey : SigningKey
{
    private readonly ECParameters? _ec;
    private readonly RSA? _rsa;

    private PrivateKey(VerificationKey publicKey, ECParameters? ec, RSA? rsa)
        : base(publicKey) => (_ec, _rsa) = (ec, rsa);

    private protected override string Name => "The key";

    public static PrivateKey Of(ECDsa key, string where) =>
        new(VerificationKey.OfInfo(key.ExportSubjectPublicKeyInfo(), where), key.ExportParameters(true), null);

    public static PrivateKey Of(RSA key, string where) =>
        new(VerificationKey.OfInfo(key.ExportSubjectPublicKeyInfo(), where), null, key);

    private protected override Task<byte[]> MakeAsync(
        ReadOnlyMemory<byte> message,
        HashAlgorithmName hash,
        RSASignaturePadding padding,
        CancellationToken cancellationToken
    ) =>
        Task.FromResult(
            _rsa is not null
                ? _rsa.SignData(message.Span, hash, padding)
                : EcSignature.ToDer(DeterministicEcdsa.Sign(_ec!.Value, hash, message.Span))
        );
}
