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
    public void A_link_is_not_followed_to_a_policy_or_to_certificates()
    {
        using var folder = new TemporaryFolder();
        var (real, link) = (folder["real.json"], folder["trustpolicy.json"]);
        File.WriteAllText(real, Create().ToJsonString());
        File.CreateSymbolicLink(link, real);
        Assert.Single(TrustPolicy.Read(real).Statements);
        AssertRefused("symbolic link", () => TrustPolicy.Read(link));

        var certificates = Directory.CreateDirectory(folder["x509/ca/acme"]).FullName;
        File.WriteAllBytes(Path.Combine(certificates, "root.crt"), TestSigner.Good.Chain[2]);
        Assert.Single(TrustStore.Read(folder[""], ["acme"]));
        Directory.CreateSymbolicLink(folder["x509/ca/other"], certificates);
        AssertRefused(
            "symbolic link",
            () => TrustStore.Read(folder[""], ["other"]),
            DiagnosticTable.TrustStoreUnreadable
        );
        File.CreateSymbolicLink(Path.Combine(certificates, "second.crt"), Path.Combine(certificates, "root.crt"));
        AssertRefused(
            "symbolic link",
            () => TrustStore.Read(folder[""], ["acme"]),
            DiagnosticTable.TrustStoreUnreadable
        );
    }

    private static void AssertRefused(string why, Func<object> action, Diagnostic? diagnostic = null)
    {
        var exception = Assert.Throws<ContainerizeException>(action);
        Assert.Equal(diagnostic ?? DiagnosticTable.TrustPolicyUnreadable, exception.Diagnostic);
        Assert.Contains(why, exception.Message, StringComparison.Ordinal);
    }
}
