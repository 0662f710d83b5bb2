using System.Text;
using Containerize.Attestations;
using Containerize.Attestations.Registries;
using Containerize.Core.Tests.Stores.Registries;
using Containerize.Images;
using Containerize.Stores.Registries.Client;
using Containerize.TestKit.Registries;
using Microsoft.AspNetCore.Http;

namespace Containerize.Core.Tests.Attestations.Registries;

/// <summary>Documents that are sent before their image is there, and a signature that follows them into one
/// tag.</summary>
public sealed class AttachingTogetherTests : RegistryTest
{
    private static readonly Descriptor Subject = new(MediaTypes.OciManifest, Digest.Of("an image"u8), 8);

    private static readonly string Tag = Referrers.FallbackTag(Subject.Digest);

    [Theory]
    [InlineData(true, AttestationMode.Auto)]
    [InlineData(false, AttestationMode.Always)]
    public async Task What_is_sent_ahead_is_named_by_nothing_and_not_sent_again(bool lists, AttestationMode mode)
    {
        await using var registry = await TestRegistry.StartAsync(listsReferrers: lists);
        using var client = new RegistryClient(Options);
        var attaching = new Attaching(registry.Authority, App, client);
        await attaching.SendAheadAsync(Subject, Documents("one", "two"), mode, Cancelled);
        Assert.Empty(registry.Manifests);
        Assert.Equal(3, registry.Blobs.Count); // both, and the empty config
        var uploads = Uploads(registry);
        Assert.Equal(
            AttachFate.Attached,
            await attaching.AttachAsync(Subject, Documents("one", "two"), mode, Cancelled)
        );
        Assert.Equal(uploads, Uploads(registry));
        Assert.Equal(
            2,
            (await new Referrers(registry.Authority, App, client).FindAsync(Subject.Digest, Cancelled)).Length
        );
    }

    [Theory]
    [InlineData(true, AttestationMode.Never)]
    [InlineData(false, AttestationMode.Auto)]
    public async Task What_is_not_attached_is_not_sent_ahead(bool lists, AttestationMode mode)
    {
        await using var registry = await TestRegistry.StartAsync(listsReferrers: lists);
        using var client = new RegistryClient(Options);
        await new Attaching(registry.Authority, App, client).SendAheadAsync(Subject, Documents("one"), mode, Cancelled);
        Assert.Equal(0, Uploads(registry));
    }

    [Fact]
    public async Task A_registry_that_refuses_what_is_sent_ahead_gets_it_again_when_it_is_attached()
    {
        await using var registry = await TestRegistry.StartAsync(context =>
            HttpMethods.IsPost(context.Request.Method)
                ? TestRegistry.RefuseAsync(context, 403, "DENIED")
                : Task.FromResult(false)
        );
        using var client = new RegistryClient(Options);
        var attaching = new Attaching(registry.Authority, App, client);
        await attaching.SendAheadAsync(Subject, Documents("one"), AttestationMode.Always, Cancelled);
        Assert.Empty(registry.Blobs);
        registry.Script = _ => Task.FromResult(false);
        await attaching.AttachAsync(Subject, Documents("one"), AttestationMode.Always, Cancelled);
        Assert.Equal(2, registry.Blobs.Count);
    }

    [Fact]
    public async Task Two_that_go_into_one_tag_are_looked_for_together_and_what_another_took_away_comes_back()
    {
        await using var registry = await TestRegistry.StartAsync();
        using var client = new RegistryClient(Options);
        var attaching = new Attaching(registry.Authority, App, client) { ConfirmsLater = true };
        await attaching.AttachAsync(Subject, Documents("documents"), AttestationMode.Always, Cancelled);
        Assert.Equal(1, Writes(registry));
        await attaching.AttachAsync(Subject, Documents("signature"), AttestationMode.Always, Cancelled);
        Assert.Equal(2, Writes(registry));
        // Another program read the tag before both, and writes what it knows.
        registry.AddManifest(
            App,
            MediaTypes.OciIndex,
            ImageIndex.Create(ImageFormat.Oci, [Subject]).Bytes.ToArray(),
            Tag
        );
        registry.Seen.Clear();
        await attaching.ConfirmAsync(Subject.Digest, Cancelled);
        Assert.Equal(
            3,
            (await new Referrers(registry.Authority, App, client).FindAsync(Subject.Digest, Cancelled)).Length
        );
        Assert.Equal(1, Writes(registry));
        registry.Seen.Clear();
        await attaching.ConfirmAsync(Subject.Digest, Cancelled);
        Assert.Empty(registry.Seen);
    }

    [Fact]
    public async Task A_tag_that_another_program_changed_is_looked_at_for_longer_since_that_one_may_be_slow()
    {
        await using var registry = await TestRegistry.StartAsync();
        using var client = new RegistryClient(Options);
        var looks = 0;
        registry.Script = context =>
        {
            if (
                !HttpMethods.IsGet(context.Request.Method)
                || !context.Request.Path.Value!.EndsWith(Tag, StringComparison.Ordinal)
                || !registry.Manifests.TryGetValue((App, Tag), out var now)
            )
                return Task.FromResult(false);
            // At the first look the other one has added its entry; at the fourth it writes what it read before ours.
            var other = new Descriptor(MediaTypes.OciManifest, Digest.Of("another"u8), 7);
            looks++;
            if (looks is 1 or 4)
                registry.AddManifest(
                    App,
                    MediaTypes.OciIndex,
                    ImageIndex
                        .Create(
                            ImageFormat.Oci,
                            looks == 4
                                ? [other]
                                : ImageIndex.Parse(now.Bytes, MediaTypes.OciIndex, "test").Manifests.Add(other)
                        )
                        .Bytes.ToArray(),
                    Tag
                );
            return Task.FromResult(false);
        };
        await new Attaching(registry.Authority, App, client).AttachAsync(
            Subject,
            Documents("one"),
            AttestationMode.Always,
            Cancelled
        );
        registry.Script = _ => Task.FromResult(false);
        Assert.InRange(looks, 5, 100);
        Assert.Equal(
            2,
            (await new Referrers(registry.Authority, App, client).FindAsync(Subject.Digest, Cancelled)).Length
        );
    }

    private static int Uploads(TestRegistry registry) => registry.Seen.Count(seen => seen.Method == "POST");

    private static int Writes(TestRegistry registry) =>
        registry.Seen.Count(seen => seen.Method == "PUT" && seen.Path.EndsWith(Tag, StringComparison.Ordinal));

    private static ImageDocuments Documents(params string[] texts) =>
        new(
            Subject.Digest,
            [
                .. texts.Select(text => new ImageDocument(
                    ".spdx.json",
                    ImageDocument.Spdx,
                    [.. Encoding.UTF8.GetBytes(text)]
                )),
            ]
        );
}
