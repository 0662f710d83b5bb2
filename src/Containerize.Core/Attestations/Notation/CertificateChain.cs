using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Containerize.Diagnostics;
using Containerize.Images;

namespace Containerize.Attestations.Notation;

/// <summary>
/// The certificates of a signature: that of the signer first, each signed by the next, the last by itself
/// (notaryproject/specifications, signature-specification.md, "Certificate Requirements").
/// </summary>
/// <param name="Certificates">One or more.</param>
internal sealed record CertificateChain(ImmutableArray<Certificate> Certificates)
{
    /// <summary>The most certificates that are read.</summary>
    public const int Most = 10;

    private const X509KeyUsageFlags Signs = X509KeyUsageFlags.DigitalSignature;

    private const string CodeSigning = "1.3.6.1.5.5.7.3.3";

    // Any, servers, clients, mail, time stamps, OCSP.
    private static readonly string[] ForeignPurposes =
    [
        "2.5.29.37.0",
        "1.3.6.1.5.5.7.3.1",
        "1.3.6.1.5.5.7.3.2",
        "1.3.6.1.5.5.7.3.4",
        "1.3.6.1.5.5.7.3.8",
        "1.3.6.1.5.5.7.3.9",
    ];

    // The other critical ones limit what a certificate is good for in ways that are not looked at (RFC 5280, 4.2).
    private static readonly string[] Understood = ["2.5.29.15", "2.5.29.19", "2.5.29.37"];

    /// <summary>The certificate of the signer.</summary>
    public Certificate Leaf => Certificates[0];

    /// <summary>The SHA-256 of each certificate, as the annotation of a signature has them.</summary>
    public string Thumbprints =>
        new JsonArray([.. Certificates.Select(each => JsonValue.Create(each.Thumbprint))]).ToJsonString();

    /// <summary>Reads a chain.</summary>
    /// <param name="certificates">Each in DER, that of the signer first.</param>
    /// <param name="where">What it is, for errors.</param>
    /// <exception cref="ContainerizeException">CTZ0024.</exception>
    public static CertificateChain Parse(IReadOnlyCollection<byte[]> certificates, string where) =>
        certificates.Count is 0 or > Most
            ? throw OciJson.Invalid(where, $"it has {certificates.Count} certificates, and 1 to {Most} are expected")
            : new([.. certificates.Select(each => Certificate.Parse(each, where))]);

    /// <summary>Why the certificates are no chain of a signer of code, whatever the time is; null where they
    /// are.</summary>
    public string? Fault()
    {
        try
        {
            for (var i = 0; i < Certificates.Length; i++)
            {
                var fault = ExtensionFault(Certificates[i]) ?? IssuerFault(i);
                fault ??= i == 0 ? LeafFault(Leaf) : AuthorityFault(Certificates[i], i - 1);
                if (fault is not null)
                    return $"the certificate of {Certificates[i].Name} {fault}";
            }

            return null;
        }
        catch (CryptographicException)
        {
            return "an extension of a certificate cannot be read";
        }
    }

    /// <summary>Why one of the certificates is not valid at a time; null where all are.</summary>
    public string? FaultAt(DateTimeOffset time) =>
        Certificates.FirstOrDefault(each => !each.IsValidAt(time)) is { } certificate
            ? $"the certificate of {certificate.Name} is valid from {Text(certificate.NotBefore)} to "
                + $"{Text(certificate.NotAfter)}, and not at {Text(time)}"
            : null;

    /// <summary>Why it is not known whether the certificates still hold; null where none names a list of those that do
    /// not.</summary>
    public string? RevocationFault()
    {
        try
        {
            // The last one is trusted itself.
            return Certificates[..^1].FirstOrDefault(NamesRevocation) is { } certificate
                ? $"the certificate of {certificate.Name} names a service that knows whether it is revoked, which is "
                    + "not asked; set \"override\": {\"revocation\": \"log\"} in the trust policy to do without"
                : null;
        }
        catch (CryptographicException)
        {
            return "an extension of a certificate cannot be read";
        }
    }

    private string? IssuerFault(int index)
    {
        var certificate = Certificates[index];
        var isLast = index == Certificates.Length - 1;
        var isOwn = certificate.Issuer.AsSpan().SequenceEqual(certificate.Subject.AsSpan());
        if (isOwn != isLast)
            return isLast
                ? "is the last one and not signed by itself: the chain has to end with its root"
                : "is signed by itself and not the last one";
        var issuer = isLast ? certificate : Certificates[index + 1];
        return
            issuer.Subject.AsSpan().SequenceEqual(certificate.Issuer.AsSpan())
            && CertificateSignature.IsBy(certificate, issuer)
            ? null
            : "is not signed by the next one";
    }

    private static string? ExtensionFault(Certificate certificate) =>
        certificate
            .Extensions.FirstOrDefault(each => each.Critical && !Understood.Contains(each.Oid?.Value))
            ?.Oid?.Value
            is { } oid
            ? $"has the critical extension {oid}, which is not known"
            : null;

    private static string? LeafFault(Certificate certificate)
    {
        if (certificate.Extension<X509BasicConstraintsExtension>() is { CertificateAuthority: true })
            return "is that of an authority";
        if (certificate.Extension<X509KeyUsageExtension>() is not { Critical: true, KeyUsages: Signs })
            return "has not the critical key usage 'digitalSignature' alone";
        if (certificate.Extension<X509EnhancedKeyUsageExtension>() is { } purposes)
        {
            var all = purposes.EnhancedKeyUsages.Cast<Oid>().Select(each => each.Value).ToList();
            if (!all.Contains(CodeSigning))
                return "is not for the signing of code";
            if (all.Find(ForeignPurposes.Contains) is { } foreign)
                return $"is for the purpose {foreign}, too, which no signer of code may have";
        }

        return JwsAlgorithm.Of(certificate.Key()) is null ? "has a key that Notation does not sign with" : null;
    }

    private static string? AuthorityFault(Certificate certificate, int below)
    {
        var basics = certificate.Extension<X509BasicConstraintsExtension>();
        if (basics is not { Critical: true, CertificateAuthority: true })
            return "is not that of an authority";
        if (basics.HasPathLengthConstraint && basics.PathLengthConstraint < below)
            return $"allows {basics.PathLengthConstraint} authorities below it, and there are {below}";
        return
            certificate.Extension<X509KeyUsageExtension>() is { Critical: true } usage
            && usage.KeyUsages.HasFlag(X509KeyUsageFlags.KeyCertSign)
            ? null
            : "has not the critical key usage 'keyCertSign'";
    }

    // RFC 5280, 4.2.1.13 and 4.2.2.1.
    private static bool NamesRevocation(Certificate certificate) =>
        certificate.Extensions.Any(each => each.Oid?.Value == "2.5.29.31")
        || certificate.Extension<X509AuthorityInformationAccessExtension>()?.EnumerateOcspUris().Any() == true;

    private static string Text(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
