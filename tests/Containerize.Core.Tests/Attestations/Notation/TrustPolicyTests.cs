using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Containerize.Attestations.Notation;
using Containerize.Diagnostics;
using static Containerize.Core.Tests.Attestations.Notation.TestPolicies;

namespace Containerize.Core.Tests.Attestations.Notation;

/// <summary>What a trust policy demands, and which policies are none.</summary>
public sealed class TrustPolicyTests
{
    private const StringComparison Ordinal = StringComparison.Ordinal;

    [Fact]
    public void A_statement_that_names_the_repository_comes_before_the_one_for_all()
    {
        var json = Create();
        var all = Create(statement => (statement["name"], statement["registryScopes"]) = ("all", new JsonArray("*")));
        json["trustPolicies"]!.AsArray().Insert(0, all["trustPolicies"]![0]!.DeepClone());
        var policy = Parse(json);
        Assert.Equal("release", policy.For(App).Name);
        Assert.Equal("all", policy.For(App + "s").Name);
        Assert.Equal("all", policy.For("registry.example/team").Name);
    }

    [Theory]
    [InlineData("registry.example/team")]
    [InlineData("registry.example/team/app/more")]
    [InlineData("other.example/team/app")]
    [InlineData("registry.example:5000/team/app")]
    public void A_repository_that_no_statement_names_has_no_answer(string repository)
    {
        var exception = Assert.Throws<ContainerizeException>(() => Parse(Create()).For(repository));
        Assert.Equal(DiagnosticTable.TrustPolicyElsewhere, exception.Diagnostic);
        Assert.Contains(repository, exception.Message, Ordinal);
    }

    [Theory]
    [InlineData("C=US, ST=WA, O=Acme", true)]
    [InlineData("CN=release,O=Acme,S=WA,C=US", true)]
    [InlineData("c = US , st = \\57A , o = Acme", true)]
    [InlineData("C=US, ST=WA, O=Acme, CN=debug", false)]
    [InlineData("C=US, ST=WA, O=Acme, OU=Sales", false)]
    [InlineData("C=US, ST=WA, O=acme", false)]
    [InlineData("C=US, ST=WA, O=Acme\\, CN=x", false)]
    public async Task Only_a_trusted_identity_counts(string subject, bool counts)
    {
        var check = Check(
            TestSigner.Good,
            statement => statement["trustedIdentities"] = new JsonArray($"x509.subject:{subject}")
        );
        var fault = check.Outcome(await TestSigner.Good.SignAsync(), "it").Fault;
        Assert.Equal(counts ? null : $"{TestSigner.Name} is not a trusted identity", fault);
    }

    [Fact]
    public async Task Everybody_or_a_plugins_identity_counts_as_the_policy_says()
    {
        var bytes = await TestSigner.Good.SignAsync();
        var check = Check(TestSigner.Good, statement => statement["trustedIdentities"] = new JsonArray("*"));
        Assert.Null(check.Outcome(bytes, "it").Fault);
        check = Check(TestSigner.Good, statement => statement["trustedIdentities"] = new JsonArray("plugin:anything"));
        Assert.Contains("is not a trusted identity", check.Outcome(bytes, "it").Fault!, Ordinal);
        // A subject without what a policy has to name, or with an attribute twice, cannot be named by one.
        var nameless = TestSigner.Create(subject: "CN=release");
        check = Check(nameless);
        Assert.Contains("is not a trusted identity", check.Outcome(await nameless.SignAsync(), "it").Fault!, Ordinal);
        var twice = TestSigner.Create(subject: "O=Acme, O=Evil, S=WA, C=US");
        Assert.Contains(
            "is not a trusted identity",
            Check(twice).Outcome(await twice.SignAsync(), "it").Fault!,
            Ordinal
        );
    }

    [Theory]
    [InlineData("strict", 0, 0)]
    [InlineData("permissive", 0, 2)]
    [InlineData("audit", 1, 3)]
    public async Task A_level_says_what_is_only_logged(string level, int untrusted, int expired)
    {
        var named = TestSigner.Create(
            months: (-6, -1),
            leaf: request =>
                request.CertificateExtensions.Add(
                    CertificateRevocationListBuilder.BuildCrlDistributionPointExtension(["http://crl.example/a.crl"])
                )
        );
        // Untrusted alone; then a certificate that has expired, and may be revoked, and for audit not trusted at all.
        AssertLogged(untrusted, Outcome(TestSigner.Create(), await TestSigner.Good.SignAsync()));
        AssertLogged(expired, Outcome(level == "audit" ? TestSigner.Good : named, await named.SignAsync()));
        return;

        NotationOutcome Outcome(TestSigner trusted, byte[] bytes) =>
            Check(trusted, statement => Level(statement, level)).Outcome(bytes, "it");

        static void AssertLogged(int count, NotationOutcome outcome)
        {
            Assert.Equal(count == 0, outcome.Fault is not null);
            Assert.Equal(count, outcome.Warnings.Length);
        }
    }

    [Fact]
    public async Task A_certificate_that_may_be_revoked_counts_only_where_the_policy_does_without()
    {
        var signer = TestSigner.Create(leaf: request =>
            request.CertificateExtensions.Add(
                new X509AuthorityInformationAccessExtension(["http://ocsp.example"], null, false)
            )
        );
        var bytes = await signer.SignAsync();
        Assert.Contains("whether it is revoked", Check(signer).Outcome(bytes, "it").Fault!, Ordinal);
        var logged = Check(signer, statement => Level(statement, "strict", ("revocation", "log"))).Outcome(bytes, "it");
        Assert.Null(logged.Fault);
        Assert.Single(logged.Warnings);
        var skipped = Check(signer, statement => Level(statement, "strict", ("revocation", "skip")));
        Assert.Empty(skipped.Outcome(bytes, "it").Warnings);
        // An override makes a level stricter, too.
        var audit = Check(TestSigner.Create(), statement => Level(statement, "audit", ("authenticity", "enforce")));
        Assert.NotNull(audit.Outcome(bytes, "it").Fault);
        // Where the issuer's own certificate lies is no such service.
        var issuer = TestSigner.Create(leaf: request =>
            request.CertificateExtensions.Add(
                new X509AuthorityInformationAccessExtension(null, ["http://ca.example/a.crt"], false)
            )
        );
        Assert.Null(Check(issuer).Outcome(await issuer.SignAsync(), "it").Fault);
    }

    [Fact]
    public async Task A_timestamp_that_is_demanded_is_not_taken_for_granted()
    {
        var bytes = await TestSigner.Good.SignAsync();
        void Stamped(JsonObject statement) => statement["trustStores"] = new JsonArray("ca:acme", "tsa:clock");
        Assert.Contains("demands a timestamp", Check(TestSigner.Good, Stamped).Outcome(bytes, "it").Fault!, Ordinal);
        var after = Check(
            TestSigner.Good,
            statement =>
            {
                Stamped(statement);
                statement["signatureVerification"]!["verifyTimestamp"] = "afterCertExpiry";
            }
        );
        Assert.Null(after.Outcome(bytes, "it").Fault);
        Assert.Contains(
            "is valid from",
            (after with { Now = TestSigner.Now.AddYears(1) }).Outcome(bytes, "it").Fault!,
            Ordinal
        );
    }

    [Theory]
    [InlineData("""{"version":"2.0"}""", "'version'")]
    [InlineData("""{"version":"1.0","trustPolicies":[]}""", "no 'trustPolicies'")]
    [InlineData("[]", "an object was expected")]
    [InlineData("nothing", "not JSON")]
    public void What_is_no_policy_is_refused(string text, string why) =>
        AssertRefused(why, () => TrustPolicy.Parse(System.Text.Encoding.UTF8.GetBytes(text), "'it'"));

    [Theory]
    [InlineData("name", "\"\"", "'name' is missing")]
    [InlineData("registryScopes", "[]", "'registryScopes' is not")]
    [InlineData("registryScopes", """["*","registry.example/a"]""", "'registryScopes' is not")]
    [InlineData("registryScopes", """["registry.example/*"]""", "'registryScopes' is not")]
    [InlineData("registryScopes", """["registry.example/a:v1"]""", "'registryScopes' is not")]
    [InlineData("registryScopes", """["registry.example"]""", "'registryScopes' is not")]
    [InlineData("registryScopes", """["registry.example/a","registry.example/a"]""", "is there twice")]
    [InlineData("registryScopes", "[1]", "is no list of texts")]
    [InlineData("registryScopes", "\"*\"", "is no list of texts")]
    [InlineData("signatureVerification", "{}", "'level' is missing")]
    [InlineData("signatureVerification", """{"level":"Strict"}""", "is not strict")]
    [InlineData("signatureVerification", """{"level":"skip"}""", "must have neither at the level skip")]
    [InlineData("signatureVerification", """{"level":"strict","override":{"integrity":"log"}}""", "'override'")]
    [InlineData("signatureVerification", """{"level":"strict","override":{"expiry":"skip"}}""", "'override'")]
    [InlineData("signatureVerification", """{"level":"strict","override":{"all":"log"}}""", "'override'")]
    [InlineData("signatureVerification", """{"level":"strict","override":{"expiry":1}}""", "'override'")]
    [InlineData("trustStores", "[]", "needs 'trustStores'")]
    [InlineData("trustStores", """["acme"]""", "is no trust store")]
    [InlineData("trustStores", """["ca:../../etc"]""", "is no trust store")]
    [InlineData("trustedIdentities", "[]", "needs 'trustStores' and 'trustedIdentities'")]
    [InlineData("trustedIdentities", """["*","x509.subject: C=US, ST=WA, O=Acme"]""", "\"*\" alone")]
    [InlineData("trustedIdentities", """["Acme"]""", "\"*\" alone")]
    [InlineData("trustedIdentities", """["x509.subject: C=US, O=Acme"]""", "with C, ST and O")]
    [InlineData("trustedIdentities", """["x509.subject: C=US, ST=WA, O=Acme, O=Evil"]""", "each once")]
    [InlineData("trustedIdentities", """["x509.subject: C=US, ST=WA+L=X, O=Acme"]""", "is no subject")]
    [InlineData("trustedIdentities", """["x509.subject: C=US, ST=WA, O=#41"]""", "is no subject")]
    [InlineData(
        "trustedIdentities",
        """["x509.subject: C=US, ST=WA, O=Acme","x509.subject: C=US, ST=WA, O=Acme, CN=a"]""",
        "is part of another one"
    )]
    public void What_notation_refuses_is_refused(string name, string value, string why) =>
        AssertRefused(why, () => Statement(statement => statement[name] = JsonNode.Parse(value)));

    [Fact]
    public void Two_statements_of_one_name_are_refused()
    {
        var json = Create();
        var other = Create(statement => statement["registryScopes"] = new JsonArray("registry.example/other"));
        json["trustPolicies"]!.AsArray().Add(other["trustPolicies"]![0]!.DeepClone());
        AssertRefused("two statements have the name 'release'", () => Parse(json));
    }

    [Fact]
    public void A_store_is_read_as_notation_lays_it()
    {
        using var folder = new Stores.TemporaryFolder();
        var store = Directory.CreateDirectory(folder["x509/ca/acme"]).FullName;
        AssertStore("it has no certificates");
        File.WriteAllText(Path.Combine(store, "chain.pem"), TestSigner.Good.Pem);
        AssertStore("is neither an authority nor its own root");
        File.Delete(Path.Combine(store, "chain.pem"));
        File.WriteAllBytes(Path.Combine(store, "a.crt"), TestSigner.Good.Chain[2]);
        File.WriteAllText(Path.Combine(store, "b.pem"), TestSigner.Alone().Pem);
        Directory.CreateDirectory(Path.Combine(store, "..data"));
        var read = TrustStore.Read(folder[""], ["acme"]);
        Assert.Equal(2, read.Length);
        Assert.Equal(TestSigner.Good.Root.Thumbprint, read[0].Thumbprint);
        File.WriteAllText(Path.Combine(store, "c.pem"), TestKeys.Public);
        AssertStore("it has no certificate");
        File.WriteAllText(Path.Combine(store, "c.pem"), "none");
        AssertStore("it is no certificate in PEM or DER");
        AssertStore("Could not find", "other");

        void AssertStore(string why, string name = "acme")
        {
            var exception = Assert.Throws<ContainerizeException>(() => TrustStore.Read(folder[""], [name]));
            Assert.Equal(DiagnosticTable.TrustStoreUnreadable, exception.Diagnostic);
            Assert.Contains(why, exception.Message, Ordinal);
        }
    }

    private static void AssertRefused(string why, Func<object> action)
    {
        var exception = Assert.Throws<ContainerizeException>(action);
        Assert.Equal(DiagnosticTable.TrustPolicyUnreadable, exception.Diagnostic);
        Assert.Contains(why, exception.Message, Ordinal);
    }
}
