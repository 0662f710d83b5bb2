using System.Buffers.Binary;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Containerize.Attestations.Keyless;

/// <summary>
/// The proof in a certificate that a log of certificates has it (RFC 6962, 3.2 and 3.3): who issues certificates in
/// secret is found out.
/// </summary>
internal static class CertificateTimestamp
{
    private const string List = "1.3.6.1.4.1.11129.2.4.2";
    private const int IdLength = 32,
        HeadLength = 1 + IdLength + 8;

    /// <summary>Whether a trusted log has signed for the certificate.</summary>
    /// <param name="leaf">The certificate.</param>
    /// <param name="issuer">The certificate that issued it.</param>
    /// <param name="logs">The logs.</param>
    public static bool IsBy(X509Certificate2 leaf, X509Certificate2 issuer, IReadOnlyCollection<TrustedLog> logs)
    {
        try
        {
            if (FulcioCertificate.Extension(leaf, List) is not { } extension)
                return false;
            var body = WithoutList(leaf.RawData);
            var issuerKey = SHA256.HashData(issuer.PublicKey.ExportSubjectPublicKeyInfo());
            var list = Vector(AsnDecoder.ReadOctetString(extension, AsnEncodingRules.DER, out _), out _);
            while (list.Length > 0)
            {
                if (IsBy(Vector(list, out list), issuerKey, body, logs))
                    return true;
            }

            return false;
        }
        catch (Exception exception)
            when (exception is AsnContentException or CryptographicException or ArgumentException)
        {
            return false;
        }
    }

    private static bool IsBy(
        ReadOnlySpan<byte> timestamp,
        byte[] issuerKey,
        byte[] body,
        IReadOnlyCollection<TrustedLog> logs
    )
    {
        // The one version there is.
        if (timestamp.Length < HeadLength || timestamp[0] != 0)
            return false;
        var milliseconds = BinaryPrimitives.ReadInt64BigEndian(timestamp[(1 + IdLength)..HeadLength]);
        var extensions = Vector(timestamp[HeadLength..], out var rest);
        // Two bytes name hash and algorithm, which the key decides.
        var signature = Vector(rest[2..], out _);
        byte[] message =
        [
            0,
            0,
            .. timestamp[(1 + IdLength)..HeadLength],
            // An entry of a certificate before it is issued.
            0,
            1,
            .. issuerKey,
            (byte)(body.Length >> 16),
            (byte)(body.Length >> 8),
            (byte)body.Length,
            .. body,
            (byte)(extensions.Length >> 8),
            (byte)extensions.Length,
            .. extensions,
        ];
        var time = DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
        foreach (var log in logs)
        {
            if (
                log.Id.AsSpan().SequenceEqual(timestamp[1..(1 + IdLength)])
                && log.Period.Contains(time)
                && log.Verifies(message, signature)
            )
                return true;
        }

        return false;
    }

    // Two bytes of length, and as many bytes (RFC 5246, 4.3).
    private static ReadOnlySpan<byte> Vector(ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> rest)
    {
        var length = BinaryPrimitives.ReadUInt16BigEndian(bytes);
        rest = bytes[(2 + length)..];
        return bytes.Slice(2, length);
    }

    // The part of a certificate that is signed, as the log saw it.
    private static byte[] WithoutList(byte[] certificate)
    {
        var extensionsTag = new Asn1Tag(TagClass.ContextSpecific, 3, isConstructed: true);
        var body = new AsnReader(certificate, AsnEncodingRules.DER).ReadSequence().ReadSequence();
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            while (body.HasData && body.PeekTag() != extensionsTag)
                writer.WriteEncodedValue(body.ReadEncodedValue().Span);
            var extensions = body.ReadSequence(extensionsTag).ReadSequence();
            using (writer.PushSequence(extensionsTag))
            using (writer.PushSequence())
            {
                while (extensions.HasData)
                {
                    var extension = extensions.ReadEncodedValue();
                    if (new AsnReader(extension, AsnEncodingRules.DER).ReadSequence().ReadObjectIdentifier() != List)
                        writer.WriteEncodedValue(extension.Span);
                }
            }
        }

        return writer.Encode();
    }
}
