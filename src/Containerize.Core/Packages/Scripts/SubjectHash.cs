using System.Buffers.Binary;
using System.Formats.Asn1;
using System.Globalization;
using System.Security.Cryptography;

namespace Containerize.Packages.Scripts;

/// <summary>
/// The number by which OpenSSL finds a certificate in a folder (<c>openssl x509 -subject_hash</c>): SHA-1 of the
/// subject with its texts as UTF-8, in lower case, blanks cut at the ends and single within; its first four bytes as a
/// little-endian number.
/// </summary>
internal static class SubjectHash
{
    /// <summary>Eight lower-case hexadecimal digits.</summary>
    /// <param name="subject">The subject's name in DER.</param>
    public static string Of(byte[] subject)
    {
        using var canonical = new MemoryStream();
        var names = new AsnReader(subject, AsnEncodingRules.DER).ReadSequence();
        while (names.HasData)
            canonical.Write(Canonical(names.ReadSetOf()));
#pragma warning disable CA5350 // SHA-1 is what OpenSSL names its links by; nothing is trusted for it
        var hash = SHA1.HashData(canonical.ToArray());
#pragma warning restore CA5350 // see above
        return BinaryPrimitives.ReadUInt32LittleEndian(hash).ToString("x8", CultureInfo.InvariantCulture);
    }

    private static byte[] Canonical(AsnReader set)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSetOf())
        {
            while (set.HasData)
            {
                var attribute = set.ReadSequence();
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(attribute.ReadObjectIdentifier());
                    if (TextOf(attribute) is { } text)
                        writer.WriteCharacterString(UniversalTagNumber.UTF8String, Canonical(text));
                    else
                        writer.WriteEncodedValue(attribute.ReadEncodedValue().Span);
                }
            }
        }

        return writer.Encode();
    }

    private static string? TextOf(AsnReader attribute) =>
        (UniversalTagNumber)attribute.PeekTag().TagValue switch
        {
            var kind
            and (
                UniversalTagNumber.UTF8String
                or UniversalTagNumber.PrintableString
                or UniversalTagNumber.IA5String
                or UniversalTagNumber.VisibleString
                or UniversalTagNumber.BMPString
                or UniversalTagNumber.T61String
            ) => attribute.ReadCharacterString(kind),
            _ => null,
        };

    // Only ASCII: OpenSSL lowers no other letters, and sees no other blanks.
    private static string Canonical(string text)
    {
        var words = text.Split([' ', '\t', '\n', '\v', '\f', '\r'], StringSplitOptions.RemoveEmptyEntries);
        return new string([
            .. string.Join(' ', words).Select(c => char.IsAsciiLetterUpper(c) ? char.ToLowerInvariant(c) : c),
        ]);
    }
}
