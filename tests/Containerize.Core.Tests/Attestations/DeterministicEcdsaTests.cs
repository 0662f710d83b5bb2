using System.Security.Cryptography;
using Containerize.Attestations.Signatures;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X9;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;

namespace Containerize.Core.Tests.Attestations;

/// <summary>RFC 6979, beside the implementation of BouncyCastle.</summary>
public sealed class DeterministicEcdsaTests
{
    [Theory]
    [InlineData("nistP256", "SHA256")]
    [InlineData("nistP384", "SHA384")]
    [InlineData("nistP521", "SHA512")]
    public void Each_signature_is_the_one_that_another_implementation_makes(string curve, string hash)
    {
        var algorithm = new HashAlgorithmName(hash);
        for (var number = 0; number < 20; number++)
        {
            using var key = ECDsa.Create(ECCurve.CreateFromFriendlyName(curve));
            var parameters = key.ExportParameters(true);
            var message = BitConverter.GetBytes(number);
            var signature = DeterministicEcdsa.Sign(parameters, algorithm, message);
            Assert.Equal(Other(parameters, algorithm, message), signature);
            Assert.True(key.VerifyData(message, signature, algorithm));
        }
    }

    [Theory]
    [InlineData("nistP256")]
    [InlineData("nistP384")]
    [InlineData("nistP521")]
    public void A_platform_that_multiplies_no_point_has_the_same_from_the_library(string curve)
    {
        using var key = ECDsa.Create(ECCurve.CreateFromFriendlyName(curve));
        var parameters = key.ExportParameters(true);
        Assert.Equal(parameters.Q.X, DeterministicEcdsa.AbscissaByLibrary(parameters.Curve, parameters.D!));
    }

    private static byte[] Other(ECParameters key, HashAlgorithmName algorithm, byte[] message)
    {
        IDigest digest =
            algorithm == HashAlgorithmName.SHA512 ? new Sha512Digest()
            : algorithm == HashAlgorithmName.SHA384 ? new Sha384Digest()
            : new Sha256Digest();
        var curve = ECNamedCurveTable.GetByOid(new DerObjectIdentifier(key.Curve.Oid.Value!));
        var signer = new ECDsaSigner(new HMacDsaKCalculator(digest));
        signer.Init(
            true,
            new ECPrivateKeyParameters(new Org.BouncyCastle.Math.BigInteger(1, key.D!), new ECDomainParameters(curve))
        );
        var halves = signer.GenerateSignature(CryptographicOperations.HashData(algorithm, message));
        return PlainDsaEncoding.Instance.Encode(curve.N, halves[0], halves[1]);
    }
}
