using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Containerize.TestKit.Registries;

namespace Containerize.Task.Tests;

/// <summary>Certificates of a signing key that a publish cannot sign with.</summary>
public sealed class CertificateTests : IDisposable
{
    private readonly PublishedApp _app = new();
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public CertificateTests() =>
        File.WriteAllText(Path.Combine(_app.Folder, "signing.pem"), _key.ExportPkcs8PrivateKeyPem());

    public void Dispose()
    {
        _key.Dispose();
        _app.Dispose();
    }

    [Theory]
    [InlineData("signing.pem", "signing.crt", "CTZ0441")]
    [InlineData("", "signing.crt", "CTZ0470")]
    [InlineData("signing.pem", "none.crt", "CTZ0441")]
    [InlineData("signing.pem", "server.crt", "CTZ0442")]
    public async System.Threading.Tasks.Task A_certificate_that_does_not_fit_stops_the_publish(
        string key,
        string certificate,
        string code
    )
    {
        await using var registry = await TestRegistry.StartAsync();
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        _app.Certify(other);
        _app.Certify(_key, "server.crt", X509KeyUsageFlags.KeyEncipherment);
        using var task = _app.Task();
        (task.Registry, task.OciLayoutPath) = (registry.Authority, "");
        (task.SigningKey, task.SigningCertificate) = (key, certificate);
        Assert.False(task.Execute());
        Assert.Equal([code], _app.Engine.Codes);
        Assert.Empty(registry.Manifests);
    }
}
