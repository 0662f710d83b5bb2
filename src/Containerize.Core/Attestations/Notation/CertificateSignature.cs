using System.Formats.Asn1;
using System.Security.Cryptography;
using Containerize.Diagnostics;

namespace Containerize.Attestations.Notation;

/// <summary>
/// The signature of a certificate (RFC 5280, 4.1.1). The platform checks only whole chains against its own store, may
/// fetch certificates that others name, and does so differently on each system.
/// </summary>
internal static class CertificateSignature
{
    private static readonly RSASignaturePadding Pkcs1 = RSASignaturePadding.Pkcs1;
    private static readonly Asn1Tag First = new(TagClass.ContextSpecific, 0, isConstructed: true);

    /// <summary>Whether one certificate is signed by the key of another.</summary>
    /// <param name="certificate">The one that is signed.</param>
    /// <param name="issuer">The one whose key signed.</param>
    /// <returns>False for a hash or a key that signatures of Notation do not use, such as SHA-1.</returns>
    public static bool IsBy(Certificate certificate, Certificate issuer)
    {
        try
        {
            var reader = new AsnReader(certificate.Bytes.AsMemory(), AsnEncodingRules.DER).ReadSequence();
            var signed = reader.ReadEncodedValue();
            var algorithm = reader.ReadEncodedValue();
            var signature = reader.ReadBitString(out var unused);
            // What is signed names the algorithm once more (RFC 5280, 4.1.1.2).
            return unused == 0
                && InnerAlgorithm(signed).Span.SequenceEqual(algorithm.Span)
                && Parse(algorithm) is var (hash, padding)
                && issuer.Key().Verifies(signed.Span, signature, hash, padding);
        }
        catch (Exception exception) when (exception is AsnContentException or ContainerizeException)
        {
            return false;
        }
    }

    private static ReadOnlyMemory<byte> InnerAlgorithm(ReadOnlyMemory<byte> signed)
    {
        var reader = new AsnReader(signed, AsnEncodingRules.DER).ReadSequence();
        if (reader.PeekTag() == First)
            reader.ReadEncodedValue();
        reader.ReadIntegerBytes();
        return reader.ReadEncodedValue();
    }

    // RFC 5758, 3.2; RFC 4055, 5 and 3.1.
    private static (HashAlgorithmName, RSASignaturePadding)? Parse(ReadOnlyMemory<byte> algorithm)
    {
        var reader = new AsnReader(algorithm, AsnEncodingRules.DER).ReadSequence();
        return reader.ReadObjectIdentifier() switch
        {
            "1.2.840.10045.4.3.2" or "1.2.840.113549.1.1.11" => (HashAlgorithmName.SHA256, Pkcs1),
            "1.2.840.10045.4.3.3" or "1.2.840.113549.1.1.12" => (HashAlgorithmName.SHA384, Pkcs1),
            "1.2.840.10045.4.3.4" or "1.2.840.113549.1.1.13" => (HashAlgorithmName.SHA512, Pkcs1),
            "1.2.840.113549.1.1.10" => PssHash(reader.ReadSequence()) is { } hash
                ? (hash, RSASignaturePadding.Pss)
                : null,
            _ => null,
        };
    }

    // Without a hash SHA-1 is meant, which is not taken.
    private static HashAlgorithmName? PssHash(AsnReader parameters) =>
        !parameters.HasData || parameters.PeekTag() != First
            ? null
            : parameters.ReadSequence(First).ReadSequence().ReadObjectIdentifier() switch
            {
                "2.16.840.1.101.3.4.2.1" => HashAlgorithmName.SHA256,
                "2.16.840.1.101.3.4.2.2" => HashAlgorithmName.SHA384,
                "2.16.840.1.101.3.4.2.3" => HashAlgorithmName.SHA512,
                _ => null,
            };
}
