using Containerize.Attestations.Signatures;
using Containerize.Diagnostics;

namespace Containerize.Attestations.Notation;

/// <summary>The certificate of a signer, with those that it leads to.</summary>
public sealed class SigningCertificate
{
    private readonly string _where;

    private SigningCertificate(CertificateChain chain, VerificationKey key, string where) =>
        (Chain, PublicKey, _where) = (chain, key, where);

    /// <summary>The public key that the certificate is for.</summary>
    public VerificationKey PublicKey { get; }

    /// <summary>The certificates.</summary>
    internal CertificateChain Chain { get; }

    /// <summary>Opens the certificates that a user names.</summary>
    /// <param name="source">Where keys are looked for.</param>
    /// <param name="text">A PEM file or <c>env://NAME</c>, with the signer's certificate first and the root
    /// last.</param>
    /// <exception cref="ContainerizeException">CTZ0441 for what cannot be read, CTZ0442 for what must not
    /// sign.</exception>
    public static SigningCertificate Open(SigningKeySource source, string text)
    {
        SigningKeySource.RefuseKey(text, DiagnosticTable.SigningCertificateUnreadable);
        var where = $"'{SingleLineText.Of(text)}'";
        return Parse(source.Read(text, Unreadable), where);
    }

    /// <summary>Reads certificates.</summary>
    /// <param name="pem">The text; blocks other than certificates are passed over.</param>
    /// <param name="where">What it is, for errors.</param>
    /// <exception cref="ContainerizeException">CTZ0441, CTZ0442.</exception>
    internal static SigningCertificate Parse(string pem, string where)
    {
        try
        {
            var blocks = PemBlock.All(pem).Where(block => block.Label == "CERTIFICATE").Select(block => block.Bytes);
            var chain = CertificateChain.Parse([.. blocks], where);
            return chain.Fault() is { } fault
                ? throw Unfit(where, fault)
                : new SigningCertificate(chain, chain.Leaf.Key(), where);
        }
        catch (ContainerizeException exception) when (exception.Diagnostic == DiagnosticTable.InvalidManifest)
        {
            throw Unreadable(where, exception.Message.TrimEnd('.'), exception);
        }
        catch (ContainerizeException exception) when (exception.Diagnostic == DiagnosticTable.PublicKeyUnreadable)
        {
            throw Unfit(where, exception.Message.TrimEnd('.'));
        }
    }

    /// <summary>Demands that the certificate is that of a key and valid.</summary>
    /// <param name="key">The public half of the key that signs.</param>
    /// <param name="times">When it has to be valid.</param>
    /// <exception cref="ContainerizeException">CTZ0441, CTZ0442.</exception>
    internal void Demand(VerificationKey key, params ReadOnlySpan<DateTimeOffset> times)
    {
        if (!key.Info.AsSpan().SequenceEqual(PublicKey.Info.AsSpan()))
            throw Unreadable(_where, "its first certificate is not that of the signing key", null);
        foreach (var time in times)
        {
            if (Chain.FaultAt(time) is { } fault)
                throw Unfit(_where, fault);
        }
    }

    private static ContainerizeException Unreadable(string where, string why, Exception? inner) =>
        new(
            DiagnosticTable.SigningCertificateUnreadable,
            $"The signing certificate in {where} cannot be used: {why}. Name a PEM file or 'env://NAME' with the "
                + "certificate of the signing key first, then each one's issuer, up to the root.",
            inner
        );

    private static ContainerizeException Unfit(string where, string why) =>
        new(
            DiagnosticTable.SigningCertificateUnfit,
            $"The signing certificate in {where} must not sign: {why}. Notation's verifiers would refuse the "
                + "signature. Use a valid certificate for the signing of code, with its issuers up to the root."
        );
}
