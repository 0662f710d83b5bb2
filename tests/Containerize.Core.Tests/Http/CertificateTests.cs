using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Containerize.Core.Tests.Stores.Registries.Configuration;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores.Registries.Client;
using Containerize.Stores.Registries.Pull;
using Containerize.Stores.Registries.Push;
using Containerize.TestKit.Images;
using Containerize.TestKit.Registries;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Containerize.Core.Tests.Http;

/// <summary>Registries with HTTPS on this machine, with an authority of the tests.</summary>
public sealed class CertificateTests : ConfigurationTest
{
    private static readonly Image SomeImage = TestImages.Create("some", 100_000);

    private readonly X509Certificate2 _authority;

    public CertificateTests()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=authority of the tests", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _authority = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    [Fact]
    public async Task An_authority_of_the_users_folder_is_trusted_for_its_host_and_for_no_other()
    {
        await using var registry = await StartAsync("127.0.0.1");
        await AssertFailsAsync(registry, "is not trusted");
        Write($"etc/docker/certs.d/{registry.Authority}/ca.crt", _authority.ExportCertificatePem());
        Assert.Equal(SomeImage.Digest, await PushAsync(registry));
        await using var other = await StartAsync("127.0.0.1");
        await AssertFailsAsync(other, "is not trusted");
    }

    [Fact]
    public async Task A_certificate_for_another_host_is_not_trusted_whoever_signed_it()
    {
        await using var registry = await StartAsync("127.0.0.2");
        Write($".config/containers/certs.d/{registry.Authority}/ca.crt", _authority.ExportCertificatePem());
        await AssertFailsAsync(registry, "it is for another host");
    }

    [Fact]
    public async Task An_expired_certificate_is_not_trusted_whoever_signed_it()
    {
        await using var registry = await StartAsync("127.0.0.1", expired: true);
        Write($".config/containers/certs.d/{registry.Authority}/ca.crt", _authority.ExportCertificatePem());
        await AssertFailsAsync(registry, "is not trusted");
    }

    [Fact]
    public async Task A_listed_host_may_have_any_certificate()
    {
        await using var registry = await StartAsync("127.0.0.2");
        Variables["DOTNET_CONTAINER_INSECURE_REGISTRIES"] = $"other.example; {registry.Authority}";
        Assert.Equal(SomeImage.Digest, await PushAsync(registry));
    }

    [Fact]
    public async Task A_client_certificate_is_shown_to_its_host()
    {
        string? seen = null;
        await using var registry = await StartAsync(
            "127.0.0.1",
            wantsClient: certificate => seen = certificate.Subject
        );
        var folder = $".config/containers/certs.d/{registry.Authority}";
        Write($"{folder}/ca.crt", _authority.ExportCertificatePem());
        using var client = Issue("the client", IPAddress.Loopback);
        Write($"{folder}/client.cert", client.ExportCertificatePem());
        var exception = await Assert.ThrowsAsync<ContainerizeException>(() => PushAsync(registry));
        Assert.Equal(DiagnosticTable.InvalidCertificate, exception.Diagnostic);
        Assert.Contains("client.cert", exception.Message, StringComparison.Ordinal);
        Write($"{folder}/client.key", client.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        Assert.Equal(SomeImage.Digest, await PushAsync(registry));
        Assert.Equal("CN=the client", seen);
    }

    [Fact]
    public async Task An_authority_that_is_none_is_named()
    {
        await using var registry = await StartAsync("127.0.0.1");
        Write(
            $"etc/docker/certs.d/{registry.Authority}/ca.crt",
            "-----BEGIN CERTIFICATE-----\nbm8=\n-----END CERTIFICATE-----\n"
        );
        var exception = await Assert.ThrowsAsync<ContainerizeException>(() => PushAsync(registry));
        Assert.Equal(DiagnosticTable.InvalidCertificate, exception.Diagnostic);
    }

    private Task<TestRegistry> StartAsync(
        string address,
        bool expired = false,
        Action<X509Certificate2>? wantsClient = null
    ) =>
        TestRegistry.StartAsync(listen: options =>
            options.UseHttps(https =>
            {
                https.ServerCertificate = Issue("registry", IPAddress.Parse(address), expired);
                https.ClientCertificateMode = wantsClient is null
                    ? ClientCertificateMode.NoCertificate
                    : ClientCertificateMode.RequireCertificate;
                https.ClientCertificateValidation = (certificate, _, _) =>
                {
                    wantsClient!(certificate);
                    return true;
                };
            })
        );

    private async Task<Digest> PushAsync(TestRegistry registry)
    {
        var options = Environment.ToOptions() with { RetryDelay = TimeSpan.FromMilliseconds(1) };
        using var client = new RegistryClient(options);
        await new RegistrySink(registry.Authority, "app", ["1.0"], client).PushAsync(
            SomeImage,
            TestContext.Current.CancellationToken
        );
        return (
            await new RegistrySource(ImageReference.Parse($"{registry.Authority}/app:1.0"), client).PullAsync(
                TestImages.Amd64,
                TestContext.Current.CancellationToken
            )
        ).Digest;
    }

    private async Task AssertFailsAsync(TestRegistry registry, string words)
    {
        var exception = await Assert.ThrowsAsync<ContainerizeException>(() => PushAsync(registry));
        Assert.Equal(
            (DiagnosticTable.CertificateNotTrusted.Code, true),
            (exception.Diagnostic.Code, exception.Message.Contains(words, StringComparison.Ordinal))
        );
        Assert.Empty(registry.Seen);
    }

    private X509Certificate2 Issue(string name, IPAddress address, bool expired = false)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(address);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(
            _authority,
            DateTimeOffset.UtcNow.AddHours(-2),
            DateTimeOffset.UtcNow.AddHours(expired ? -1 : 1),
            RandomNumberGenerator.GetBytes(8)
        );
        return certificate.CopyWithPrivateKey(key);
    }
}
