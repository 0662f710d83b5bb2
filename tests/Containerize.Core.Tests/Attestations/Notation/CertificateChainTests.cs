using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Containerize.Attestations.Notation;
using static Containerize.Core.Tests.Attestations.Notation.TestSigner;

namespace Containerize.Core.Tests.Attestations.Notation;

/// <summary>Which certificates may sign images.</summary>
public sealed class CertificateChainTests
{
    private const string CodeSigning = "1.3.6.1.5.5.7.3.3";

    [Fact]
    public void A_chain_and_a_certificate_alone_are_good()
    {
        Assert.Null(Parse(Good).Fault());
        Assert.Null(Parse(Alone()).Fault());
        // Purposes may be left out; those that are none of the forbidden ones may stand beside.
        Assert.Null(Leaf(request => Remove(request, "2.5.29.37")));
        Assert.Null(Leaf(request => Replace(request, Purposes(CodeSigning, "1.3.6.1.4.1.311.10.3.13"))));
    }

    [Fact] // A signature by such a key must not hide those beside it.
    public void A_key_that_spells_out_its_curve_signs_nothing()
    {
        using var named = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var spelled = ECDsa.Create(named.ExportExplicitParameters(true));
        var name = new X500DistinguishedName("CN=planted");
        var key = PublicKey.CreateFromSubjectPublicKeyInfo(spelled.ExportSubjectPublicKeyInfo(), out _);
        using var certificate = new CertificateRequest(name, key, HashAlgorithmName.SHA256).Create(
            name,
            X509SignatureGenerator.CreateForECDsa(named),
            DateTimeOffset.UnixEpoch,
            DateTimeOffset.UnixEpoch.AddDays(1),
            [1]
        );
        AssertFault("is not signed by", CertificateChain.Parse([certificate.RawData], "a test").Fault());
    }

    [Theory]
    [InlineData("1.3.6.1.5.5.7.3.1")]
    [InlineData("1.3.6.1.5.5.7.3.2")]
    [InlineData("1.3.6.1.5.5.7.3.4")]
    [InlineData("1.3.6.1.5.5.7.3.8")]
    [InlineData("1.3.6.1.5.5.7.3.9")]
    [InlineData("2.5.29.37.0")]
    public void A_signer_of_code_is_nothing_else(string purpose)
    {
        AssertFault("is not for the signing of code", Leaf(request => Replace(request, Purposes(purpose))));
        AssertFault(
            $"is for the purpose {purpose}, too",
            Leaf(request => Replace(request, Purposes(CodeSigning, purpose)))
        );
    }

    [Theory]
    [InlineData(X509KeyUsageFlags.NonRepudiation, true)]
    [InlineData(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment, true)]
    [InlineData(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyCertSign, true)]
    [InlineData(X509KeyUsageFlags.DigitalSignature, false)]
    public void The_key_usage_of_a_signer_is_to_sign_alone(X509KeyUsageFlags usage, bool critical) =>
        AssertFault(
            "has not the critical key usage 'digitalSignature' alone",
            Leaf(request => Replace(request, new X509KeyUsageExtension(usage, critical)))
        );

    [Fact]
    public void A_signer_has_a_key_usage_and_is_no_authority()
    {
        AssertFault("'digitalSignature' alone", Leaf(request => Remove(request, "2.5.29.15")));
        AssertFault(
            "is that of an authority",
            Leaf(request => Replace(request, new X509BasicConstraintsExtension(true, false, 0, true)))
        );
        AssertFault(
            "is that of an authority",
            Parse(
                    Alone(request =>
                        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true))
                    )
                )
                .Fault()
        );
    }

    [Fact]
    public void An_authority_is_one_and_may_sign_certificates()
    {
        foreach (var isRoot in new[] { false, true })
        {
            string? Fault(Action<CertificateRequest> change) =>
                Parse(isRoot ? Create(root: change) : Create(middle: change)).Fault();
            AssertFault("is not that of an authority", Fault(request => Remove(request, "2.5.29.19")));
            AssertFault(
                "is not that of an authority",
                Fault(request => Replace(request, new X509BasicConstraintsExtension(true, false, 0, false)))
            );
            AssertFault("has not the critical key usage 'keyCertSign'", Fault(request => Remove(request, "2.5.29.15")));
            AssertFault(
                "has not the critical key usage 'keyCertSign'",
                Fault(request => Replace(request, new X509KeyUsageExtension(X509KeyUsageFlags.CrlSign, true)))
            );
            AssertFault(
                "has not the critical key usage 'keyCertSign'",
                Fault(request => Replace(request, new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, false)))
            );
        }
    }

    [Fact]
    public void An_authority_has_no_more_authorities_below_it_than_it_says()
    {
        var none = new X509BasicConstraintsExtension(true, true, 0, true);
        AssertFault(
            "allows 0 authorities below it, and there are 1",
            Parse(Create(root: request => Replace(request, none))).Fault()
        );
        Assert.Null(Parse(Create(middle: request => Replace(request, none))).Fault());
    }

    [Fact]
    public void What_is_critical_and_not_known_is_refused()
    {
        var constraint = new X509Extension("2.5.29.30", [0x30, 0x00], critical: true);
        AssertFault(
            "has the critical extension 2.5.29.30",
            Leaf(request => request.CertificateExtensions.Add(constraint))
        );
        AssertFault(
            "has the critical extension 2.5.29.30",
            Parse(Create(root: request => request.CertificateExtensions.Add(constraint))).Fault()
        );
        Assert.Null(
            Leaf(request => request.CertificateExtensions.Add(new X509Extension("2.5.29.30", [0x30, 0x00], false)))
        );
    }

    [Fact]
    public void A_key_that_Notation_has_no_algorithm_for_is_refused()
    {
        using var rsa = System.Security.Cryptography.RSA.Create(2056);
        AssertFault("has a key that Notation does not sign with", Parse(Create(rsa)).Fault());
    }

    [Fact]
    public void A_certificate_that_is_changed_is_not_signed_by_the_next_one()
    {
        // The last byte of what is signed is the end of an extension; that of the whole is the signature's.
        foreach (var at in new[] { 60, Good.Chain[0].Length - 1 })
        {
            var bytes = (byte[])Good.Chain[0].Clone();
            bytes[at] ^= 1;
            AssertFault(
                "is not signed by the next one",
                new CertificateChain([
                    Certificate.Parse(bytes, "it"),
                    .. Good.Chain[1..].Select(each => Certificate.Parse(each, "it")),
                ]).Fault()
            );
        }
    }

    [Fact]
    public void All_certificates_have_to_be_valid()
    {
        Assert.Null(Parse(Good).FaultAt(Now));
        Assert.Contains("CN=release", Parse(Good).FaultAt(Now.AddMonths(7))!, StringComparison.Ordinal);
        Assert.Contains("CN=release", Parse(Good).FaultAt(Now.AddMonths(-7))!, StringComparison.Ordinal);
        var lasting = Create(months: (-6, 24));
        Assert.Contains("CN=middle", Parse(lasting).FaultAt(Now.AddMonths(10))!, StringComparison.Ordinal);
        Assert.EndsWith(
            "and not at 2027-04-01T12:00:00Z",
            Parse(lasting).FaultAt(Now.AddMonths(10))!,
            StringComparison.Ordinal
        );
    }

    private static CertificateChain Parse(TestSigner signer) => CertificateChain.Parse(signer.Chain, "it");

    private static string? Leaf(Action<CertificateRequest> change) => Parse(Create(leaf: change)).Fault();

    private static void AssertFault(string expected, string? fault) =>
        Assert.Contains(expected, fault ?? "none", StringComparison.Ordinal);
}
