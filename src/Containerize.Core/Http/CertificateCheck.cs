using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Containerize.Http;

/// <summary>Judges a server's certificate: by the machine's authorities, then by the user's for this host.</summary>
/// <param name="authorities">The user's authorities for this host.</param>
/// <param name="acceptAny">True for a host that the user listed as insecure.</param>
internal sealed class CertificateCheck(X509Certificate2Collection authorities, bool acceptAny)
{
    private volatile string? _problem;

    /// <summary>Why the last certificate was refused; null when it was not.</summary>
    public string? Problem => _problem;

    public bool Accepts(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        _problem = null;
        if (acceptAny || errors == SslPolicyErrors.None)
            return true;
        if (
            errors == SslPolicyErrors.RemoteCertificateChainErrors
            && authorities.Count > 0
            && certificate is X509Certificate2 leaf
            && IsSignedByOurs(leaf, chain)
        )
            return true;
        var reasons = errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)
            ? ["it is for another host"]
            : chain?.ChainStatus.Select(status => status.StatusInformation.Trim()).Distinct() ?? [];
        _problem = string.Join("; ", reasons.DefaultIfEmpty(errors.ToString()));
        return false;
    }

    private bool IsSignedByOurs(X509Certificate2 leaf, X509Chain? sent)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        // Private authorities seldom publish revocation lists, and Docker and Podman do not ask for them either.
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        foreach (var element in sent?.ChainElements.Skip(1) ?? [])
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        return chain.Build(leaf);
    }
}
