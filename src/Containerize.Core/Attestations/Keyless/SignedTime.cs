using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Cms;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.Security.Certificates;
using Org.BouncyCastle.Tsp;
using Org.BouncyCastle.X509;

namespace Containerize.Attestations.Keyless;

/// <summary>A timestamp of an authority (RFC 3161) over a signature.</summary>
internal static class SignedTime
{
    private const string Sha256 = "2.16.840.1.101.3.4.2.1";

    /// <summary>Checks a timestamp.</summary>
    /// <param name="response">A <c>TimeStampResp</c> in DER.</param>
    /// <param name="signature">The signature that it has to be about.</param>
    /// <param name="clocks">The authorities that count.</param>
    /// <returns>Why it does not count, or the time.</returns>
    public static (string? Fault, DateTimeOffset? Time) Check(
        byte[] response,
        byte[] signature,
        IEnumerable<TrustedAuthority> clocks
    )
    {
        try
        {
            if (new TimeStampResponse(response).TimeStampToken is not { } token)
                return ("its timestamp is a refusal", null);
            var facts = token.TimeStampInfo;
            if (
                facts.MessageImprintAlgOid != Sha256
                || !facts.GetMessageImprintDigest().AsSpan().SequenceEqual(SHA256.HashData(signature))
            )
                return ("its timestamp is of another signature", null);
            var time = new DateTimeOffset(DateTime.SpecifyKind(facts.GenTime, DateTimeKind.Utc));
            return clocks.Any(clock => IsBy(token, clock, time))
                ? (null, time)
                : ("its timestamp is of no authority that the trusted root lists", null);
        }
        catch (Exception exception) when (IsUnreadable(exception))
        {
            return ("its timestamp cannot be read", null);
        }
    }

    /// <summary>Whether an exception of the library means that bytes are no timestamp.</summary>
    public static bool IsUnreadable(Exception exception) =>
        exception
            is TspException
                or CmsException
                or Asn1ParsingException
                or IOException
                or ArgumentException
                or InvalidCastException
                or InvalidOperationException
                or NullReferenceException
                or FormatException
                or OverflowException
                or IndexOutOfRangeException
                or GeneralSecurityException
                or CertificateException
                or CryptographicException;

    private static bool IsBy(TimeStampToken token, TrustedAuthority clock, DateTimeOffset time)
    {
        // The root lists the certificate that signs; some answers carry it, too.
        foreach (var certificate in clock.Chain.Select(each => each.RawData).Concat(Carried(token)))
        {
            var signer = new X509CertificateParser().ReadCertificate(certificate);
            if (!token.SignerID.Match(signer))
                continue;
            using var leaf = X509CertificateLoader.LoadCertificate(certificate);
            if (clock.IssuerOf(leaf, time, TrustedAuthority.TimeStamping, out _) is null)
                continue;
            try
            {
                token.Validate(signer);
                return true;
            }
            catch (Exception exception) when (IsUnreadable(exception))
            {
                // Another authority may have the same name and number.
            }
        }

        return false;
    }

    private static IEnumerable<byte[]> Carried(TimeStampToken token) =>
        token.GetCertificates().EnumerateMatches(null).Select(certificate => certificate.GetEncoded());
}
