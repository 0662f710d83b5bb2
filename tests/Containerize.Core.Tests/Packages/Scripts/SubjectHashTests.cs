using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Containerize.Packages.Scripts;

namespace Containerize.Core.Tests.Packages.Scripts;

/// <summary>The numbers are those of <c>openssl x509 -subject_hash</c> for certificates with these subjects.</summary>
public sealed class SubjectHashTests
{
    [Theory]
    [InlineData("CN=Test Root, O=Example, C=DE", "9cbe66b0")]
    [InlineData("CN=  Mixed   CASE  root ", "1a7e158b")]
    [InlineData("CN=Főtanúsítvány, O=NetLock Kft., L=Budapest, C=HU", "d82365b6")]
    public void A_subject_has_the_number_that_OpenSSL_gives_it(string subject, string expected)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(new X500DistinguishedName(subject), key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddDays(1));
        Assert.Equal(expected, SubjectHash.Of(certificate.SubjectName.RawData));
    }
}
