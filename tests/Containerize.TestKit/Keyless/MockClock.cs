using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Org.BouncyCastle.Asn1.Cmp;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.Tsp;
using Org.BouncyCastle.Utilities.Collections;
using Org.BouncyCastle.X509;

namespace Containerize.TestKit.Keyless;

/// <summary>An authority for timestamps (RFC 3161).</summary>
public sealed class MockClock
{
    private const string Sha256 = "2.16.840.1.101.3.4.2.1",
        Policy = "1.3.6.1.4.1.57264.2";

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public MockClock(DateTimeOffset now)
        : this(
            MockAuthority
                .Request(
                    "CN=time root, O=mock",
                    ECDsa.Create(ECCurve.NamedCurves.nistP384),
                    HashAlgorithmName.SHA384,
                    isAuthority: true
                )
                .CreateSelfSigned(now.AddYears(-1), now.AddYears(1))
        ) { }

    private MockClock(X509Certificate2 root)
    {
        Root = root;
        var leaf = MockAuthority.Request("CN=time, O=mock", _key, HashAlgorithmName.SHA384, isAuthority: false);
        leaf.CertificateExtensions.Add(MockAuthority.Purpose("1.3.6.1.5.5.7.3.8", critical: true));
        leaf.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Root, true, false));
        Certificate = leaf.Create(Root, Root.NotBefore, Root.NotAfter, MockAuthority.Serial());
    }

    /// <summary>The certificate of the root.</summary>
    public X509Certificate2 Root { get; }

    /// <summary>The certificate that stamps.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>How often a timestamp carries the certificate.</summary>
    public int Carried { get; set; } = 1;

    /// <summary>Another certificate of the same root.</summary>
    public MockClock Another() => new(Root);

    /// <summary>Answers a <c>TimeStampReq</c>, both in DER.</summary>
    public byte[] Stamp(byte[] request, DateTimeOffset time)
    {
        var certificate = new X509CertificateParser().ReadCertificate(Certificate.RawData);
        var tokens = new TimeStampTokenGenerator(
            PrivateKeyFactory.CreateKey(_key.ExportPkcs8PrivateKey()),
            certificate,
            Sha256,
            Policy
        );
        tokens.SetCertificates(CollectionUtilities.CreateStore(Enumerable.Repeat(certificate, Carried)));
        return new TimeStampResponseGenerator(tokens, TspAlgorithms.Allowed)
            .Generate(new TimeStampRequest(request), new BigInteger(1, MockAuthority.Serial()), time.UtcDateTime)
            .GetEncoded();
    }

    /// <summary>Stamps a signature without being asked.</summary>
    public byte[] StampOf(byte[] signature, DateTimeOffset time)
    {
        var generator = new TimeStampRequestGenerator();
        generator.SetCertReq(true);
        return Stamp(generator.Generate(Sha256, SHA256.HashData(signature)).GetEncoded(), time);
    }

    /// <summary>An answer that says no.</summary>
    public static byte[] Refusal() =>
        new TimeStampResponseGenerator(null, TspAlgorithms.Allowed)
            .GenerateFailResponse(PkiStatus.Rejection, PkiFailureInfo.SystemFailure, "no")
            .GetEncoded();
}
