using Containerize.Diagnostics;
using Containerize.Images;

namespace Containerize.Core.Tests.Images;

public sealed class RegistryHostTests
{
    [Theory]
    [InlineData("docker.io")]
    [InlineData("localhost")]
    [InlineData("localhost:5000")]
    [InlineData("registry-1.example:65535")]
    [InlineData("REGISTRY.Example")]
    [InlineData("127.0.0.1:5000")]
    [InlineData("[::1]:5000")]
    [InlineData("[fe80::1:2]")]
    [InlineData("[::ffff:10.0.0.1]:443")]
    public void A_host_is_one_and_a_URL_can_be_made_of_it(string host)
    {
        Assert.Null(RegistryHost.Objection(host));
        Assert.NotEmpty(new Uri($"https://{host}").Host);
        Assert.Equal(host, ImageReference.Parse(host + "/acme/app").Registry);
    }

    [Theory]
    [InlineData("127.0.0.1:99999", "port 99999")]
    [InlineData("127.0.0.1:65536", "port 65536")]
    [InlineData("127.0.0.1:0", "port 0")]
    [InlineData("registry.example:123456789012345678901", "port 123456789012345678901")]
    [InlineData("[:::]:5000", "'[:::]'")]
    [InlineData("[1::2::3]:5000", "'[1::2::3]'")]
    [InlineData("[1:2:3:4:5:6:7:8:9]", "IPv6")]
    [InlineData("[1.2.3.4]", "IPv6")]
    [InlineData("[::1", "host name")]
    [InlineData("registry.example:", "host name")]
    [InlineData("-registry.example", "host name")]
    [InlineData("registry..example", "host name")]
    [InlineData("https://registry.example", "host name")]
    [InlineData("registry.example/path", "host name")]
    [InlineData("user@registry.example", "host name")]
    public void What_is_no_host_says_why_as_registry_and_in_a_reference(string host, string named)
    {
        Assert.Contains(named, RegistryHost.Objection(host), StringComparison.Ordinal);
        if (host.Contains('/', StringComparison.Ordinal) || host.Contains('@', StringComparison.Ordinal))
            return;
        var text =
            host.Contains('.', StringComparison.Ordinal) || host.Contains(':', StringComparison.Ordinal)
                ? host
                : "x." + host;
        Assert.Equal(
            DiagnosticTable.InvalidReference,
            Assert.Throws<ContainerizeException>(() => ImageReference.Parse(text + "/acme/app")).Diagnostic
        );
    }

    [Fact]
    public void What_has_a_host_s_form_never_fails_as_a_URL()
    {
        var random = new Random(17);
        const string Letters = "[]:::.0123afF-x";
        for (var i = 0; i < 20000; i++)
        {
            var text = string.Concat(
                Enumerable.Range(0, random.Next(1, 14)).Select(_ => Letters[random.Next(Letters.Length)])
            );
            if (RegistryHost.Objection(text) is null)
                Assert.True(Uri.TryCreate("https://" + text, UriKind.Absolute, out _), text);
        }
    }
}
