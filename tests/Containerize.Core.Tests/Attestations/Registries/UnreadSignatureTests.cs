using System.Security.Cryptography;
using Containerize.Attestations.Notation;
using Containerize.Attestations.Registries;
using Containerize.Attestations.Signatures;
using Containerize.Core.Tests.Attestations.Notation;
using Containerize.Core.Tests.Stores.Registries;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Inspection.Report;
using Containerize.Inspection.Report.Attached;
using Containerize.Stores.Registries.Client;
using Containerize.TestKit.Images;
using Containerize.TestKit.Registries;

namespace Containerize.Core.Tests.Attestations.Registries;

/// <summary>A registry that does not hand out what is asked for gives no answer: neither yes nor no.</summary>
public sealed class UnreadSignatureTests : RegistryTest
{
    private const string Bundles = "/manifests/sha256:",
        Blobs = "/blobs/sha256:",
        List = "/referrers/",
        OldTag = ".sig";

    private static readonly Image Signed = TestImages.Create("signed", 10);

    private static Descriptor Subject => Signed.Manifest.Descriptor;

    public static TheoryData<string, int, string> Refusals()
    {
        var rows = new TheoryData<string, int, string>();
        foreach (var part in new[] { Bundles, Blobs, List, OldTag })
        {
            rows.Add(part, 401, DiagnosticTable.Unauthorized.Code);
            rows.Add(part, 403, DiagnosticTable.Unauthorized.Code);
            rows.Add(part, 429, DiagnosticTable.RegistryRefused.Code);
            rows.Add(part, 500, DiagnosticTable.RegistryRefused.Code);
            rows.Add(part, 503, DiagnosticTable.RegistryRefused.Code);
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task What_is_refused_is_the_registry_s_error_and_no_verdict(string part, int status, string code)
    {
        await using var registry = await TestRegistry.StartAsync();
        using var client = new RegistryClient(Options);
        // The tag alone names a signature in the older form; the bundle of another key is in the way to it.
        await (
            part == OldTag
                ? Signing(registry, client).SignOldAsync(Subject, Cancelled)
                : Signing(registry, client).SignAsync(Subject, Cancelled)
        );
        Refuse(registry, part, status);
        if (part == List)
            registry.Manifests.Clear();
        var error = await Assert.ThrowsAsync<ContainerizeException>(() => CheckAsync(registry, TestKeys.Key));
        Assert.Equal(code, error.Diagnostic.Code);
        Assert.Contains($"was refused: {status}", error.Message, StringComparison.Ordinal);
        if (part != List)
            await AssertPageHasNoVerdictAsync(registry);
    }

    [Fact]
    public async Task A_payload_in_the_older_form_that_is_refused_is_no_verdict_either()
    {
        await using var registry = await TestRegistry.StartAsync();
        using var client = new RegistryClient(Options);
        await Signing(registry, client).SignOldAsync(Subject, Cancelled);
        Refuse(registry, Blobs, 503);
        await AssertFailsAsync(DiagnosticTable.RegistryRefused, () => CheckAsync(registry, TestKeys.Key), "503");
        registry.Seen.Clear();
        // The tag has the same signature already.
        await Signing(registry, client).SignOldAsync(Subject, Cancelled);
        Refuse(registry, "/sha256:", 503);
        await AssertFailsAsync(
            DiagnosticTable.RegistryRefused,
            () => Signing(registry, client).SignOldAsync(Subject, Cancelled)
        );
        Assert.DoesNotContain(registry.Seen, seen => seen.Method is "PUT" or "POST");
    }

    [Fact]
    public async Task A_command_does_not_sign_again_what_it_may_have_signed()
    {
        await using var registry = await TestRegistry.StartAsync();
        using var client = new RegistryClient(Options);
        await Signing(registry, client).SignAsync(Subject, Cancelled);
        Refuse(registry, Bundles, 503);
        var command = TestKeys.Source(("P", TestKeys.Public)).Open("exec:exit 9", "env://P");
        await AssertFailsAsync(
            DiagnosticTable.RegistryRefused,
            () => new ImageSigning(registry.Authority, App, client, command).SignAsync(Subject, Cancelled),
            "503"
        );
    }

    [Theory]
    [InlineData(403, false)]
    [InlineData(403, true)]
    [InlineData(429, false)]
    [InlineData(500, true)]
    public async Task A_bundle_of_others_that_is_refused_keeps_no_signature_back(int status, bool isBlob)
    {
        await using var registry = await TestRegistry.StartAsync();
        using var client = new RegistryClient(Options);
        await PushAsync(registry, Signed);
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var other = PrivateKeyFile.Parse(ec.ExportPkcs8PrivateKeyPem(), null, "a test");
        await new ImageSigning(registry.Authority, App, client, other).SignAsync(Subject, Cancelled);
        var foreign = Assert.Single(await FindAsync(registry));
        var bundle = (await new Referrers(registry.Authority, App, client).ArtifactAsync(foreign, Cancelled)).Blobs[^1];
        Refuse(registry, (isBlob ? bundle.Descriptor : foreign).Digest.ToString(), status);
        // It could not sign; that it is asked shows that it would.
        var command = TestKeys.Source(("P", TestKeys.Public)).Open("exec:exit 9", "env://P");
        var signing = new ImageSigning(registry.Authority, App, client, command);
        await AssertFailsAsync(
            DiagnosticTable.SigningFailed,
            () => signing.SignAsync(Subject, Cancelled),
            "ended with 9"
        );
        await Signing(registry, client).SignAsync(Subject, Cancelled);
        Assert.Equal(AttachFate.AlreadyThere, await signing.SignAsync(Subject, Cancelled));
    }

    [Fact]
    public async Task A_bundle_that_is_out_of_reach_is_no_refusal_and_nothing_is_signed_again()
    {
        await using var registry = await TestRegistry.StartAsync();
        using var client = new RegistryClient(Options);
        await PushAsync(registry, Signed);
        await Signing(registry, client).SignAsync(Subject, Cancelled);
        registry.Script = context =>
        {
            if (context.Request.Path.Value!.Contains(Blobs, StringComparison.Ordinal))
                context.Abort();
            return Task.FromResult(context.RequestAborted.IsCancellationRequested);
        };
        var command = TestKeys.Source(("P", TestKeys.Public)).Open("exec:exit 9", "env://P");
        await AssertFailsAsync(
            DiagnosticTable.RegistryUnreachable,
            () => new ImageSigning(registry.Authority, App, client, command).SignAsync(Subject, Cancelled)
        );
    }

    [Fact]
    public async Task A_signature_of_Notation_that_is_refused_keeps_none_back_either()
    {
        await using var registry = await TestRegistry.StartAsync();
        using var client = new RegistryClient(Options);
        await PushAsync(registry, Signed);
        Assert.Equal(AttachFate.Attached, await SignAsync(TestSigner.Now));
        Refuse(registry, Assert.Single(await FindAsync(registry)).Digest.ToString(), 403);
        Assert.Equal(AttachFate.Attached, await SignAsync(TestSigner.Now.AddDays(1)));
        Assert.Equal(AttachFate.AlreadyThere, await SignAsync(TestSigner.Now.AddDays(2)));

        Task<AttachFate> SignAsync(DateTimeOffset time)
        {
            var certificate = SigningCertificate.Parse(TestSigner.Good.Pem, "'it'");
            var signer = new NotationSigner(TestSigner.Good.Key, certificate, time, time);
            var place = new ImageReference(registry.Authority, App);
            return new NotationSigning(place, client, signer).SignAsync(Subject, Cancelled);
        }
    }

    [Fact]
    public async Task A_payload_of_others_that_is_refused_keeps_none_back_either()
    {
        await using var registry = await TestRegistry.StartAsync();
        using var client = new RegistryClient(Options);
        await PushAsync(registry, Signed);
        var payload = SimpleSigning.Payload("registry.example/other", Subject.Digest);
        await new OldSignatures(registry.Authority, App, client).AddAsync(
            Subject.Digest,
            payload,
            [1, 2, 3],
            new Attaching(registry.Authority, App, client),
            Cancelled
        );
        Refuse(registry, Digest.Of(payload).ToString(), 403);
        await Signing(registry, client).SignOldAsync(Subject, Cancelled);
        await Signing(registry, client).SignOldAsync(Subject, Cancelled);
        var tag = registry.Manifests[(App, OldSignatures.TagOf(Subject.Digest))];
        Assert.Equal(2, Manifest.Parse(tag.Bytes, tag.MediaType, "it").Layers.Length);
        Assert.True((await CheckAsync(registry, TestKeys.Key)).IsSigned);
    }

    [Fact]
    public async Task A_refused_list_hides_no_signature_that_is_found_elsewhere()
    {
        await using var registry = await TestRegistry.StartAsync();
        using var client = new RegistryClient(Options);
        await Signing(registry, client).SignOldAsync(Subject, Cancelled);
        Refuse(registry, List, 403);
        Assert.True((await CheckAsync(registry, TestKeys.Key)).IsSigned);
    }

    [Fact]
    public async Task A_bundle_that_is_gone_counts_not_and_the_next_one_is_read()
    {
        await using var registry = await TestRegistry.StartAsync();
        using var client = new RegistryClient(Options);
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var other = PrivateKeyFile.Parse(ec.ExportPkcs8PrivateKeyPem(), null, "a test");
        await new ImageSigning(registry.Authority, App, client, other).SignAsync(Subject, Cancelled);
        var gone = Assert.Single(await FindAsync(registry));
        registry.Manifests.TryRemove((App, gone.Digest.ToString()), out _);
        Assert.Contains("does not exist", (await CheckAsync(registry, TestKeys.Key)).Why, StringComparison.Ordinal);
        await Signing(registry, client).SignAsync(Subject, Cancelled);
        Assert.True((await CheckAsync(registry, TestKeys.Key)).IsSigned);
    }

    private static void Refuse(TestRegistry registry, string part, int status) =>
        registry.Script = async context =>
            context.Request.Path.Value!.Contains(part, StringComparison.Ordinal)
            && await TestRegistry.RefuseAsync(context, status, "DENIED");

    private static async Task AssertPageHasNoVerdictAsync(TestRegistry registry)
    {
        using var client = new RegistryClient(Options);
        var place = ImageReference.Parse($"{registry.Authority}/{App}:1.0");
        var facts = await new AttachedReader(place, client, TestKeys.Key.PublicKey).ReadAsync(
            Signed.Digest,
            ImageSet.Of(Signed),
            Cancelled
        );
        Assert.NotNull(facts.Attachments.Fault);
        Assert.DoesNotContain(facts.Attachments.All, each => each.State == AttachmentState.Invalid);
    }

    private static ImageSigning Signing(TestRegistry registry, RegistryClient client) =>
        new(registry.Authority, App, client, TestKeys.Key);

    private static async Task<System.Collections.Immutable.ImmutableArray<Descriptor>> FindAsync(TestRegistry registry)
    {
        using var client = new RegistryClient(Options);
        return await new Referrers(registry.Authority, App, client).FindAsync(Subject.Digest, Cancelled);
    }

    private static async Task<SignatureReport> CheckAsync(TestRegistry registry, SigningKey key)
    {
        using var client = new RegistryClient(Options);
        return await new ImageSignatures(registry.Authority, App, client).CheckAsync(
            new(key.PublicKey, Subject.Digest, SignedStatement.SignatureType),
            Cancelled
        );
    }
}
