using System.Text;
using Org.BouncyCastle.Bcpg;
using Org.BouncyCastle.Bcpg.OpenPgp;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Security;

namespace Containerize.Core.Tests.Packages;

/// <summary>An OpenPGP key of a test, with a subkey that signs, and what it signs.</summary>
internal sealed class TestKey
{
    private readonly PgpSecretKeyRing _ring;

    private TestKey(PgpSecretKeyRing ring, byte[] binary) => (_ring, Binary) = (ring, binary);

    /// <summary>A key that the tests trust.</summary>
    public static TestKey Trusted { get; } = Create(null);

    /// <summary>Another key.</summary>
    public static TestKey Stranger { get; } = Create(null);

    /// <summary>A key that expired a day after it was made.</summary>
    public static TestKey Expired { get; } = Create(TimeSpan.FromDays(1));

    /// <summary>The public key as it stands in a file of apt.</summary>
    public string Armored
    {
        get
        {
            using var bytes = new MemoryStream();
            using (var armor = new ArmoredOutputStream(bytes))
                armor.Write(Binary);
            return Encoding.ASCII.GetString(bytes.ToArray());
        }
    }

    /// <summary>The public key in binary.</summary>
    public byte[] Binary { get; }

    /// <summary>The fingerprint of the primary key.</summary>
    public string Fingerprint => Convert.ToHexString(_ring.GetPublicKey().GetFingerprint());

    /// <summary>This public key with the subkey of another below it, which this one has not signed.</summary>
    public byte[] WithSubkeyOf(TestKey other) =>
        PgpPublicKeyRing
            .InsertPublicKey(new PgpPublicKeyRing(Binary), new PgpPublicKeyRing(other.Binary).GetPublicKeys().Last())
            .GetEncoded();

    /// <summary>A clear-signed message.</summary>
    /// <param name="text">The text, lines ended.</param>
    /// <param name="withSubkey">Whether the subkey signs.</param>
    /// <param name="hash">The hash that is signed.</param>
    public string ClearSign(string text, bool withSubkey = true, HashAlgorithmTag hash = HashAlgorithmTag.Sha256)
    {
        var secret = withSubkey ? _ring.GetSecretKeys().Last() : _ring.GetSecretKey();
        var generator = new PgpSignatureGenerator(secret.PublicKey.Algorithm, hash);
        generator.InitSign(PgpSignature.CanonicalTextDocument, secret.ExtractPrivateKey([]));
        var lines = text.TrimEnd('\n').Split('\n');
        generator.Update(Encoding.UTF8.GetBytes(string.Join("\r\n", lines.Select(line => line.TrimEnd()))));
        using var bytes = new MemoryStream();
        using (var armor = new ArmoredOutputStream(bytes))
            generator.Generate().Encode(armor);
        var escaped = lines.Select(line => line.StartsWith('-') ? "- " + line : line);
        return $"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n{string.Join('\n', escaped)}\n"
            + $"{Encoding.ASCII.GetString(bytes.ToArray())}";
    }

    private static TestKey Create(TimeSpan? valid)
    {
        var random = new SecureRandom();
        var rsa = new RsaKeyPairGenerator();
        rsa.Init(new RsaKeyGenerationParameters(BigInteger.ValueOf(65537), random, 1024, 12));
        var made = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        var primary = new PgpKeyPair(PublicKeyAlgorithmTag.RsaGeneral, rsa.GenerateKeyPair(), made);
        var subkey = new PgpKeyPair(PublicKeyAlgorithmTag.RsaGeneral, rsa.GenerateKeyPair(), made);
        var packets = new PgpSignatureSubpacketGenerator();
        packets.SetKeyFlags(false, PgpKeyFlags.CanCertify | PgpKeyFlags.CanSign);
        if (valid is { } time)
            packets.SetKeyExpirationTime(false, (long)time.TotalSeconds);
        var sub = new PgpSignatureSubpacketGenerator();
        sub.SetKeyFlags(false, PgpKeyFlags.CanSign);
        var generator = new PgpKeyRingGenerator(
            PgpSignature.PositiveCertification,
            primary,
            "Test",
            SymmetricKeyAlgorithmTag.Null,
            Array.Empty<byte>(),
            true,
            packets.Generate(),
            null,
            random
        );
        generator.AddSubKey(subkey, sub.Generate(), null, HashAlgorithmTag.Sha256);
        return new(generator.GenerateSecretKeyRing(), generator.GeneratePublicKeyRing().GetEncoded());
    }
}
