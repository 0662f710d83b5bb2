using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Containerize.Core.Tests.Packages;
using Containerize.Diagnostics;
using Containerize.Entries;
using Containerize.Images;
using Containerize.Layers;
using Containerize.Packages.Scripts;
using Containerize.Packages.Systems;
using Containerize.Publishing;
using Containerize.Publishing.Files;
using Containerize.Publishing.Layering;
using Containerize.Publishing.Settings;

namespace Containerize.Core.Tests.Publishing;

/// <summary>Certificates of the project's own join those of the image, as update-ca-certificates would do it.</summary>
public sealed class LocalCertificatesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("containerize-certificates-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task They_are_appended_to_the_bundle_and_get_the_links_that_OpenSSL_looks_for()
    {
        var (one, other) = (Pem("CN=one"), Pem("CN=Other  ONE"));
        var hash = SubjectHash.Of(new X500DistinguishedName("CN=one").RawData);
        var plan = await PlanAsync(
            TestBase.Of([
                TestBase.File("etc/ssl/certs/ca-certificates.crt", "theirs\n"),
                TestBase.Link($"etc/ssl/certs/{hash}.0", "theirs.pem"),
            ]),
            File("/usr/local/share/ca-certificates/one (1).crt", one.TrimEnd('\n')),
            File("/usr/local/share/ca-certificates/team/two.crt", other),
            File("/usr/local/share/ca-certificates/README", "none")
        );
        Assert.Equal(
            new[]
            {
                $"/etc/ssl/certs/{SubjectHash.Of(new X500DistinguishedName("CN=other one").RawData)}.0 -> two.pem",
                $"/etc/ssl/certs/{hash}.1 -> one_=1=.pem",
                $"/etc/ssl/certs/ca-certificates.crt = theirs\n{one.TrimEnd('\n')}\n{other}",
                "/etc/ssl/certs/one_=1=.pem -> /usr/local/share/ca-certificates/one (1).crt",
                "/etc/ssl/certs/two.pem -> /usr/local/share/ca-certificates/team/two.crt",
            }.Order(StringComparer.Ordinal),
            Lines(plan, LayerNames.App)
                .Where(line => line.StartsWith("/etc", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task A_bundle_of_the_project_s_own_is_left_alone()
    {
        var plan = await PlanAsync(
            TestBase.Debian("stable"),
            File("/usr/local/share/ca-certificates/one.crt", Pem("CN=one")),
            File("/etc/ssl/certs/ca-certificates.crt", "mine")
        );
        Assert.Equal(
            ["/etc/ssl/certs/ca-certificates.crt = mine"],
            Lines(plan, LayerNames.App)
                .Where(line => line.StartsWith("/etc/ssl/certs/ca-certificates.crt", StringComparison.Ordinal))
        );
    }

    [Fact]
    public async Task They_lie_in_the_layer_of_the_highest_certificate()
    {
        var plan = await PlanAsync(
            TestBase.Debian("stable"),
            File("/usr/local/share/ca-certificates/one.crt", Pem("CN=one"), "trust"),
            File("/srv/x", "x")
        );
        Assert.Contains(
            Lines(plan, "trust"),
            line => line.StartsWith("/etc/ssl/certs/ca-certificates.crt = -----BEGIN", StringComparison.Ordinal)
        );
        Assert.DoesNotContain(Lines(plan, LayerNames.App), line => line.StartsWith("/etc", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_no_certificate_is_refused()
    {
        var failure = await Assert.ThrowsAsync<ContainerizeException>(() =>
            PlanAsync(TestBase.Debian("stable"), File("/usr/local/share/ca-certificates/one.crt", "0\u0082"))
        );
        Assert.Same(DiagnosticTable.CertificateInvalid, failure.Diagnostic);
        Assert.Contains("openssl x509", failure.Message, StringComparison.Ordinal);
    }

    private static string Pem(string subject)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest(subject, key, HashAlgorithmName.SHA256).CreateSelfSigned(
            DateTimeOffset.UnixEpoch,
            DateTimeOffset.UnixEpoch.AddDays(1)
        );
        return certificate.ExportCertificatePem() + "\n";
    }

    private ExtraFile File(string path, string content, string layer = LayerNames.App)
    {
        var source = Path.Combine(_folder, Guid.NewGuid().ToString("N"));
        System.IO.File.WriteAllText(source, content);
        return new ExtraFile(source, ContainerPath.Parse(path)) { Layer = layer };
    }

    private async Task<LayerPlan> PlanAsync(Image image, params ImmutableArray<ExtraFile> files)
    {
        var publish = Directory.CreateDirectory(Path.Combine(_folder, "publish")).FullName;
        await System.IO.File.WriteAllTextAsync(
            Path.Combine(publish, "app"),
            "app",
            TestContext.Current.CancellationToken
        );
        var plan = LayerPlan.Create(
            PublishFolder.Read(publish, ImmutableHashSet<string>.Empty),
            [],
            new ContainerSettings { Files = files }
        );
        return LocalCertificates.AddTo(
            plan,
            files,
            await BaseSystemReader.ReadAsync(image, TestContext.Current.CancellationToken),
            DateTimeOffset.UnixEpoch
        );
    }

    private static List<string> Lines(LayerPlan plan, string layer) =>
        [
            .. plan
                .Layers.Single(planned => planned.Name == layer)
                .Entries.Select(entry =>
                    entry.LinkTarget is { } target ? $"{entry.Path} -> {target}"
                    : entry.Content is { } content ? $"{entry.Path} = {Text(content)}"
                    : entry.Path.Text
                ),
        ];

    private static string Text(FileContent content)
    {
        using var reader = new StreamReader(content.Open(), Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
