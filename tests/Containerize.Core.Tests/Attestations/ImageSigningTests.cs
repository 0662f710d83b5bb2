using System.Text.Json.Nodes;
using Containerize.Attestations;
using Containerize.Attestations.Registries;
using Containerize.Attestations.Signatures;
using Containerize.Core.Tests.Stores.Registries;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores.Registries.Client;
using Containerize.TestKit.Images;
using Containerize.TestKit.Registries;
using Microsoft.AspNetCore.Http;

namespace Containerize.Core.Tests.Attestations;

/// <summary>Signatures beside an image in a registry.</summary>
public sealed class ImageSigningTests : RegistryTest
{
    private const string Spdx = "https://spdx.dev/Document";
    private static readonly Image Signed = TestImages.Create("signed", 10);
    private static Descriptor Subject => Signed.Manifest.Descriptor;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_signature_is_attached_once_and_found(bool listsReferrers)
    {
        await using var registry = await TestRegistry.StartAsync(listsReferrers: listsReferrers);
        Assert.False((await CheckAsync(registry)).IsSigned);
        Assert.Equal(AttachFate.Attached, await SignAsync(registry));
        Assert.Equal(AttachFate.AlreadyThere, await SignAsync(registry));
        Assert.Single((await CheckAsync(registry)).Found, found => found.Fault is null);
    }

    [Fact]
    public async Task An_attestation_is_no_signature_and_the_other_way_round()
    {
        await using var registry = await TestRegistry.StartAsync(listsReferrers: true);
        using var client = new RegistryClient(Options);
        Assert.Equal("has no such attestation", (await CheckAsync(registry, type: Spdx)).Why);
        await Signing(registry, client).AttestAsync(Subject, Spdx, new JsonObject { ["name"] = "a" }, Cancelled);
        Assert.False((await CheckAsync(registry)).IsSigned);
        Assert.True((await CheckAsync(registry, type: Spdx)).IsSigned);
        Assert.False((await CheckAsync(registry, type: "https://cyclonedx.org/bom")).IsSigned);
    }

    [Fact]
    public async Task A_signature_of_another_image_does_not_count_wherever_it_is_attached()
    {
        await using var registry = await TestRegistry.StartAsync(listsReferrers: true);
        using var client = new RegistryClient(Options);
        var other = Digest.Of("other"u8);
        var bundle = await SignatureBundle.SignAsync(
            SignedStatement.Write(other, SignedStatement.SignatureType, null),
            TestKeys.Key,
            Cancelled
        );
        var artifact = ReferrerManifest.OfBundle(Subject, bundle, SignedStatement.SignatureType);
        await new Attaching(registry.Authority, App, client).AttachAsync(
            Subject.Digest,
            [artifact],
            AttestationMode.Auto,
            Cancelled
        );
        var report = await CheckAsync(registry);
        Assert.False(report.IsSigned);
        Assert.Contains($"it is signed for {other}", report.Why, StringComparison.Ordinal);
        Assert.StartsWith("has 1 signature, which does not count: of sha256:", report.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broken_bundle_does_not_hide_the_good_one()
    {
        await using var registry = await TestRegistry.StartAsync(listsReferrers: true);
        using var client = new RegistryClient(Options);
        var broken = ReferrerManifest.OfBundle(Subject, "{}"u8.ToArray(), SignedStatement.SignatureType);
        await new Attaching(registry.Authority, App, client).AttachAsync(
            Subject.Digest,
            [broken],
            AttestationMode.Auto,
            Cancelled
        );
        await SignAsync(registry);
        Assert.True((await CheckAsync(registry)).IsSigned);
    }

    [Fact]
    public async Task Only_documents_can_be_held_back_where_the_list_is_broken()
    {
        await using var registry = await TestRegistry.StartAsync();
        using var client = new RegistryClient(Options);
        registry.AddManifest(App, MediaTypes.OciIndex, "no index"u8.ToArray(), Referrers.FallbackTag(Subject.Digest));
        var signing = await Assert.ThrowsAsync<ContainerizeException>(() => SignAsync(registry));
        Assert.Equal(DiagnosticTable.ReferrersInvalid, signing.Diagnostic);
        Assert.DoesNotContain("ContainerAttestations", signing.Message, StringComparison.Ordinal);
        await AssertFailsAsync(
            DiagnosticTable.ReferrersInvalid,
            () =>
                new Attaching(registry.Authority, App, client).AttachAsync(
                    Subject,
                    new ImageDocuments(Subject.Digest, [new(".spdx.json", ImageDocument.Spdx, [.. "a"u8])]),
                    AttestationMode.Always,
                    Cancelled
                ),
            "or set ContainerAttestations to 'never'."
        );
    }

    [Fact]
    public async Task Of_many_bundles_only_some_are_read()
    {
        await using var registry = await TestRegistry.StartAsync();
        var entries = Enumerable
            .Range(0, 5_000)
            .Select(number => new Descriptor(MediaTypes.OciManifest, Digest.Of(BitConverter.GetBytes(number)), 10)
            {
                ArtifactType = SignatureBundle.MediaType,
            });
        registry.AddManifest(
            App,
            MediaTypes.OciIndex,
            ImageIndex.Create(ImageFormat.Oci, [.. entries]).Bytes.ToArray(),
            Referrers.FallbackTag(Subject.Digest)
        );
        Assert.Equal(ImageSignatures.Most, (await CheckAsync(registry)).Found.Length);
    }

    [Fact]
    public async Task The_older_form_is_written_once_keeps_the_others_and_counts()
    {
        await using var registry = await TestRegistry.StartAsync();
        using var client = new RegistryClient(Options);
        using var ec = System.Security.Cryptography.ECDsa.Create(
            System.Security.Cryptography.ECCurve.NamedCurves.nistP256
        );
        var other = PrivateKeyFile.Parse(ec.ExportPkcs8PrivateKeyPem(), null, "a test");
        await new ImageSigning(registry.Authority, App, client, other).SignOldAsync(Subject, Cancelled);
        Assert.False((await CheckAsync(registry)).IsSigned);
        await Signing(registry, client).SignOldAsync(Subject, Cancelled);
        await Signing(registry, client).SignOldAsync(Subject, Cancelled);
        Assert.True((await CheckAsync(registry)).IsSigned);
        Assert.True((await CheckAsync(registry, key: other)).IsSigned);
        var tag = registry.Manifests[(App, OldSignatures.TagOf(Subject.Digest))];
        Assert.Equal(2, JsonNode.Parse(tag.Bytes)!["layers"]!.AsArray().Count);
        Assert.False((await CheckAsync(registry, Digest.Of("other"u8))).IsSigned);
    }

    [Fact]
    public async Task A_command_signs_once_though_its_signatures_differ()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the commands are of a Unix shell");
        await using var registry = await TestRegistry.StartAsync(listsReferrers: true);
        using var client = new RegistryClient(Options);
        await SignAsync(registry);
        // It could not sign; it is not asked.
        var command = TestKeys.Source(("P", TestKeys.Public)).Open("exec:exit 9", "env://P");
        var signing = new ImageSigning(registry.Authority, App, client, command);
        Assert.Equal(AttachFate.AlreadyThere, await signing.SignAsync(Subject, Cancelled));
        await AssertFailsAsync(
            DiagnosticTable.SigningFailed,
            () => signing.AttestAsync(Subject, Spdx, [], Cancelled),
            "ended with 9"
        );
    }

    [Fact]
    public async Task A_registry_that_dies_at_the_signature_leaves_nothing_half_and_the_next_run_completes_it()
    {
        await using var registry = await TestRegistry.StartAsync();
        await PushAsync(registry, Signed);
        registry.Script = context =>
            HttpMethods.IsPut(context.Request.Method)
            && context.Request.Path.Value!.Contains("/manifests/sha256-", StringComparison.Ordinal)
                ? TestRegistry.RefuseAsync(context, 403, "DENIED")
                : Task.FromResult(false);
        await Assert.ThrowsAsync<ContainerizeException>(() => SignAsync(registry));
        AssertHolds(registry, Signed);
        Assert.False((await CheckAsync(registry)).IsSigned);
        registry.Script = _ => Task.FromResult(false);
        await SignAsync(registry);
        Assert.True((await CheckAsync(registry)).IsSigned);
    }

    private static ImageSigning Signing(TestRegistry registry, RegistryClient client) =>
        new(registry.Authority, App, client, TestKeys.Key);

    private static async Task<AttachFate> SignAsync(TestRegistry registry)
    {
        using var client = new RegistryClient(Options);
        return await Signing(registry, client).SignAsync(Subject, Cancelled);
    }

    private static async Task<SignatureReport> CheckAsync(
        TestRegistry registry,
        Digest? image = null,
        string type = SignedStatement.SignatureType,
        SigningKey? key = null
    )
    {
        using var client = new RegistryClient(Options);
        return await new ImageSignatures(registry.Authority, App, client).CheckAsync(
            new((key ?? TestKeys.Key).PublicKey, image ?? Subject.Digest, type),
            Cancelled
        );
    }
}
