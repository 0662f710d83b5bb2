using System.Net;
using Containerize.Http;
using Containerize.Stores.Registries;

namespace Containerize.Core.Tests.Http;

public sealed class RedirectPolicyTests
{
    [Theory]
    [InlineData("https://auth.docker.io/token")]
    [InlineData("https://gitlab.com/jwt/auth?x=1")]
    [InlineData("https://registry.example/other")]
    [InlineData("https://registry.example:8443/token")]
    [InlineData("https://8.8.8.8/token")]
    [InlineData("https://[2600:1900::1]/token")]
    [InlineData("http://listed.example/token")]
    [InlineData("https://10.9.9.9:5000/token")] // listed
    public void A_registry_may_lead_to_what_is_public_and_to_what_is_listed(string url) => Assert.Null(Objection(url));

    [Theory]
    [InlineData("http://auth.example/token")]
    [InlineData("http://registry.example/token")]
    [InlineData("ftp://auth.example/token")]
    [InlineData("file:///etc/passwd")]
    [InlineData("https://user:password@auth.example/token")]
    [InlineData("https://registry.example@evil.example/token")]
    [InlineData("https://localhost/token")]
    [InlineData("https://LOCALHOST/token")]
    [InlineData("https://localhost./token")]
    [InlineData("https://x.localhost/token")]
    [InlineData("https://127.0.0.1/token")]
    [InlineData("https://127.1/token")]
    [InlineData("https://0x7f.1/token")]
    [InlineData("https://2130706433/token")]
    [InlineData("https://017700000001/token")]
    [InlineData("https://127.0.0.1./token")]
    [InlineData("https://127\u30020\u30020\u30021/token")]
    [InlineData("https://\uFF11\uFF12\uFF17.0.0.1/token")]
    [InlineData("https://0.0.0.0/token")]
    [InlineData("https://10.0.0.1/token")]
    [InlineData("https://10.9.9.9/token")] // listed with another port
    [InlineData("https://172.16.0.1/token")]
    [InlineData("https://172.31.255.255/token")]
    [InlineData("https://192.168.1.1/token")]
    [InlineData("https://169.254.169.254/latest/meta-data")]
    [InlineData("https://100.64.0.1/token")]
    [InlineData("https://224.0.0.1/token")]
    [InlineData("https://255.255.255.255/token")]
    [InlineData("https://[::1]/token")]
    [InlineData("https://[::]/token")]
    [InlineData("https://[::ffff:10.0.0.1]/token")]
    [InlineData("https://[::ffff:a00:1]/token")]
    [InlineData("https://[::127.0.0.1]/token")]
    [InlineData("https://[64:ff9b::10.0.0.1]/token")]
    [InlineData("https://[2002:a00:1::]/token")]
    [InlineData("https://[fe80::1]/token")]
    [InlineData("https://[fd00:ec2::254]/token")]
    [InlineData("https://[ff02::1]/token")]
    public void A_registry_may_not_lead_to_what_only_we_can_reach(string url) => Assert.NotNull(Objection(url));

    [Fact]
    public void A_registry_on_a_private_address_may_lead_to_itself()
    {
        var endpoint = new RegistryEndpoint("10.1.1.1:5000", new Uri("https://10.1.1.1:5000"), false);
        var rules = new RedirectPolicy([]);
        Assert.Null(rules.Objection(new Uri("https://10.1.1.1:5001/token"), endpoint));
        Assert.NotNull(rules.Objection(new Uri("http://10.1.1.1:5001/token"), endpoint));
        Assert.NotNull(rules.Objection(new Uri("https://10.1.1.2:5000/token"), endpoint));
        var plain = new RegistryEndpoint("localhost:5000", new Uri("http://localhost:5000"), false);
        Assert.Null(rules.Objection(new Uri("http://localhost:5001/token"), plain));
        Assert.NotNull(rules.Objection(new Uri("http://127.0.0.1:5001/token"), plain));
    }

    [Theory]
    [InlineData("localhost", true)]
    [InlineData("localhost:5000", true)]
    [InlineData("127.9.9.9:5000", true)]
    [InlineData("[::1]:5000", true)]
    [InlineData("listed.example", true)]
    [InlineData("listed.example:5000", true)]
    [InlineData("LISTED.example", true)]
    [InlineData("10.9.9.9:5000", true)]
    [InlineData("10.9.9.9:5001", false)]
    [InlineData("localhost.example", false)]
    [InlineData("public.ecr.aws", false)]
    [InlineData("not-listed.example", false)]
    public void Plain_http_is_for_this_machine_and_for_what_is_listed(string host, bool may) =>
        Assert.Equal(
            may,
            new RedirectPolicy(["listed.example", "10.9.9.9:5000"]).MayBePlain(new Uri("http://" + host))
        );

    [Fact]
    public void Documentation_and_ordinary_addresses_are_public() =>
        Assert.All(
            new[] { "1.1.1.1", "100.128.0.1", "172.32.0.1", "192.167.1.1", "169.253.1.1", "2606:4700::1" },
            text => Assert.True(RedirectPolicy.IsPublic(IPAddress.Parse(text)))
        );

    private static string? Objection(string url) =>
        new RedirectPolicy(["listed.example", "10.9.9.9:5000"]).Objection(
            new Uri(url),
            new RegistryEndpoint("registry.example", new Uri("https://registry.example"), false)
        );
}
