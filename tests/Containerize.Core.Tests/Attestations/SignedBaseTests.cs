using Containerize.Attestations.Registries;
using Containerize.Core.Tests.Stores.Registries;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores.Registries.Client;
using Containerize.TestKit.Images;
using Containerize.TestKit.Registries;

namespace Containerize.Core.Tests.Attestations;

/// <summary>Bases that have to have a signature.</summary>
public sealed class SignedBaseTests : RegistryTest
{
    private static readonly Image Signed = TestImages.Create("signed", 10);
    private static Descriptor Subject => Signed.Manifest.Descriptor;

    [Fact]
    public async Task A_base_counts_when_it_or_its_index_is_signed_and_the_digest_is_kept()
    {
        await using var registry = await TestRegistry.StartAsync(listsReferrers: true);
        await PushAsync(registry, Signed);
        await AssertFailsAsync(DiagnosticTable.BaseNotSigned, () => BaseAsync(registry), "has no signature");
        await SignAsync(registry, Subject);
        Assert.Equal(Signed.Digest, (await BaseAsync(registry)).Image);

        var index = ImageIndex.Create(ImageFormat.Oci, [Subject with { Platform = TestImages.Amd64 }]);
        var bytes = index.Bytes.ToArray();
        registry.AddManifest(App, MediaTypes.OciIndex, bytes, "1.0");
        Assert.Equal(Signed.Digest, (await BaseAsync(registry)).Image);
        Assert.Equal(Digest.Of(bytes), (await BaseAsync(registry)).Root);
        // A lock file holds what the index names, or a digest without a signature.
        Assert.Equal(Signed.Digest, (await BaseAsync(registry, Signed.Digest)).Image);
        await AssertFailsAsync(DiagnosticTable.BaseNotSigned, () => BaseAsync(registry, Digest.Of("else"u8)));
    }

    [Fact]
    public async Task A_signed_index_covers_the_image_that_it_names()
    {
        await using var registry = await TestRegistry.StartAsync(listsReferrers: true);
        await PushAsync(registry, Signed);
        var index = ImageIndex.Create(ImageFormat.Oci, [Subject with { Platform = TestImages.Amd64 }]);
        var root = registry.AddManifest(App, MediaTypes.OciIndex, index.Bytes.ToArray(), "1.0");
        await SignAsync(registry, new Descriptor(MediaTypes.OciIndex, root, index.Bytes.Length));
        Assert.Equal(Signed.Digest, (await BaseAsync(registry)).Image);
        Assert.Equal(Signed.Digest, (await BaseAsync(registry, Signed.Digest)).Image);
    }

    private static async Task SignAsync(TestRegistry registry, Descriptor subject)
    {
        using var client = new RegistryClient(Options);
        await new ImageSigning(registry.Authority, App, client, TestKeys.Key).SignAsync(subject, Cancelled);
    }

    private static async Task<SignedBase> BaseAsync(TestRegistry registry, Digest? pinned = null)
    {
        using var client = new RegistryClient(Options);
        return await SignedBase.FindAsync(
            ImageReference.Parse($"{registry.Authority}/{App}:1.0"),
            pinned,
            TestImages.Amd64,
            TestKeys.Key.PublicKey,
            client,
            Cancelled
        );
    }
}
