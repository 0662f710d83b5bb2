using System.Text.Json.Nodes;
using Containerize.Attestations.Notation;
using Containerize.Core.Tests.Stores;
using Containerize.Diagnostics;
using static Containerize.Core.Tests.Attestations.Notation.TestPolicies;

namespace Containerize.Core.Tests.Attestations.Notation;

/// <summary>Which repositories a trust policy names, and what else has no place in one.</summary>
public sealed class TrustPolicyScopeTests
{
    [Theory]
    [InlineData("Registry.Example/team/app", "registry.example/team/app")]
    [InlineData("registry.example:443/team/app", "registry.example/team/app")]
    [InlineData("registry.example/team/app", "REGISTRY.example:0443/team/app")]
    [InlineData("registry.example:5000/team/app", "Registry.Example:5000/team/app")]
    public void A_host_is_the_same_in_capitals_and_with_the_port_of_https(string repository, string scope)
    {
        var json = Create(statement => statement["registryScopes"] = new JsonArray(scope));
        var all = Create(statement => (statement["name"], statement["registryScopes"]) = ("all", new JsonArray("*")));
        json["trustPolicies"]!.AsArray().Insert(0, all["trustPolicies"]![0]!.DeepClone());
        Assert.Equal("release", Parse(json).For(repository).Name);
        Assert.Equal("all", Parse(json).For("other.example/team/app").Name);
        AssertRefused(
            "is there twice",
            () =>
                Parse(
                    Create(statement => statement["registryScopes"] = new JsonArray(scope, "x.example/a", repository))
                )
        );
    }

    [Fact]
    public void A_policy_does_not_skip_everything() =>
        AssertRefused(
            "skip",
            () =>
                Parse(
                    Create(statement =>
                    {
                        Level(statement, "skip");
                        statement["registryScopes"] = new JsonArray("*");
                        statement.Remove("trustStores");
                        statement.Remove("trustedIdentities");
                    })
                )
        );

    [Fact]
    public void A_member_that_is_not_known_may_demand_something_and_is_refused()
    {
        var policy = Create();
        policy["trustedKeys"] = new JsonArray();
        AssertRefused("'trustedKeys' is not known", () => Parse(policy));
        AssertRefused(
            "'registryscopes' is not known",
            () => Parse(Create(statement => statement["registryscopes"] = new JsonArray("registry.example/b")))
        );
        AssertRefused(
            "'overrides' is not known",
            () => Parse(Create(statement => statement["signatureVerification"]!["overrides"] = new JsonObject()))
        );
    }

    [Theory]
    [InlineData("\"never\"")]
    [InlineData("\"aftercertexpiry\"")]
    [InlineData("true")]
    public void A_timestamp_is_demanded_always_or_after_the_certificate_has_expired(string value) =>
        AssertRefused(
            "'verifyTimestamp'",
            () =>
                Parse(
                    Create(statement => statement["signatureVerification"]!["verifyTimestamp"] = JsonNode.Parse(value))
                )
        );

    [Theory]
    [InlineData("always")]
    [InlineData("afterCertExpiry")]
    public void The_words_of_the_timestamp_are_known(string value) =>
        Assert.Equal(
            "release",
            Statement(statement => statement["signatureVerification"]!["verifyTimestamp"] = value).Name
        );

    [Fact]
    public void A_link_is_followed_to_a_policy_and_to_certificates_and_not_to_a_store()
    {
        using var folder = new TemporaryFolder();
        var (real, link) = (folder["real.json"], folder["trustpolicy.json"]);
        File.WriteAllText(real, Create().ToJsonString());
        File.CreateSymbolicLink(link, real);
        Assert.Single(TrustPolicy.Read(real).Statements);
        Assert.Single(TrustPolicy.Read(link).Statements);

        var certificates = Directory.CreateDirectory(folder["x509/ca/acme"]).FullName;
        File.WriteAllBytes(Path.Combine(certificates, "root.crt"), TestSigner.Good.Chain[2]);
        Assert.Single(TrustStore.Read(folder[""], ["acme"]));
        Directory.CreateSymbolicLink(folder["x509/ca/other"], certificates);
        AssertRefused(
            "symbolic link",
            () => TrustStore.Read(folder[""], ["other"]),
            DiagnosticTable.TrustStoreUnreadable
        );
        // As Kubernetes mounts a secret: a link for each file, through a link to the folder of the moment.
        var mounted = Directory.CreateDirectory(folder["x509/ca/mounted/..2026_11_30"]).FullName;
        File.Copy(Path.Combine(certificates, "root.crt"), Path.Combine(mounted, "root.crt"));
        Directory.CreateSymbolicLink(folder["x509/ca/mounted/..data"], "..2026_11_30");
        File.CreateSymbolicLink(folder["x509/ca/mounted/root.crt"], "..data/root.crt");
        Assert.Single(TrustStore.Read(folder[""], ["mounted"]));
    }

    [Theory]
    [InlineData("loop.crt", "leads to no file, or in a circle")]
    [InlineData("/nowhere/root.crt", "leads to no file, or in a circle")]
    [InlineData("/etc", "it is a folder")]
    [InlineData("/dev/zero", "it is a device")]
    public void A_link_in_a_store_to_what_is_no_file_is_refused(string target, string why)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links and devices are those of Unix");
        using var folder = new TemporaryFolder();
        var certificates = Directory.CreateDirectory(folder["x509/ca/acme"]).FullName;
        File.WriteAllBytes(Path.Combine(certificates, "root.crt"), TestSigner.Good.Chain[2]);
        File.CreateSymbolicLink(Path.Combine(certificates, "loop.crt"), target);
        AssertRefused(why, () => TrustStore.Read(folder[""], ["acme"]), DiagnosticTable.TrustStoreUnreadable);
    }

    private static void AssertRefused(string why, Func<object> action, Diagnostic? diagnostic = null)
    {
        var exception = Assert.Throws<ContainerizeException>(action);
        Assert.Equal(diagnostic ?? DiagnosticTable.TrustPolicyUnreadable, exception.Diagnostic);
        Assert.Contains(why, exception.Message, StringComparison.Ordinal);
    }
}
