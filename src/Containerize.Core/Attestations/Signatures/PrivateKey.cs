using System.Security.Cryptography;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X9;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Math;

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
        CancellationToken cancellationToken
    ) =>
        Task.FromResult(
            _rsa is not null
                ? _rsa.SignData(message.Span, PublicKey.Algorithm, RSASignaturePadding.Pkcs1)
                : SignEc(message.Span, _ec!.Value)
        );

    private byte[] SignEc(ReadOnlySpan<byte> message, ECParameters key)
    {
        var curve = ECNamedCurveTable.GetByOid(new DerObjectIdentifier(key.Curve.Oid.Value!));
        var signer = new ECDsaSigner(new HMacDsaKCalculator(DigestOf(PublicKey.Algorithm)));
        signer.Init(true, new ECPrivateKeyParameters(new BigInteger(1, key.D!), new ECDomainParameters(curve)));
        var halves = signer.GenerateSignature(CryptographicOperations.HashData(PublicKey.Algorithm, message));
        return StandardDsaEncoding.Instance.Encode(curve.N, halves[0], halves[1]);
    }

    private static IDigest DigestOf(HashAlgorithmName algorithm) =>
        algorithm == HashAlgorithmName.SHA512 ? new Sha512Digest()
        : algorithm == HashAlgorithmName.SHA384 ? new Sha384Digest()
        : new Sha256Digest();
}
