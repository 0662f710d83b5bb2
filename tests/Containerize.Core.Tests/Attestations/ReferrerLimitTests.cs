using System.Collections.Immutable;
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

/// <summary>Lists of referrers that are long, lead in circles or say what is not so.</summary>
public sealed class ReferrerLimitTests : RegistryTest
{
    private const int OfAPage = 500;

    private static readonly Image Signed = TestImages.Create("limits", 10);

    private static Descriptor Subject => Signed.Manifest.Descriptor;

    [Fact]
    public async Task Ten_thousand_referrers_are_found_over_all_pages_and_one_more_is_refused()
    {
        await using var registry = await TestRegistry.StartAsync(Pages(10_000));
        var found = await FindAsync(registry);
        Assert.Equal(
            Enumerable.Range(0, 10_000).Select(number => Entry(number).Digest),
            found.Select(one => one.Digest)
        );
        await using var longer = await TestRegistry.StartAsync(Pages(10_001));
        await AssertFailsAsync(DiagnosticTable.ReferrersInvalid, () => FindAsync(longer), "10000 entries");
    }

    [Fact]
    public async Task An_image_that_is_listed_as_its_own_referrer_or_is_another_s_is_not_copied_as_one()
    {
        await using var from = await TestRegistry.StartAsync();
        await using var to = await TestRegistry.StartAsync(listsReferrers: true);
        using var client = new RegistryClient(Options);
        await PushAsync(from, Signed);
        await PushAsync(to, Signed);
        var attaching = new Attaching(from.Authority, App, client);
        var elsewhere = new Descriptor(MediaTypes.OciManifest, Digest.Of("another"u8), 7);
        ImmutableArray<Artifact> wrong = [Document(elsewhere, "of another"), Document(Subject, "of this")];
        await attaching.AttachAsync(Subject.Digest, wrong, AttestationMode.Always, Cancelled);
        var tag = Referrers.FallbackTag(Subject.Digest);
        var listed = await FindAsync(from);
        from.AddManifest(
            App,
            MediaTypes.OciIndex,
            ImageIndex.Create(ImageFormat.Oci, listed.Add(Subject)).Bytes.ToArray(),
            tag
        );
        Assert.Equal(
            1,
            await CarriedReferrers.CopyAsync(
                new(from.Authority, App),
                new(to.Authority, App),
                Signed,
                client,
                Cancelled
            )
        );
        Assert.Equal(wrong[1].Descriptor.Digest, Assert.Single(await FindAsync(to)).Digest);
    }

    [Fact]
    public async Task A_bundle_of_40_MiB_is_read_and_of_a_longer_one_no_byte()
    {
        await using var registry = await TestRegistry.StartAsync(listsReferrers: true);
        using var client = new RegistryClient(Options);
        var (most, longer) = (Bundle(SignatureBundle.Longest), Bundle(SignatureBundle.Longest + 1));
        await new Attaching(registry.Authority, App, client).AttachAsync(
            Subject.Digest,
            [most, longer],
            AttestationMode.Auto,
            Cancelled
        );
        var report = await CheckAsync(registry);
        Assert.Contains(
            report.Found,
            found => found.Where == most.Descriptor.Digest.ToString() && found.Fault == "it is not signed by the key"
        );
        Assert.Contains(
            report.Found,
            found =>
                found.Where == longer.Descriptor.Digest.ToString()
                && found.Fault!.Contains("at most 41943040 bytes", StringComparison.Ordinal)
        );
        Assert.DoesNotContain(
            registry.Seen,
            seen =>
                seen.Method == "GET"
                && seen.Path.EndsWith(longer.Blobs[1].Descriptor.Digest.ToString(), StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_bundle_that_is_longer_than_its_manifest_says_does_not_count()
    {
        await using var registry = await TestRegistry.StartAsync(listsReferrers: true);
        using var client = new RegistryClient(Options);
        await new ImageSigning(registry.Authority, App, client, TestKeys.Key).SignAsync(Subject, Cancelled);
        Assert.True((await CheckAsync(registry)).IsSigned);
        var bundle = registry.Blobs.Single(blob => blob.Value.Length > 200);
        registry.Blobs[bundle.Key] = [.. bundle.Value, .. new byte[SignatureBundle.Longest]];
        var report = await CheckAsync(registry);
        Assert.False(report.IsSigned);
        Assert.Single(report.Found);
    }

    [Fact]
    public async Task Of_the_older_form_every_signature_of_a_payload_counts_and_it_is_fetched_once()
    {
        await using var registry = await TestRegistry.StartAsync();
        using var client = new RegistryClient(Options);
        await new ImageSigning(registry.Authority, App, client, TestKeys.Key).SignOldAsync(Subject, Cancelled);
        var tag = OldSignatures.TagOf(Subject.Digest);
        var manifest = Manifest.Parse(registry.Manifests[(App, tag)].Bytes, MediaTypes.OciManifest, "The tag");
        var good = Assert.Single(manifest.Layers);
        var others = Enumerable
            .Range(0, 5_000)
            .Select(number => Signature(good, Convert.ToBase64String(BitConverter.GetBytes(number))));
        Tag(registry, manifest, [good, .. others]);
        registry.Seen.Clear();
        Assert.True((await CheckAsync(registry)).IsSigned);
        Assert.Single(registry.Seen, seen => seen.Path.Contains("/blobs/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Of_the_older_form_a_hundred_payloads_are_fetched_the_newest_first()
    {
        await using var registry = await TestRegistry.StartAsync();
        using var client = new RegistryClient(Options);
        await new ImageSigning(registry.Authority, App, client, TestKeys.Key).SignOldAsync(Subject, Cancelled);
        var tag = OldSignatures.TagOf(Subject.Digest);
        var manifest = Manifest.Parse(registry.Manifests[(App, tag)].Bytes, MediaTypes.OciManifest, "The tag");
        var good = Assert.Single(manifest.Layers);
        Descriptor[] others =
        [
            .. Enumerable
                .Range(0, 150)
                .Select(number =>
                {
                    var payload = BitConverter.GetBytes(number);
                    registry.AddBlob(App, payload);
                    return new Descriptor(good.MediaType, Digest.Of(payload), payload.Length)
                    {
                        Annotations = good.Annotations,
                    };
                }),
        ];
        Tag(registry, manifest, [.. others, good]);
        Assert.Null(Assert.Single((await CheckAsync(registry)).Found).Fault);
        Tag(registry, manifest, [good, .. others]);
        var report = await CheckAsync(registry);
        Assert.False(report.IsSigned);
        Assert.Equal(ImageSignatures.Most, report.Found.Length);
    }

    private static Descriptor Signature(Descriptor payload, string signature) =>
        payload with
        {
            Annotations = payload.Annotations.SetItem(SimpleSigning.Signature, signature),
        };

    private static void Tag(TestRegistry registry, Manifest manifest, ImmutableArray<Descriptor> layers) =>
        registry.AddManifest(
            App,
            MediaTypes.OciManifest,
            Manifest.Create(ImageFormat.Oci, manifest.Config, layers, manifest.Annotations).Bytes.ToArray(),
            OldSignatures.TagOf(Subject.Digest)
        );

    private static Func<HttpContext, Task<bool>> Pages(int count) =>
        async context =>
        {
            if (!context.Request.Path.Value!.Contains("/referrers/", StringComparison.Ordinal))
                return false;
            var from = int.Parse(
                context.Request.Query["from"].FirstOrDefault() ?? "0",
                System.Globalization.CultureInfo.InvariantCulture
            );
            var to = Math.Min(from + OfAPage, count);
            if (to < count)
                context.Response.Headers.Link = $"<{context.Request.Path}?from={to}>; rel=\"next\"";
            var page = ImageIndex.Create(ImageFormat.Oci, [.. Enumerable.Range(from, to - from).Select(Entry)]);
            await context.Response.Body.WriteAsync(page.Bytes);
            return true;
        };

    private static Descriptor Entry(int number) =>
        new(MediaTypes.OciManifest, Digest.Of(BitConverter.GetBytes(number)), 4) { ArtifactType = ImageDocument.Spdx };

    private static Artifact Document(Descriptor subject, string text) =>
        ReferrerManifest.Create(
            subject,
            new ImageDocument(".spdx.json", ImageDocument.Spdx, [.. System.Text.Encoding.UTF8.GetBytes(text)])
        );

    // A bundle by another key, of this many bytes.
    private static Artifact Bundle(int length)
    {
        const string Start =
            "{\"mediaType\":\"application/vnd.dev.sigstore.bundle.v0.3+json\",\"dsseEnvelope\":{"
            + "\"signatures\":[{\"sig\":\"AAAA\"}],\"payloadType\":\"application/vnd.in-toto+json\","
            + "\"payload\":\"e30=\",\"more\":\"";
        const string End = "\"}}";
        var text = Start + new string('a', length - Start.Length - End.Length) + End;
        return ReferrerManifest.OfBundle(
            Subject,
            System.Text.Encoding.ASCII.GetBytes(text),
            SignedStatement.SignatureType
        );
    }

    private static async Task<ImmutableArray<Descriptor>> FindAsync(TestRegistry registry)
    {
        using var client = new RegistryClient(Options);
        return await new Referrers(registry.Authority, App, client).FindAsync(Subject.Digest, Cancelled);
    }

    private static async Task<SignatureReport> CheckAsync(TestRegistry registry)
    {
        using var client = new RegistryClient(Options);
        return await new ImageSignatures(registry.Authority, App, client).CheckAsync(
            new(TestKeys.Key.PublicKey, Subject.Digest, SignedStatement.SignatureType),
            Cancelled
        );
    }
}
