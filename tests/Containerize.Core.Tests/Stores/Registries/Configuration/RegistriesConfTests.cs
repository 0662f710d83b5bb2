using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores.Registries.Configuration;

namespace Containerize.Core.Tests.Stores.Registries.Configuration;

/// <summary>The cases of containers-registries.conf(5).</summary>
public sealed class RegistriesConfTests : ConfigurationTest
{
    private const string Some = """
        unqualified-search-registries = ["docker.io"]
        [[registry]]
        prefix = "example.com/foo"
        location = "internal.example.org/bar" # elsewhere
        [[registry.mirror]]
        location = "mirror-1.example/mirrored"
        insecure = true
        [[registry.mirror]]
        location = "mirror-2.example:5000"
        pull-from-mirror = "tag-only"

        [[registry]]
        location = "example.com/foo/bar"
        mirror-by-digest-only = true
        [[registry.mirror]]
        location = 'mirror-3.example/x'

        [[registry]]
        prefix = "*.wild.example"
        location = "tame.example"

        [[registry]]
        prefix = "blocked.example"
        blocked = true
        """;

    private const string SomeDigest = "@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    [Theory]
    [InlineData(
        "example.com/foo/image:1",
        "mirror-1.example/mirrored/image:1 mirror-2.example:5000/image:1 internal.example.org/bar/image:1"
    )]
    [InlineData(
        "example.com/foo/image" + SomeDigest,
        "mirror-1.example/mirrored/image" + SomeDigest + " internal.example.org/bar/image" + SomeDigest
    )]
    [InlineData("example.com/foo/bar/image:1", "example.com/foo/bar/image:1")]
    [InlineData(
        "example.com/foo/bar/image" + SomeDigest,
        "mirror-3.example/x/image" + SomeDigest + " example.com/foo/bar/image" + SomeDigest
    )]
    [InlineData("example.com/foobar:1", "example.com/foobar:1")]
    [InlineData("a.b.wild.example/x/y:1", "tame.example/x/y:1")]
    [InlineData("wild.example/x:1", "wild.example/x:1")]
    [InlineData("ubuntu:24.04", "docker.io/library/ubuntu:24.04")]
    public void The_longest_prefix_says_where_an_image_is_pulled_from(string reference, string expected) =>
        Assert.Equal(
            expected,
            string.Join(' ', RegistriesConf.ParseText(Some, "test").PlacesOf(ImageReference.Parse(reference)))
        );

    [Fact]
    public void What_is_blocked_is_not_pulled() =>
        Assert.Equal(
            DiagnosticTable.RegistryBlocked,
            Assert
                .Throws<ContainerizeException>(() =>
                    RegistriesConf.ParseText(Some, "test").PlacesOf(ImageReference.Parse("blocked.example/x"))
                )
                .Diagnostic
        );

    [Fact]
    public void What_it_says_is_insecure_is() =>
        Assert.Equal(["mirror-1.example"], RegistriesConf.ParseText(Some, "test").Insecure);

    [Theory]
    [InlineData("[[registry]]\nlocation = \"a.example\"\ninsecure = true")]
    [InlineData(
        "# none\n\nunqualified-search-registries = [\"docker.io\", \"quay.io\"]\r\n  [[ registry ]]\nlocation "
            + "= 'a.example'\ninsecure = true # yes"
    )]
    [InlineData("registry = [{ location = \"a.example\", insecure = true }]")]
    [InlineData("\"registry\" = [\n{ location = \"a.example\", insecure = true }]")]
    [InlineData("\"\\u0072egistry\" = [{ location = \"a.example\", insecure = true }]")]
    [InlineData(
        "short-name-mode = \"permissive\" # or enforcing\nunqualified-search-registries=[ \"docker.io\" ]\n"
            + "[aliases]\n  \"registry.example/a\" = \"quay.io/a\"",
        "none"
    )]
    public void A_registry_is_seen_however_it_is_written(string text, string expected = "a.example") =>
        Assert.Equal(expected == "none" ? [] : [expected], RegistriesConf.ParseText(text, "test").Insecure);

    [Theory]
    [InlineData("[[registry]")]
    [InlineData("[[registry]]\nblocked = \"yes\"\nlocation = \"x\"")]
    [InlineData("[[registry]]\nlocation = 7")]
    [InlineData("[[registry]]\ninsecure = true")]
    [InlineData("[[registry]]\nlocation = \"x\"\n[[registry.mirror]]\ninsecure = true")]
    public void What_means_nothing_is_named(string text)
    {
        var exception = Assert.Throws<ContainerizeException>(() => RegistriesConf.ParseText(text, "/etc/x.conf"));
        Assert.Equal(DiagnosticTable.InvalidRegistriesConf, exception.Diagnostic);
        Assert.Contains("/etc/x.conf", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_users_file_replaces_the_machines_and_drop_ins_come_on_top()
    {
        Write("etc/containers/registries.conf", Mirror("a.example", "machine"));
        Assert.Equal("machine/x:1", First("a.example/x:1"));
        Write(".config/containers/registries.conf", Mirror("b.example", "user"));
        Assert.Equal(("a.example/x:1", "user/x:1"), (First("a.example/x:1"), First("b.example/x:1")));
        Write("etc/containers/registries.conf.d/10.conf", Mirror("b.example", "drop-in-10"));
        Write("etc/containers/registries.conf.d/20.conf", Mirror("b.example", "drop-in-20"));
        Assert.Equal("drop-in-20/x:1", First("b.example/x:1"));
        Variables["CONTAINERS_REGISTRIES_CONF"] = Write("named.conf", Mirror("c.example", "named"));
        Assert.Equal("named/x:1", First("c.example/x:1"));
    }

    private static string Mirror(string location, string mirror) =>
        $"[[registry]]\nlocation=\"{location}\"\n[[registry.mirror]]\nlocation=\"{mirror}\"\n";

    private string First(string reference) =>
        RegistriesConf.Read(Environment).PlacesOf(ImageReference.Parse(reference))[0].ToString();
}
