using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Containerize.Attestations.Signatures;
using Containerize.Diagnostics;
using Containerize.Images;

namespace Containerize.Attestations.Keyless;

/// <summary>A certificate of an identity, as Fulcio issues it (fulcio, docs/oid-info.md).</summary>
/// <param name="Certificate">The certificate.</param>
/// <param name="Identity">Who it is for: a URI, a mail address or a name.</param>
/// <param name="Issuer">Who vouches for the identity: the URL of an OpenID provider.</param>
internal sealed record FulcioCertificate(X509Certificate2 Certificate, string Identity, string Issuer)
{
    private const string Names = "2.5.29.17",
        OldIssuer = "1.3.6.1.4.1.57264.1.1",
        NewIssuer = "1.3.6.1.4.1.57264.1.8",
        UserName = "1.3.6.1.4.1.57264.1.7";

    // GeneralName (RFC 5280, 4.2.1.6).
    private static readonly Asn1Tag OtherName = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly Asn1Tag Mail = new(TagClass.ContextSpecific, 1);
    private static readonly Asn1Tag Address = new(TagClass.ContextSpecific, 6);

    /// <summary>Reads the certificate of a bundle.</summary>
    /// <param name="der">Its bytes.</param>
    /// <param name="where">What it is, for errors.</param>
    /// <exception cref="ContainerizeException">CTZ0024.</exception>
    public static FulcioCertificate Parse(byte[] der, string where)
    {
        var certificate = TrustedAuthority.Certificate(der, where);
        try
        {
            var (old, recent) = (Extension(certificate, OldIssuer), Extension(certificate, NewIssuer));
            var issuers = new[]
            {
                old is null ? null : Encoding.UTF8.GetString(old),
                recent is null
                    ? null
                    : AsnDecoder.ReadCharacterString(
                        recent,
                        AsnEncodingRules.DER,
                        UniversalTagNumber.UTF8String,
                        out _
                    ),
            }
                .OfType<string>()
                .Distinct(StringComparer.Ordinal)
                .ToArray();
            return issuers.Length == 1
                ? new(certificate, IdentityOf(certificate, where), issuers[0])
                : throw OciJson.Invalid(where, "its certificate does not name exactly one issuer of the identity");
        }
        catch (AsnContentException exception)
        {
            throw OciJson.Invalid(where, "an extension of its certificate cannot be read", exception);
        }
    }

    /// <summary>The key that the certificate is for.</summary>
    /// <exception cref="ContainerizeException">CTZ0024, CTZ0363.</exception>
    public VerificationKey Key(string where)
    {
        try
        {
            return VerificationKey.OfInfo(Certificate.PublicKey.ExportSubjectPublicKeyInfo(), where);
        }
        catch (Exception exception) when (exception is CryptographicException or AsnContentException)
        {
            throw OciJson.Invalid(where, "the key of its certificate cannot be read", exception);
        }
    }

    public static byte[]? Extension(X509Certificate2 certificate, string oid) =>
        certificate.Extensions.FirstOrDefault(each => each.Oid?.Value == oid)?.RawData;

    private static string IdentityOf(X509Certificate2 certificate, string where)
    {
        var names = new AsnReader(Extension(certificate, Names) ?? [0x30, 0], AsnEncodingRules.DER).ReadSequence();
        if (!names.HasData)
            throw OciJson.Invalid(where, "its certificate names no identity");
        var tag = names.PeekTag();
        var name =
            tag == Mail || tag == Address ? names.ReadCharacterString(UniversalTagNumber.IA5String, tag)
            : tag == OtherName ? ReadOther(names.ReadSequence(tag))
            : null;
        return name is { Length: > 0 } && !names.HasData
            ? name
            : throw OciJson.Invalid(where, "its certificate does not name exactly one identity that is known");
    }

    private static string? ReadOther(AsnReader other)
    {
        if (other.ReadObjectIdentifier() != UserName)
            return null;
        return other
            .ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0, true))
            .ReadCharacterString(UniversalTagNumber.UTF8String);
    }
}
