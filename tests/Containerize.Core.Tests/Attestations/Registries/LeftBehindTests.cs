using System.Text;
using Containerize.Attestations;
using Containerize.Attestations.Registries;
using Containerize.Attestations.Signatures;
using Containerize.Core.Tests.Stores.Registries;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores.Contents;
using Containerize.Stores.Registries.Client;
using Containerize.Stores.Registries.Pull;
using Containerize.TestKit.Images;
using Containerize.TestKit.Registries;

namespace Containerize.Core.Tests.Attestations.Registries;

/// <summary>What is attached to an image that is copied: signatures in the older form, and places without
/// room.</summary>
public sealed class LeftBehindTests : RegistryTest
{
    private static readonly Image Signed = TestImages.Create("signed", 10);

    [Fact]
    public async Task Signatures_in_the_older_form_go_along_once_and_keep_those_that_are_there()
    {
        await using var source = await TestRegistry.StartAsync();
        await using var target = await TestRegistry.StartAsync();
        using var client = new RegistryClient(Options);
        await Signing(source, client, TestKeys.Key).SignOldAsync(Signed.Manifest.Descriptor, Cancelled);
        await Signing(target, client, NewKey()).SignOldAsync(Signed.Manifest.Descriptor, Cancelled);
        for (var round = 0; round < 2; round++)
        {
            Assert.Equal(1, await CarriedReferrers.CopyAsync(Place(source), Place(target), Signed, client, Cancelled));
            var tag = target.Manifests[(App, OldSignatures.TagOf(Signed.Digest))];
            var manifest = Manifest.Parse(tag.Bytes, MediaTypes.OciManifest, "The tag");
            Assert.Equal(2, manifest.Layers.Length);
            Assert.All(manifest.Layers, layer => Assert.Contains((App, layer.Digest.ToString()), target.Blobs.Keys));
        }

        var report = await new ImageSignatures(target.Authority, App, client).CheckAsync(
            new(TestKeys.Key.PublicKey, Signed.Digest, SignedStatement.SignatureType),
            Cancelled
        );
        Assert.True(report.IsSigned);
    }

    [Fact]
    public async Task What_a_place_that_is_no_registry_does_not_get_is_counted_by_its_type()
    {
        await using var registry = await TestRegistry.StartAsync();
        using var client = new RegistryClient(Options);
        Assert.Null(await CarriedReferrers.LeftBehindAsync(Place(registry), Signed, false, client, Cancelled));
        await Signing(registry, client, TestKeys.Key).SignOldAsync(Signed.Manifest.Descriptor, Cancelled);
        await Signing(registry, client, TestKeys.Key).SignAsync(Signed.Manifest.Descriptor, Cancelled);
        await new Attaching(registry.Authority, App, client).AttachAsync(
            Signed.Manifest.Descriptor,
            new ImageDocuments(
                Signed.Digest,
                [
                    new(".spdx.json", ImageDocument.Spdx, [.. Encoding.UTF8.GetBytes("one")]),
                    new(".spdx.json", ImageDocument.Spdx, [.. Encoding.UTF8.GetBytes("two")]),
                ]
            ),
            AttestationMode.Always,
            Cancelled
        );
        var note = await CarriedReferrers.LeftBehindAsync(Place(registry), Signed, false, client, Cancelled);
        Assert.Contains("2 of the type application/spdx+json", note, StringComparison.Ordinal);
        Assert.Contains("1 of the type application/vnd.dev.sigstore.bundle.v0.3+json", note, StringComparison.Ordinal);
        Assert.Contains("1 of the type " + SimpleSigning.MediaType, note, StringComparison.Ordinal);
        note = await CarriedReferrers.LeftBehindAsync(Place(registry), Signed, true, client, Cancelled);
        Assert.Contains("left behind: 1 of the type application/vnd.dev.cosign", note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_name_of_signatures_or_of_a_document_is_called_what_it_is()
    {
        await using var registry = await TestRegistry.StartAsync();
        using var client = new RegistryClient(Options);
        await Signing(registry, client, TestKeys.Key).SignOldAsync(Signed.Manifest.Descriptor, Cancelled);
        await AssertFailsAsync(
            DiagnosticTable.NotAnImage,
            () => ReadAsync(OldSignatures.TagOf(Signed.Digest)),
            "signatures in cosign's older form",
            "Name the image that they are about"
        );
        await Signing(registry, client, TestKeys.Key).SignAsync(Signed.Manifest.Descriptor, Cancelled);
        var bundle = Assert.Single(
            await new Referrers(registry.Authority, App, client).FindAsync(Signed.Digest, Cancelled)
        );
        await AssertFailsAsync(
            DiagnosticTable.NotAnImage,
            () => ReadAsync("@" + bundle.Digest),
            $"a manifest of the type '{SignatureBundle.MediaType}' about {Signed.Digest}",
            "Name that image"
        );

        Task<ImageSet> ReadAsync(string name) =>
            new ImageSetReader(
                new RegistryContents(
                    ImageReference.Parse($"{registry.Authority}/{App}{(name[0] == '@' ? name : ":" + name)}"),
                    client
                )
            ).ReadAsync(Cancelled);
    }

    private static ImageReference Place(TestRegistry registry) =>
        ImageReference.Parse($"{registry.Authority}/{App}:1.0");

    private static ImageSigning Signing(TestRegistry registry, RegistryClient client, SigningKey key) =>
        new(registry.Authority, App, client, key);

    private static SigningKey NewKey()
    {
        using var key = System.Security.Cryptography.ECDsa.Create(
            System.Security.Cryptography.ECCurve.NamedCurves.nistP256
        );
        return PrivateKeyFile.Parse(key.ExportPkcs8PrivateKeyPem(), null, "a test");
    }
}
