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

    // Those of sigstore have some hundred bytes and up to three certificates.
    private const int Longest = 64 << 10,
        MostCertificates = 16;

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
            if (FaultOf(response, signature, out var token) is { } fault)
                return (fault, null);
            if (token!.GetCertificates().EnumerateMatches(null).Take(MostCertificates + 1).Count() > MostCertificates)
                return ($"its timestamp carries more than {MostCertificates} certificates", null);
            var time = TimeOf(token);
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

    /// <summary>The time of a timestamp by any authority; null where it is of another signature or none.</summary>
    public static DateTimeOffset? Claimed(byte[] response, byte[] signature)
    {
        try
        {
            return FaultOf(response, signature, out var token) is null ? TimeOf(token!) : null;
        }
        catch (Exception exception) when (IsUnreadable(exception))
        {
            return null;
        }
    }

    private static string? FaultOf(byte[] response, byte[] signature, out TimeStampToken? token)
    {
        token = null;
        if (response.Length > Longest)
            return $"its timestamp has more than {Longest} bytes";
        token = new TimeStampResponse(response).TimeStampToken;
        if (token is null)
            return "its timestamp is a refusal";
        var facts = token.TimeStampInfo;
        return
            facts.MessageImprintAlgOid == Sha256
            && facts.GetMessageImprintDigest().AsSpan().SequenceEqual(SHA256.HashData(signature))
            ? null
            : "its timestamp is of another signature";
    }

    private static DateTimeOffset TimeOf(TimeStampToken token) =>
        new(DateTime.SpecifyKind(token.TimeStampInfo.GenTime, DateTimeKind.Utc));

    private static bool IsBy(TimeStampToken token, TrustedAuthority clock, DateTimeOffset time)
    {
        // A root that lists the certificate that signs means this one; else an answer has to carry it.
        var candidates = clock.ListsLeaf
            ? [clock.Chain[0].RawData]
            : clock.Chain.Select(each => each.RawData).Concat(Carried(token));
        foreach (var certificate in candidates)
        {
            var signer = new X509CertificateParser().ReadCertificate(certificate);
            if (!token.SignerID.Match(signer))
                continue;
            try
            {
                // Before the chain, which costs more and is made of what is carried.
                token.Validate(signer);
            }
            catch (Exception exception) when (IsUnreadable(exception))
            {
                // Another authority may have the same name and number.
                continue;
            }

            using var leaf = X509CertificateLoader.LoadCertificate(certificate);
            using var issuer = clock.IssuerOf(leaf, time, TrustedAuthority.TimeStamping, out _);
            if (issuer is not null)
                return true;
        }

        return false;
    }

    private static IEnumerable<byte[]> Carried(TimeStampToken token) =>
        token.GetCertificates().EnumerateMatches(null).Select(certificate => certificate.GetEncoded());
}
