using System.Text;
using System.Text.Json.Nodes;
using Containerize.Attestations;
using Containerize.Attestations.Registries;
using Containerize.Attestations.Signatures;
using Containerize.Core.Tests.Attestations.Notation;
using Containerize.Core.Tests.Stores;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Inspection.Report;
using Containerize.Inspection.Report.Attached;
using Containerize.Stores;
using Containerize.Stores.Layouts;
using Containerize.Stores.Registries;
using Containerize.TestKit.Images;

namespace Containerize.Core.Tests.Attestations.Registries;

/// <summary>Signatures and SBOMs that lie beside an image in a layout.</summary>
public sealed class LayoutSignatureTests : IDisposable
{
    private const StringComparison Ordinal = StringComparison.Ordinal;

    private static readonly Image Signed = TestImages.Create("signed", 10);
    private static readonly Image Other = TestImages.Create("other", 10);

    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _warnings = [];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_signature_counts_for_its_image_and_its_key_only()
    {
        await LayAsync(await BundleAsync(Signed.Manifest.Descriptor, Signed.Digest));
        Assert.True((await CheckAsync(Signed)).IsSigned);
        var report = await CheckAsync(Other);
        Assert.False(report.IsSigned);
        Assert.Equal("has no signature (cosign's older form is read in registries only)", report.Why);
        report = await CheckAsync(Signed, NewKey().PublicKey);
        Assert.Contains("it is not signed by the key", report.Why, Ordinal);
        Assert.Empty(_warnings);
    }

    [Fact]
    public async Task A_signature_of_another_image_that_names_this_one_as_its_subject_counts_not()
    {
        await LayAsync(await BundleAsync(Signed.Manifest.Descriptor, Other.Digest));
        Assert.False((await CheckAsync(Signed)).IsSigned);
        Assert.False((await CheckAsync(Other)).IsSigned);
    }

    [Fact]
    public async Task A_bundle_with_other_bytes_counts_not_and_hides_not_the_good_one()
    {
        var bundle = await BundleAsync(Signed.Manifest.Descriptor, Signed.Digest);
        await LayAsync(bundle);
        var path = _folder[$"blobs/sha256/{bundle.Blobs[1].Descriptor.Digest.Hex}"];
        var bytes = await File.ReadAllBytesAsync(path, Cancelled);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(path, bytes, Cancelled);
        Assert.Contains("should have the digest", (await CheckAsync(Signed)).Why, Ordinal);
        File.Delete(path);
        Assert.Contains("has no 'blobs/sha256/", (await CheckAsync(Signed)).Why, Ordinal);
        var other = SignedStatement.Write(Signed.Digest, SignedStatement.SignatureType, new JsonObject { ["a"] = 1 });
        var good = await SignatureBundle.SignAsync(other, TestKeys.Key, Cancelled);
        await AttachAsync(ReferrerManifest.OfBundle(Signed.Manifest.Descriptor, good, SignedStatement.SignatureType));
        Assert.True((await CheckAsync(Signed)).IsSigned);
    }

    [Fact]
    public async Task A_copy_leaves_a_document_behind_that_is_not_whole_and_counts_it()
    {
        var (good, bad) = (Document("good"), Document("bad"));
        await LayAsync(good, bad);
        await File.WriteAllTextAsync(_folder[$"blobs/sha256/{bad.Blobs[1].Descriptor.Digest.Hex}"], "dab", Cancelled);
        var all = await CarriedReferrers.ReadAsync(
            Place().Referrers,
            Signed,
            new RegistryOptions { Warn = _warnings.Add },
            Cancelled
        );
        Assert.Equal(good.Descriptor, Assert.Single(all).Descriptor);
        Assert.Contains("1 is left behind and 1 taken along", Assert.Single(_warnings), Ordinal);
    }

    [Fact]
    public async Task An_SBOM_is_found_and_the_page_checks_what_lies_there()
    {
        await LayAsync(Document("the SBOM"), await BundleAsync(Signed.Manifest.Descriptor, Signed.Digest));
        var sbom = await new AttachedSboms(Place().Referrers).FindAsync(
            [Other.Digest, Signed.Digest],
            ImageDocument.Spdx,
            ImageDocument.SpdxPredicate,
            Cancelled
        );
        Assert.Equal("the SBOM", Encoding.UTF8.GetString(sbom!.Document));
        var facts = await new AttachedReader(Place(), TestKeys.Key.PublicKey).ReadAsync(
            Signed.Digest,
            Signed,
            Cancelled
        );
        Assert.Null(facts.Attachments.Fault);
        Assert.Equal(
            [AttachmentState.NotSigned, AttachmentState.Valid],
            facts.Attachments.All.Select(each => each.State)
        );
    }

    [Fact]
    public async Task Who_asks_twice_gets_the_same_image_whatever_is_written_meanwhile()
    {
        await LayAsync();
        var contents = await new OciLayoutSource(new ImageLocation(_folder[""], "1.0")).OpenContentsAsync(Cancelled);
        Assert.Equal(Signed.Digest, (await contents.ResolveAsync(Cancelled)).Digest);
        await Sink("1.0").PushAsync(Other, Cancelled);
        Assert.Equal(Signed.Digest, (await contents.ResolveAsync(Cancelled)).Digest);
    }

    [Theory]
    [InlineData(null, "*", true)]
    [InlineData("registry.example/team/app", "*", true)]
    [InlineData("registry.example/team/app", "registry.example/team/app", true)]
    [InlineData("registry.example/team/app", "registry.example/other", false)]
    [InlineData(null, "registry.example/team/app", false)]
    public async Task A_trust_policy_goes_by_the_name_that_the_user_wrote(string? name, string scope, bool answers)
    {
        var envelope = await TestSigner.Good.SignAsync(Signed.Manifest.Descriptor);
        await LayAsync(ReferrerManifest.OfNotation(Signed.Manifest.Descriptor, envelope, "[]"));
        Directory.CreateDirectory(_folder["x509/ca/acme"]);
        await File.WriteAllBytesAsync(_folder["x509/ca/acme/root.crt"], TestSigner.Good.Chain[^1], Cancelled);
        var policy = TestPolicies.Create(statement => statement["registryScopes"] = new JsonArray(scope));
        await File.WriteAllTextAsync(_folder["trustpolicy.json"], policy.ToJsonString(), Cancelled);
        var signatures = new NotationSignatures(Place() with { Repository = name });
        if (answers)
            Assert.True((await CheckAsync()).IsTrusted);
        else
        {
            var error = await Assert.ThrowsAsync<ContainerizeException>(CheckAsync);
            Assert.Equal(DiagnosticTable.TrustPolicyElsewhere, error.Diagnostic);
            Assert.Contains(name ?? "'oci:FOLDER:registry.example/shop:v1'", error.Message, Ordinal);
        }

        Task<NotationReport> CheckAsync() =>
            signatures.CheckAsync(
                Signed.Manifest.Descriptor,
                new NotationTrust(_folder["trustpolicy.json"], _folder[""]),
                Cancelled
            );
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("v1", null)]
    [InlineData("registry.example/team/app:v1", "registry.example/team/app")]
    [InlineData("registry.example/team/app", "registry.example/team/app")]
    [InlineData("no name/at all", null)]
    public void Only_a_full_name_names_a_repository(string? name, string? repository) =>
        Assert.Equal(repository, new OciLayoutSource(new ImageLocation(_folder[""], name)).Repository);

    private AttachedPlace Place() =>
        new(new OciLayoutSource(new ImageLocation(_folder[""], null)).Referrers(_warnings.Add), new FixedClock());

    private Task<SignatureReport> CheckAsync(Image image, VerificationKey? key = null) =>
        new ImageSignatures(Place()).CheckAsync(
            new(key ?? TestKeys.Key.PublicKey, image.Digest, SignedStatement.SignatureType),
            Cancelled
        );

    private static async Task<Artifact> BundleAsync(Descriptor subject, Digest about) =>
        ReferrerManifest.OfBundle(
            subject,
            await SignatureBundle.SignAsync(
                SignedStatement.Write(about, SignedStatement.SignatureType, null),
                TestKeys.Key,
                Cancelled
            ),
            SignedStatement.SignatureType
        );

    private static Artifact Document(string text) =>
        ReferrerManifest.Create(
            Signed.Manifest.Descriptor,
            new ImageDocument(".spdx.json", ImageDocument.Spdx, [.. Encoding.UTF8.GetBytes(text)])
        );

    private async Task LayAsync(params Artifact[] referrers)
    {
        await Sink("1.0").PushAsync(Signed, Cancelled);
        await Sink("other").PushAsync(Other, Cancelled);
        await AttachAsync(referrers);
    }

    private Task AttachAsync(params Artifact[] referrers) => Sink("1.0").AttachAsync([.. referrers], Cancelled);

    private OciLayoutSink Sink(string tag) =>
        new(_folder[""], [ImageReference.Parse($"registry.example/team/app:{tag}")]);

    private static SigningKey NewKey()
    {
        using var key = System.Security.Cryptography.ECDsa.Create(
            System.Security.Cryptography.ECCurve.NamedCurves.nistP256
        );
        return PrivateKeyFile.Parse(key.ExportPkcs8PrivateKeyPem(), null, "a test");
    }

    private sealed class FixedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => TestSigner.Now;
    }
}
