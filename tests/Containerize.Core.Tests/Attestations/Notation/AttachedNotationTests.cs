using System.Text.Json.Nodes;
using Containerize.Attestations.Notation;
using Containerize.Attestations.Registries;
using Containerize.Core.Tests.Stores;
using Containerize.Core.Tests.Stores.Registries;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Inspection.Report;
using Containerize.Inspection.Report.Attached;
using Containerize.Stores.Registries;
using Containerize.Stores.Registries.Client;
using Containerize.TestKit.Images;
using Containerize.TestKit.Registries;

namespace Containerize.Core.Tests.Attestations.Notation;

/// <summary>What the page of an image says of its signatures of Notation.</summary>
public sealed class AttachedNotationTests : RegistryTest
{
    private const StringComparison Ordinal = StringComparison.Ordinal;

    private static readonly Image Signed = TestImages.Create("signed", 10);

    [Fact]
    public async Task Without_a_policy_it_says_that_it_is_not_checked_and_what_checks_it()
    {
        await using var registry = await SignedAsync();
        var attachment = await ReadAsync(registry, null);
        Assert.Equal(AttachmentState.NotChecked, attachment.State);
        Assert.Contains("no trust policy was given", attachment.Detail, StringComparison.Ordinal);
        Assert.Contains("--notation-policy FILE", attachment.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_a_policy_it_is_checked()
    {
        await using var registry = await SignedAsync();
        using var folder = new TemporaryFolder();
        var attachment = await ReadAsync(registry, Lay(registry, folder, TestSigner.Good));
        Assert.Equal(AttachmentState.Valid, attachment.State);
        Assert.StartsWith("signed as the trust policy 'release' (strict) demands", attachment.Detail, Ordinal);

        File.WriteAllBytes(folder["x509/ca/acme/root.crt"], TestSigner.Create().Chain[^1]);
        attachment = await ReadAsync(registry, new(folder["trustpolicy.json"], folder[""]));
        Assert.Equal(AttachmentState.Invalid, attachment.State);
        Assert.NotNull(attachment.Fault);
    }

    [Fact]
    public async Task What_a_policy_only_logs_is_no_valid_signature()
    {
        await using var registry = await SignedAsync();
        using var folder = new TemporaryFolder();
        var trust = Lay(registry, folder, TestSigner.Create(), statement => TestPolicies.Level(statement, "audit"));
        var attachment = await ReadAsync(registry, trust);
        Assert.Equal(AttachmentState.NotChecked, attachment.State);
        Assert.StartsWith(
            "not proved, and let through by the trust policy 'release' (audit): ",
            attachment.Detail,
            Ordinal
        );
    }

    [Fact]
    public async Task A_policy_that_skips_the_repository_or_says_nothing_about_it_is_no_check()
    {
        await using var registry = await SignedAsync();
        using var folder = new TemporaryFolder();
        var trust = Lay(
            registry,
            folder,
            TestSigner.Good,
            statement =>
            {
                TestPolicies.Level(statement, "skip");
                statement.Remove("trustStores");
                statement.Remove("trustedIdentities");
            }
        );
        var attachment = await ReadAsync(registry, trust);
        Assert.Equal(AttachmentState.NotChecked, attachment.State);
        Assert.Contains("skips this repository", attachment.Detail, StringComparison.Ordinal);
        trust = Lay(
            registry,
            folder,
            TestSigner.Good,
            statement => statement["registryScopes"] = new JsonArray("registry.example/other")
        );
        await AssertFailsAsync(DiagnosticTable.TrustPolicyElsewhere, () => ReadAsync(registry, trust));
    }

    private static async Task<TestRegistry> SignedAsync()
    {
        var registry = await TestRegistry.StartAsync(listsReferrers: true);
        await registry.AddAsync(App, Signed, "1.0");
        using var client = new RegistryClient(At());
        var certificate = SigningCertificate.Parse(TestSigner.Good.Pem, "'it'");
        var signer = new NotationSigner(TestSigner.Good.Key, certificate, TestSigner.Now, TestSigner.Now);
        await new NotationSigning(Place(registry), client, signer).SignAsync(Signed.Manifest.Descriptor, Cancelled);
        return registry;
    }

    private static NotationTrust Lay(
        TestRegistry registry,
        TemporaryFolder folder,
        TestSigner trusted,
        Action<JsonObject>? change = null
    )
    {
        Directory.CreateDirectory(folder["x509/ca/acme"]);
        File.WriteAllBytes(folder["x509/ca/acme/root.crt"], trusted.Chain[^1]);
        var policy = TestPolicies.Create(statement =>
        {
            statement["registryScopes"] = new JsonArray($"{registry.Authority}/{App}");
            change?.Invoke(statement);
        });
        File.WriteAllText(folder["trustpolicy.json"], policy.ToJsonString());
        return new(folder["trustpolicy.json"], folder[""]);
    }

    private static async Task<ReportedAttachment> ReadAsync(TestRegistry registry, NotationTrust? trust)
    {
        using var client = new RegistryClient(At());
        var facts = await new AttachedReader(Place(registry), client, null) { Policy = trust }.ReadAsync(
            Signed.Digest,
            Signed,
            Cancelled
        );
        Assert.Null(facts.Attachments.Fault);
        return Assert.Single(facts.Attachments.All);
    }

    private static ImageReference Place(TestRegistry registry) =>
        ImageReference.Parse($"{registry.Authority}/{App}:1.0");

    private static RegistryOptions At() => Options with { Time = new FixedClock() };

    private sealed class FixedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => TestSigner.Now;
    }
}
