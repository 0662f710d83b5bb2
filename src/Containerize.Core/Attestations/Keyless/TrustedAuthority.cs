using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Containerize.Diagnostics;
using Containerize.Images;

namespace Containerize.Attestations.Keyless;

/// <summary>An authority whose certificates count.</summary>
/// <param name="Chain">Its certificates, the root last.</param>
/// <param name="Period">When it is to be trusted.</param>
internal sealed record TrustedAuthority(X509Certificate2Collection Chain, Period Period)
{
    /// <summary>The purpose of certificates that sign software (RFC 5280, 4.2.1.12).</summary>
    public const string CodeSigning = "1.3.6.1.5.5.7.3.3";

    /// <summary>The purpose of certificates that sign timestamps.</summary>
    public const string TimeStamping = "1.3.6.1.5.5.7.3.8";

    /// <summary>Whether the first certificate is one that signs things other than certificates.</summary>
    public bool ListsLeaf =>
        Chain[0].Extensions.OfType<X509BasicConstraintsExtension>().FirstOrDefault()?.CertificateAuthority != true;

    /// <summary>Reads a <c>CertificateAuthority</c> (protobuf-specs, sigstore_trustroot.proto).</summary>
    /// <exception cref="ContainerizeException">CTZ0024.</exception>
    public static TrustedAuthority Read(JsonObject json, string where)
    {
        var chain = new X509Certificate2Collection();
        var list = OciJson.Object(json["certChain"], where)["certificates"];
        foreach (var certificate in ProtoJson.Objects(list, "certificates", where))
            chain.Add(Certificate(ProtoJson.Bytes(certificate["rawBytes"], "rawBytes", where), where));
        return chain.Count > 0
            ? new(chain, Period.Read(json["validFor"], where))
            : throw OciJson.Invalid(where, "an authority in it has no certificate");
    }

    /// <summary>Reads a certificate.</summary>
    /// <exception cref="ContainerizeException">CTZ0024.</exception>
    public static X509Certificate2 Certificate(byte[] der, string where)
    {
        try
        {
            return X509CertificateLoader.LoadCertificate(der);
        }
        catch (CryptographicException exception)
        {
            throw OciJson.Invalid(where, "a certificate in it cannot be read", exception);
        }
    }

    /// <summary>The certificate that issued another one.</summary>
    /// <param name="leaf">The other one.</param>
    /// <param name="time">When it was used.</param>
    /// <param name="purpose">What it was used for.</param>
    /// <param name="why">Why there is none.</param>
    /// <returns>Null where no chain leads to the root of this authority.</returns>
    public X509Certificate2? IssuerOf(X509Certificate2 leaf, DateTimeOffset time, string purpose, out string why)
    {
        using var chain = new X509Chain();
        var policy = chain.ChainPolicy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.CustomTrustStore.Add(Chain[^1]);
        policy.ExtraStore.AddRange(Chain);
        // Certificates live for minutes, and no list of revoked ones is published.
        policy.RevocationMode = X509RevocationMode.NoCheck;
        policy.DisableCertificateDownloads = true;
        policy.VerificationTime = time.UtcDateTime;
        policy.ApplicationPolicy.Add(new Oid(purpose));
        if (!Period.Contains(time))
            why = "the authority is not trusted then";
        else if (chain.Build(leaf))
        {
            why = "it issued itself";
            return chain.ChainElements.Count > 1
                ? X509CertificateLoader.LoadCertificate(chain.ChainElements[1].Certificate.RawDataMemory.Span)
                : null;
        }
        else
            why = string.Join(", ", chain.ChainStatus.Select(each => each.Status.ToString()).Distinct());
        return null;
    }
}
