using System.Text;
using Containerize.Diagnostics;
using Containerize.Stores.Registries;
using Containerize.Stores.Registries.Configuration;

namespace Containerize.Core.Tests.Stores.Registries.Configuration;

/// <summary>The tables of docker/cli, go-containerregistry, Jib and containers/image.</summary>
public sealed class AuthFileTests
{
    [Theory]
    [InlineData("example.org/x", "example.org=example:org", "example:org")]
    [InlineData("registry.example.org/x", "example.org=example:org", null)]
    [InlineData("example/x", "example.com=a:b", null)]
    [InlineData("docker.io/x", "index.docker.io=index:docker.io docker.io=docker:io", "docker:io")]
    [InlineData("docker.io/x", "https://index.docker.io/v1/=joejoe:hello", "joejoe:hello")]
    [InlineData("docker.io/x", "https://index.docker.io/v1=index:docker.io", "index:docker.io")]
    [InlineData("docker.io/x", "index.docker.io/v1/=a:b", "a:b")]
    [InlineData("normalize.example.org/x", "https://normalize.example.org/v1=normalize:example", "normalize:example")]
    [InlineData("test.io/x", "http://test.io/v2/=foo:bar", "foo:bar")]
    [InlineData("localhost/x", "localhost=local:host localhost:5000=local:host-5000", "local:host")]
    [InlineData("10.10.30.45:5000/x", "10.10.30.45=10.10:30.45 10.10.30.45:5000=10.10:30.45-5000", "10.10:30.45-5000")]
    [InlineData("example.com:6555/x", "https://example.com:6555/v2/=a:b", "a:b")]
    [InlineData("example.com/x", "https://example.com:6555/v2/=a:b", null)]
    [InlineData("example.org/repo/image", "example.org/repo=example:org example.org=local:host", "example:org")]
    [InlineData("example.org/repo", "example.org/repo=example:org example.org=local:host", "example:org")]
    [InlineData("example.org/image", "example.org/repo=example:org example.org=local:host", "local:host")]
    [InlineData("example.org/image", "example.org/repo=example:org", null)]
    [InlineData(
        "docker.io/library/busybox",
        "docker.io/vendor=first:level docker.io=top:level docker.io/library/busybox=library:busybox "
            + "docker.io/library=library:other",
        "library:busybox"
    )]
    [InlineData(
        "docker.io/library/notbusybox",
        "docker.io/vendor=first:level docker.io=top:level docker.io/library/busybox=library:busybox "
            + "docker.io/library=library:other",
        "library:other"
    )]
    [InlineData("docker.io/vendor/product", "docker.io/vendor=first:level docker.io=top:level", "first:level")]
    [InlineData(
        "docker.io/other-vendor/other-product",
        "docker.io/vendor=first:level docker.io=top:level",
        "top:level"
    )]
    [InlineData(
        "my-registry/x",
        "https://my-registry/v1/=1:1 my-registry/v4/=2:2 https://my-registry=3:3 my-registry=4:4",
        "4:4"
    )]
    [InlineData(
        "cool-registry/x",
        "cool-registry/v8/=2:2 https://cool-registry/v1/=3:3 https://cool-registry=1:1",
        "1:1"
    )]
    [InlineData("awesome-registry/x", "awesome-registry/v9/=1:1", "1:1")]
    [InlineData("some.example/x", "some.example=some:other:auth", "some:other:auth")]
    public void The_most_particular_entry_counts(string name, string auths, string? expected)
    {
        var entries = auths
            .Split(' ')
            .Select(entry => entry.Split('=', 2))
            .Select(pair => $"\"{pair[0]}\":{{\"auth\":\"{Base64(pair[1])}\"}}");
        var credential = Find(name, "{\"auths\":{" + string.Join(',', entries) + "}}");
        Assert.Equal(expected, credential is null ? null : $"{credential.Username}:{credential.Password}");
    }

    [Theory]
    [InlineData("\"auth\":\"Zm9vOmJhcg==\"", "foo:bar::")]
    [InlineData("\"auth\":\"Zm9vOmJhcg\"", "foo:bar::")] // without padding
    [InlineData("\"auth\":\"Zm9vOmJhcgAA\"", "foo:bar::")] // with NULs
    [InlineData("\"Auth\":\"Zm9vOmJhcg==\"", "foo:bar::")]
    [InlineData("\"auth\":\"w7w6w7w=\"", "ü:ü::")]
    [InlineData("\"username\":\"a\",\"password\":\"b\"", "a:b::")]
    [InlineData("\"username\":\"a\",\"password\":\"b\",\"auth\":\"Zm9vOmJhcg==\"", "foo:bar::")]
    [InlineData(
        "\"auth\":\"MDAwMDAwMDAtMDAwMC0wMDAwLTAwMDAtMDAwMDAwMDAwMDAwOg==\",\"identitytoken\":\"id\"",
        "00000000-0000-0000-0000-000000000000::id:"
    )]
    [InlineData("\"registrytoken\":\"reg\"", ":::reg")]
    [InlineData("\"email\":\"a@b\"", null)]
    [InlineData("\"auth\":\"\"", null)]
    [InlineData("", null)]
    public void An_entry_holds_a_credential_in_one_of_its_forms(string members, string? expected)
    {
        var credential = Find("test.io/x", "{\"auths\":{\"test.io\":{" + members + "}}}");
        Assert.Equal(
            expected,
            credential is null
                ? null
                : $"{credential.Username}:{credential.Password}:{credential.IdentityToken}:{credential.RegistryToken}"
        );
    }

    [Theory]
    [InlineData("}{")]
    [InlineData("[]")]
    [InlineData("{\"auths\":{\"test.io\":{\"auth\":\"*secret*\"}}}")]
    [InlineData("{\"auths\":{\"test.io\":{\"auth\":\"c2VjcmV0\"}}}")]
    [InlineData("{\"auths\":{\"test.io\":{\"username\":true}}}")]
    [InlineData("{\"auths\":{\"test.io\":\"secret\"}}")]
    [InlineData("{\"auths\":{\"test.io\":{\"auth\":\"secret")]
    public void What_cannot_be_read_is_said_without_what_it_holds(string text)
    {
        var exception = Assert.Throws<ContainerizeException>(() => Find("test.io/x", text));
        Assert.Equal(DiagnosticTable.InvalidAuthFile, exception.Diagnostic);
        Assert.Contains("the test's file", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", exception.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  \n")]
    [InlineData("{}")]
    [InlineData("\uFEFF{}")]
    [InlineData("{\"auths\":null,\"credHelpers\":null}")]
    [InlineData("{\"auths\":{\"other.io\":{\"auth\":\"*\"}}}")]
    public void A_file_without_an_entry_for_the_registry_has_none(string text) => Assert.Null(Find("test.io/x", text));

    private static Credential? Find(string name, string text)
    {
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        return AuthFile.Parse(Encoding.UTF8.GetBytes(text), "the test's file").Find(name[..slash], name[(slash + 1)..]);
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
