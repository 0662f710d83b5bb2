using System.Security.Cryptography;
using Containerize.Attestations.Registries;
using Containerize.Attestations.Signatures;
using Containerize.Core.Tests.Stores.Registries;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores.Registries.Client;
using Containerize.TestKit.Registries;

namespace Containerize.Core.Tests.Attestations;

/// <summary>The tag with the signatures in cosign's older form, which others write, too.</summary>
public sealed class OldSignatureTests : RegistryTest
{
    private static readonly Descriptor Subject = new(MediaTypes.OciManifest, Digest.Of("image"u8), 5);

    private static string Tag => OldSignatures.TagOf(Subject.Digest);

    [Fact]
    public async Task A_new_signature_keeps_every_layer_that_is_there()
    {
        await using var registry = await TestRegistry.StartAsync();
        var others = Enumerable
            .Range(0, 150)
            .Select(number => new Descriptor("application/x-other", Digest.Of(BitConverter.GetBytes(number)), 4))
            .ToArray();
        var manifest = Manifest.Create(
            ImageFormat.Oci,
            new Descriptor(MediaTypes.OciConfig, Digest.Of("{}"u8), 2),
            [.. others],
            Descriptor.NoAnnotations.Add("by", "another")
        );
        registry.AddManifest(App, MediaTypes.OciManifest, manifest.Bytes.ToArray(), Tag);
        await SignAsync(registry, TestKeys.Key);
        var after = Read(registry);
        Assert.Equal(others.Select(layer => layer.Digest), after.Layers.SkipLast(1).Select(layer => layer.Digest));
        Assert.Equal(SimpleSigning.MediaType, after.Layers[^1].MediaType);
        Assert.Equal("another", after.Annotations["by"]);
    }

    [Theory]
    [InlineData(MediaTypes.OciManifest, "{}")]
    [InlineData(MediaTypes.OciIndex, """{"schemaVersion":2,"manifests":[]}""")]
    public async Task A_tag_that_holds_something_else_is_not_replaced(string mediaType, string content)
    {
        await using var registry = await TestRegistry.StartAsync();
        var bytes = System.Text.Encoding.UTF8.GetBytes(content);
        registry.AddManifest(App, mediaType, bytes, Tag);
        await AssertFailsAsync(DiagnosticTable.InvalidManifest, () => SignAsync(registry, TestKeys.Key), Tag);
        Assert.Equal(bytes, registry.Manifests[(App, Tag)].Bytes);
    }

    [Fact]
    public async Task Signatures_that_are_written_at_once_are_all_kept()
    {
        await using var registry = await TestRegistry.StartAsync();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => SignAsync(registry, NewKey())));
        Assert.Equal(4, Read(registry).Layers.Length);
    }

    [Fact]
    public async Task A_writer_that_was_overtaken_looks_again()
    {
        await using var registry = await TestRegistry.StartAsync(hasVersions: true);
        await SignAsync(registry, NewKey());
        var (first, late) = (registry.Manifests[(App, Tag)], false);
        await SignAsync(registry, NewKey());
        var second = registry.Manifests[(App, Tag)];
        registry.AddManifest(App, first.MediaType, first.Bytes, Tag);
        registry.Script = context =>
        {
            // Another writer comes between our look and our write.
            if (
                !late
                && context.Request.Method == "PUT"
                && context.Request.Path.Value!.EndsWith(".sig", StringComparison.Ordinal)
            )
            {
                late = true;
                registry.AddManifest(App, second.MediaType, second.Bytes, Tag);
            }

            return Task.FromResult(false);
        };
        await SignAsync(registry, TestKeys.Key);
        Assert.True(late);
        Assert.Equal(3, Read(registry).Layers.Length);
    }

    [Fact]
    public async Task The_look_ends_at_the_signature_that_counts()
    {
        await using var registry = await TestRegistry.StartAsync();
        await SignAsync(registry, NewKey());
        await SignAsync(registry, TestKeys.Key);
        using var client = new RegistryClient(Options);
        var report = await new ImageSignatures(registry.Authority, App, client).CheckAsync(
            new(TestKeys.Key.PublicKey, Subject.Digest, SignedStatement.SignatureType),
            Cancelled
        );
        Assert.Null(Assert.Single(report.Found).Fault);
    }

    private static Manifest Read(TestRegistry registry) =>
        Manifest.Parse(registry.Manifests[(App, Tag)].Bytes, MediaTypes.OciManifest, "The tag");

    private static SigningKey NewKey()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return PrivateKeyFile.Parse(key.ExportPkcs8PrivateKeyPem(), null, "a test");
    }

    private static async Task SignAsync(TestRegistry registry, SigningKey key)
    {
        using var client = new RegistryClient(Options);
        await new ImageSigning(registry.Authority, App, client, key).SignOldAsync(Subject, Cancelled);
    }
}
