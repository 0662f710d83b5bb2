using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Containerize.Attestations.Notation;
using Containerize.Attestations.Registries;
using Containerize.Core.Tests.Stores;
using Containerize.Core.Tests.Stores.Registries;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores.Registries;
using Containerize.Stores.Registries.Client;
using Containerize.TestKit.Images;
using Containerize.TestKit.Registries;

namespace Containerize.Core.Tests.Attestations.Notation;

/// <summary>Signatures of Notation beside an image in a registry.</summary>
public sealed class NotationSigningTests : RegistryTest
{
    private static readonly Image Signed = TestImages.Create("signed", 10);
    private static Descriptor Subject => Signed.Manifest.Descriptor;

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public async Task A_signature_is_attached_once_for_a_certificate_and_counts(bool listsReferrers, bool isRsa)
    {
        await using var registry = await TestRegistry.StartAsync(listsReferrers: listsReferrers);
        using var rsa = RSA.Create(2048);
        var signer = isRsa ? TestSigner.Create(rsa) : TestSigner.Good;
        using var folder = new TemporaryFolder();
        Assert.Empty((await CheckAsync(registry, folder, signer)).Found);
        Assert.Equal(AttachFate.Attached, await SignAsync(registry, signer, TestSigner.Now));
        // Another time, and of RSA another random number.
        Assert.Equal(AttachFate.AlreadyThere, await SignAsync(registry, signer, TestSigner.Now.AddDays(1)));
        var report = await CheckAsync(registry, folder, signer);
        Assert.True(report.IsTrusted);
        Assert.Equal(report.Counts, Assert.Single(report.Found));
        Assert.Equal(AttachFate.Attached, await SignAsync(registry, TestSigner.Create(), TestSigner.Now));
        report = await CheckAsync(registry, folder, TestSigner.Create());
        Assert.False(report.IsTrusted);
        Assert.Equal(2, report.Found.Length);
    }

    [Fact]
    public async Task The_artifact_is_that_of_the_specification()
    {
        await using var registry = await TestRegistry.StartAsync(listsReferrers: true);
        await SignAsync(registry, TestSigner.Good, TestSigner.Now);
        using var client = new RegistryClient(Options);
        var entry = Assert.Single(
            await new Referrers(registry.Authority, App, client).FindAsync(Subject.Digest, Cancelled)
        );
        Assert.Equal("application/vnd.cncf.notary.signature", entry.ArtifactType);
        var manifest = JsonNode.Parse(registry.Manifests[(App, entry.Digest.ToString())].Bytes)!;
        Assert.Equal("application/jose+json", (string?)Assert.Single(manifest["layers"]!.AsArray())!["mediaType"]);
        Assert.Equal("application/vnd.oci.empty.v1+json", (string?)manifest["config"]!["mediaType"]);
        var thumbprints = JsonNode.Parse(
            (string)manifest["annotations"]!["io.cncf.notary.x509chain.thumbprint#S256"]!
        )!;
        Assert.Equal(
            TestSigner.Good.Chain.Select(each => Convert.ToHexStringLower(SHA256.HashData(each))),
            thumbprints.AsArray().Select(each => (string)each!)
        );
    }

    [Fact]
    public async Task A_forged_signature_with_the_same_certificates_is_no_reason_not_to_sign_and_hides_nothing()
    {
        await using var registry = await TestRegistry.StartAsync(listsReferrers: true);
        using var client = new RegistryClient(Options);
        using var folder = new TemporaryFolder();
        var thumbprints = CertificateChain.Parse(TestSigner.Good.Chain, "it").Thumbprints;
        var other = await TestSigner.Good.SignAsync();
        var expired = await TestSigner.Good.SignAsync(
            Subject,
            header =>
            {
                header["crit"]!.AsArray().Add("io.cncf.notary.expiry");
                header["io.cncf.notary.expiry"] = "2026-06-01T00:00:00Z";
            }
        );
        foreach (var envelope in new[] { "{}"u8.ToArray(), other, expired })
            await new Attaching(registry.Authority, App, client).AttachAsync(
                Subject.Digest,
                [ReferrerManifest.OfNotation(Subject, envelope, thumbprints)],
                AttestationMode.Auto,
                Cancelled
            );
        Assert.Equal(3, (await CheckAsync(registry, folder, TestSigner.Good)).Found.Length);
        Assert.Equal(AttachFate.Attached, await SignAsync(registry, TestSigner.Good, TestSigner.Now));
        Assert.True((await CheckAsync(registry, folder, TestSigner.Good)).IsTrusted);
    }

    [Fact]
    public async Task Of_many_signatures_only_some_are_read()
    {
        await using var registry = await TestRegistry.StartAsync();
        using var folder = new TemporaryFolder();
        AddOthers(registry, 5_000);
        var report = await CheckAsync(registry, folder, TestSigner.Good);
        Assert.Equal(ImageSignatures.Most, report.Found.Length);
        Assert.True(report.IsAtLimit);
    }

    [Fact]
    public async Task A_signature_by_a_trusted_certificate_is_read_first()
    {
        await using var registry = await TestRegistry.StartAsync();
        using var folder = new TemporaryFolder();
        AddOthers(registry, 200);
        Assert.Equal(AttachFate.Attached, await SignAsync(registry, TestSigner.Good, TestSigner.Now));
        Assert.Single((await CheckAsync(registry, folder, TestSigner.Good)).Found);
        Assert.Equal(AttachFate.AlreadyThere, await SignAsync(registry, TestSigner.Good, TestSigner.Now.AddDays(1)));
    }

    [Theory]
    [InlineData(401)]
    [InlineData(429)]
    [InlineData(503)]
    [InlineData(403)]
    public async Task A_signature_that_cannot_be_reached_is_no_answer(int status)
    {
        await using var registry = await TestRegistry.StartAsync();
        using var folder = new TemporaryFolder();
        await SignAsync(registry, TestSigner.Good, TestSigner.Now);
        registry.Script = async context =>
            context.Request.Path.Value!.Contains("/manifests/sha256:", StringComparison.Ordinal)
            && await TestRegistry.RefuseAsync(context, status, "DENIED");
        await Assert.ThrowsAsync<ContainerizeException>(() => CheckAsync(registry, folder, TestSigner.Good));
        registry.Seen.Clear();
        await Assert.ThrowsAsync<ContainerizeException>(() => SignAsync(registry, TestSigner.Good, TestSigner.Now));
        Assert.DoesNotContain(registry.Seen, seen => seen.Method is "PUT" or "POST");
        // A registry that refuses its list may have it in there.
        registry.Manifests.Clear();
        registry.Script = async context =>
            context.Request.Path.Value!.Contains("/referrers/", StringComparison.Ordinal)
            && await TestRegistry.RefuseAsync(context, status, "DENIED");
        await Assert.ThrowsAsync<ContainerizeException>(() => CheckAsync(registry, folder, TestSigner.Good));
    }

    [Fact]
    public async Task A_copy_has_the_signature_and_it_counts_there()
    {
        await using var registry = await TestRegistry.StartAsync(listsReferrers: true);
        await using var target = await TestRegistry.StartAsync();
        using var client = new RegistryClient(Options);
        using var folder = new TemporaryFolder();
        await SignAsync(registry, TestSigner.Good, TestSigner.Now);
        Assert.Equal(1, await CarriedReferrers.CopyAsync(Place(registry), Place(target), Signed, client, Cancelled));
        Assert.True((await CheckAsync(target, folder, TestSigner.Good)).IsTrusted);
    }

    [Fact]
    public async Task A_policy_that_skips_a_repository_asks_for_nothing_and_one_without_it_has_no_answer()
    {
        await using var registry = await TestRegistry.StartAsync(listsReferrers: true);
        using var folder = new TemporaryFolder();
        var report = await CheckAsync(
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
        Assert.True(report.IsTrusted);
        Assert.True(report.IsSkipped);
        Assert.Null(report.Counts);
        await AssertFailsAsync(
            DiagnosticTable.TrustPolicyElsewhere,
            () =>
                CheckAsync(
                    registry,
                    folder,
                    TestSigner.Good,
                    statement => statement["registryScopes"] = new JsonArray("registry.example/a")
                )
        );
        File.Delete(folder["trustpolicy.json"]);
        using var client = new RegistryClient(Options);
        await AssertFailsAsync(
            DiagnosticTable.TrustPolicyUnreadable,
            () =>
                new NotationSignatures(Place(registry), client).CheckAsync(
                    Subject,
                    new NotationTrust(folder["trustpolicy.json"], folder[""]),
                    Cancelled
                )
        );
    }

    private static void AddOthers(TestRegistry registry, int count)
    {
        var entries = Enumerable
            .Range(0, count)
            .Select(number => new Descriptor(MediaTypes.OciManifest, Digest.Of(BitConverter.GetBytes(number)), 10)
            {
                ArtifactType = NotationEnvelope.ArtifactType,
            });
        var index = ImageIndex.Create(ImageFormat.Oci, [.. entries]).Bytes.ToArray();
        registry.AddManifest(App, MediaTypes.OciIndex, index, Referrers.FallbackTag(Subject.Digest));
    }

    private static ImageReference Place(TestRegistry registry) => new(registry.Authority, App);

    private static async Task<AttachFate> SignAsync(TestRegistry registry, TestSigner signer, DateTimeOffset time)
    {
        using var client = new RegistryClient(At());
        var certificate = SigningCertificate.Parse(signer.Pem, "'it'");
        var notation = new NotationSigner(signer.Key, certificate, time, time);
        return await new NotationSigning(Place(registry), client, notation).SignAsync(Subject, Cancelled);
    }

    private static async Task<NotationReport> CheckAsync(
        TestRegistry registry,
        TemporaryFolder folder,
        TestSigner trusted,
        Action<JsonObject>? change = null
    )
    {
        var store = Directory.CreateDirectory(folder["x509/ca/acme"]).FullName;
        await File.WriteAllBytesAsync(Path.Combine(store, "root.crt"), trusted.Chain[^1], Cancelled);
        var policy = TestPolicies.Create(statement =>
        {
            statement["registryScopes"] = new JsonArray($"{registry.Authority}/{App}");
            change?.Invoke(statement);
        });
        await File.WriteAllTextAsync(folder["trustpolicy.json"], policy.ToJsonString(), Cancelled);
        using var client = new RegistryClient(At());
        return await new NotationSignatures(Place(registry), client).CheckAsync(
            Subject,
            new NotationTrust(folder["trustpolicy.json"], folder[""]),
            Cancelled
        );
    }

    private static RegistryOptions At() => Options with { Time = new FixedClock() };

    // Only the date stands still: what waits goes on.
    private sealed class FixedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => TestSigner.Now;
    }
}
