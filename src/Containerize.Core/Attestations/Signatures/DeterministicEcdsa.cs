using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X9;

namespace Containerize.Attestations.Signatures;

/// <summary>
/// ECDSA whose secret number follows from the key and the message (RFC 6979, 3.2), so that the same message has the
/// same signature. The platform multiplies the point, by importing the secret number as a private key. A library that
/// does so is compiled again in each process that signs.
/// </summary>
internal static class DeterministicEcdsa
{
    /// <summary>Signs a message.</summary>
    /// <param name="key">A private key on P-256, P-384 or P-521.</param>
    /// <param name="algorithm">The hash.</param>
    /// <param name="message">Any bytes.</param>
    /// <returns>Both halves side by side (RFC 7518, 3.4).</returns>
    public static byte[] Sign(ECParameters key, HashAlgorithmName algorithm, ReadOnlySpan<byte> message)
    {
        var order = OrderOf(key.Curve);
        var (bits, length) = ((int)order.GetBitLength(), (int)(order.GetBitLength() + 7) / 8);
        var d = new BigInteger(key.D!, isUnsigned: true, isBigEndian: true);
        var hash = Leftmost(CryptographicOperations.HashData(algorithm, message), bits);
        foreach (var k in Numbers(algorithm, order, [.. Bytes(d, length), .. Bytes(hash % order, length)]))
        {
            var r =
                new BigInteger(AbscissaOf(key.Curve, Bytes(k, length)), isUnsigned: true, isBigEndian: true) % order;
            // The order is a prime, so this power is the inverse.
            var s = BigInteger.ModPow(k, order - 2, order) * (hash + (r * d)) % order;
            if (!r.IsZero && !s.IsZero)
                return [.. Bytes(r, length), .. Bytes(s, length)];
        }

        throw new CryptographicException("The numbers of RFC 6979 do not end.");
    }

    /// <summary>The first coordinate of a multiple of the curve's base point.</summary>
    /// <param name="curve">The curve.</param>
    /// <param name="factor">The factor, as long as the order of the curve.</param>
    private static byte[] AbscissaOf(ECCurve curve, byte[] factor)
    {
        try
        {
            using var point = ECDsa.Create(new ECParameters { Curve = curve, D = factor });
            return point.ExportParameters(false).Q.X!;
        }
        catch (Exception exception) when (exception is CryptographicException or PlatformNotSupportedException)
        {
            return AbscissaByLibrary(curve, factor);
        }
    }

    /// <summary>The same where the platform demands the public half of a key, as that of macOS does.</summary>
    internal static byte[] AbscissaByLibrary(ECCurve curve, byte[] factor)
    {
        var parameters = ECNamedCurveTable.GetByOid(new DerObjectIdentifier(curve.Oid.Value!));
        var point = parameters.G.Multiply(new Org.BouncyCastle.Math.BigInteger(1, factor)).Normalize();
        return point.AffineXCoord.GetEncoded();
    }

    // RFC 6979, 3.2, from step b on.
    private static IEnumerable<BigInteger> Numbers(HashAlgorithmName algorithm, BigInteger order, byte[] seed)
    {
        var bits = (int)order.GetBitLength();
        var size = CryptographicOperations.HashData(algorithm, []).Length;
        var (v, k) = (new byte[size], new byte[size]);
        Array.Fill(v, (byte)1);
        Mix([0, .. seed]);
        Mix([1, .. seed]);
        while (true)
        {
            byte[] text = [];
            while (text.Length * 8 < bits)
                text = [.. text, .. v = CryptographicOperations.HmacData(algorithm, k, v)];
            var number = Leftmost(text, bits);
            if (!number.IsZero && number < order)
                yield return number;
            Mix([0]);
        }

        void Mix(byte[] more)
        {
            k = CryptographicOperations.HmacData(algorithm, k, (byte[])[.. v, .. more]);
            v = CryptographicOperations.HmacData(algorithm, k, v);
        }
    }

    // RFC 6979, 2.3.2.
    private static BigInteger Leftmost(byte[] text, int bits) =>
        new BigInteger(text, isUnsigned: true, isBigEndian: true) >> Math.Max(0, (text.Length * 8) - bits);

    private static byte[] Bytes(BigInteger number, int length)
    {
        var shortest = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[length - shortest.Length], .. shortest];
    }

    // SP 800-186, 3.2.1.3 to 3.2.1.5.
    private static BigInteger OrderOf(ECCurve curve) =>
        BigInteger.Parse(
            curve.Oid.Value switch
            {
                EcCurves.P384 => "0FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF"
                    + "581A0DB248B0A77AECEC196ACCC52973",
                EcCurves.P521 => "01FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"
                    + "FA51868783BF2F966B7FCC0148F709A5D03BB5C9B8899C47AEBB6FB71E91386409",
                _ => "0FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551",
            },
            NumberStyles.AllowHexSpecifier,
            CultureInfo.InvariantCulture
        );
}
