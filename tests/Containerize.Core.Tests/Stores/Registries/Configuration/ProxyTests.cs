using System.Collections;
using System.Net;
using Containerize.Diagnostics;
using Containerize.Stores.Registries.Configuration;

namespace Containerize.Core.Tests.Stores.Registries.Configuration;

public sealed class ProxyTests : ConfigurationTest
{
    [Theory]
    [InlineData("", "https://registry.example", "http://proxy:3128/")]
    [InlineData("", "http://registry.example", "http://plain:80/")]
    [InlineData("*", "https://registry.example", null)]
    [InlineData("registry.example", "https://registry.example", null)]
    [InlineData("example", "https://registry.example", null)]
    [InlineData("xample", "https://registry.example", "http://proxy:3128/")]
    [InlineData(".example", "https://registry.example", null)]
    [InlineData("*.example", "https://registry.example", null)]
    [InlineData(".registry.example", "https://registry.example", "http://proxy:3128/")]
    [InlineData("REGISTRY.example", "https://registry.example", null)]
    [InlineData("registry.example:5000", "https://registry.example:5000", null)]
    [InlineData("registry.example:5000", "https://registry.example", "http://proxy:3128/")]
    [InlineData("other, registry.example", "https://registry.example", null)]
    [InlineData("10.0.0.0/8", "https://10.1.2.3:5000", null)]
    [InlineData("10.0.0.0/8", "https://11.1.2.3:5000", "http://proxy:3128/")]
    [InlineData("10.1.2.3", "https://10.1.2.3:5000", null)]
    [InlineData("[fd00::1]", "https://[fd00::1]:5000", null)]
    [InlineData("fd00::/8", "https://[fd00::1]:5000", null)]
    [InlineData("", "https://localhost:5000", null)]
    [InlineData("", "http://127.0.0.1:5000", null)]
    [InlineData("", "http://[::1]:5000", null)]
    public void No_proxy_names_hosts_networks_and_ports(string exceptions, string url, string? expected)
    {
        (Variables["HTTPS_PROXY"], Variables["http_proxy"], Variables["NO_PROXY"]) = (
            "proxy:3128",
            "http://plain",
            exceptions
        );
        Assert.Equal(
            expected is null ? null : new Uri(expected),
            EnvironmentProxy.Create(Environment)!.GetProxy(new Uri(url))
        );
    }

    [Fact]
    public void Without_variables_there_is_no_proxy() => Assert.Null(EnvironmentProxy.Create(Environment));

    [Fact]
    public void The_name_and_password_of_a_proxy_are_not_part_of_its_address()
    {
        Variables["ALL_PROXY"] = "http://me:p%40ss@proxy:3128";
        var proxy = EnvironmentProxy.Create(Environment)!;
        var url = proxy.GetProxy(new Uri("https://x"))!;
        Assert.Equal("http://proxy:3128/", url.ToString());
        Assert.Equal(
            ("me", "p@ss"),
            proxy.Credentials!.GetCredential(url, "Basic") is { } found ? (found.UserName, found.Password) : default
        );
        Assert.IsType<CredentialCache>(proxy.Credentials);
    }

    [Fact]
    public void A_proxy_that_is_no_url_is_said_to_be_none_without_its_password()
    {
        Variables["HTTPS_PROXY"] = "ftp://me:secret@x";
        var exception = Assert.Throws<ContainerizeException>(() => EnvironmentProxy.Create(Environment));
        Assert.Contains("HTTPS_PROXY", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_proxy_of_the_system_counts_and_that_of_variables_that_are_gone_does_not()
    {
        var none = new Hashtable();
        var system = new SystemSettings();
        Assert.Same(system, MachineEnvironment.Of(none, Home, () => system).Proxy);
        Assert.Null(MachineEnvironment.Of(none, Home, () => new HttpEnvironmentProxy()).Proxy);
        var named = MachineEnvironment.Of(new Hashtable { ["HTTPS_PROXY"] = "proxy:3128" }, Home, () => system);
        Assert.IsType<EnvironmentProxy>(named.Proxy);
    }

    [Fact]
    public void The_framework_has_a_type_of_that_name_for_the_proxy_of_variables() =>
        Assert.NotNull(typeof(HttpClient).Assembly.GetType("System.Net.Http.HttpEnvironmentProxy"));

    private class SystemSettings : IWebProxy
    {
        public ICredentials? Credentials { get; set; }

        public Uri? GetProxy(Uri destination) => null;

        public bool IsBypassed(Uri host) => true;
    }

    // Called as .NET's own is, which no test can make.
    private sealed class HttpEnvironmentProxy : SystemSettings;
}
