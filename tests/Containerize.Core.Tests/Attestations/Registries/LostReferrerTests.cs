using System.Collections.Immutable;
using System.Text;
using Containerize.Attestations;
using Containerize.Attestations.Registries;
using Containerize.Core.Tests.Stores.Registries;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores.Registries.Client;
using Containerize.TestKit.Images;
using Containerize.TestKit.Registries;

namespace Containerize.Core.Tests.Attestations.Registries;

/// <summary>A list of referrers that says something else than what is there.</summary>
public sealed class LostReferrerTests : RegistryTest
{
    private static readonly Image Signed = TestImages.Create("lost", 10);

    private static readonly string Tag = Referrers.FallbackTag(Signed.Digest);

    private static Descriptor Subject => Signed.Manifest.Descriptor;

    [Fact]
    public async Task A_manifest_that_the_tag_names_and_that_is_gone_is_sent_again()
    {
        await using var registry = await TestRegistry.StartAsync();
        await AttachAsync(registry, Document("one"), Document("two"));
        var gone = (App, Document("one").Descriptor.Digest.ToString());
        Assert.True(registry.Manifests.TryRemove(gone, out _));
        registry.Seen.Clear();
        Assert.Equal(AttachFate.Attached, await AttachAsync(registry, Document("one"), Document("two")));
        Assert.True(registry.Manifests.ContainsKey(gone));
        Assert.EndsWith(gone.Item2, Assert.Single(registry.Seen, seen => seen.Method == "PUT").Path);
        Assert.Equal(AttachFate.AlreadyThere, await AttachAsync(registry, Document("one"), Document("two")));
    }

    [Fact]
    public async Task A_copy_says_of_a_referrer_what_its_manifest_says_and_how_many_are_left_behind()
    {
        await using var from = await TestRegistry.StartAsync();
        await using var to = await TestRegistry.StartAsync();
        await PushAsync(from, Signed);
        await PushAsync(to, Signed);
        var artifact = Document("one");
        await AttachAsync(from, artifact);
        var wrong = new Descriptor(MediaTypes.OciIndex, artifact.Descriptor.Digest, 7)
        {
            ArtifactType = "application/vnd.cncf.notary.signature",
            Annotations = Descriptor.NoAnnotations.Add("a", "b"),
        };
        Write(from, wrong, new(MediaTypes.OciManifest, Digest.Of("gone"u8), 4));
        var warnings = new List<string>();
        using var client = new RegistryClient(Options with { Warn = warnings.Add });
        var (source, target) = (new ImageReference(from.Authority, App), new ImageReference(to.Authority, App));
        Assert.Equal(1, await CarriedReferrers.CopyAsync(source, target, Signed, client, Cancelled));
        var entry = Assert.Single(await FindAsync(to));
        Assert.Equal(artifact.Descriptor, entry);
        Assert.Equal(ImageDocument.Spdx, entry.ArtifactType);
        Assert.Empty(entry.Annotations);
        var warning = Assert.Single(warnings);
        Assert.Contains("1 is left behind and 1 taken along", warning, StringComparison.Ordinal);
        Assert.Contains(Digest.Of("gone"u8).ToString(), warning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_list_is_no_answer_for_what_is_under_the_tag()
    {
        await using var registry = await TestRegistry.StartAsync(listsReferrers: true);
        Assert.Empty(await FindAsync(registry));
        var elsewhere = new Descriptor(MediaTypes.OciManifest, Digest.Of("there"u8), 5);
        Write(registry, elsewhere);
        Assert.Equal(elsewhere, Assert.Single(await FindAsync(registry)));
        await AttachAsync(registry, Document("one"));
        registry.Seen.Clear();
        await FindAsync(registry);
        Assert.DoesNotContain(registry.Seen, seen => seen.Path.EndsWith(Tag, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_was_not_written_into_a_tag_is_not_confirmed()
    {
        await using var registry = await TestRegistry.StartAsync(async context =>
            context.Request.Path.Value!.EndsWith(Tag, StringComparison.Ordinal)
            && context.Request.Method == "PUT"
            && await TestRegistry.RefuseAsync(context, 403, "DENIED")
        );
        using var client = new RegistryClient(Options);
        var attaching = new Attaching(registry.Authority, App, client) { ConfirmsLater = true };
        await Assert.ThrowsAsync<ContainerizeException>(() =>
            attaching.AttachAsync(Subject.Digest, [Document("one")], AttestationMode.Always, Cancelled)
        );
        registry.Seen.Clear();
        await attaching.ConfirmAsync(Subject.Digest, Cancelled);
        Assert.Empty(registry.Seen);
    }

    private static Artifact Document(string text) =>
        ReferrerManifest.Create(
            Subject,
            new ImageDocument(".spdx.json", ImageDocument.Spdx, [.. Encoding.UTF8.GetBytes(text)])
        );

    private static void Write(TestRegistry registry, params ImmutableArray<Descriptor> entries) =>
        registry.AddManifest(
            App,
            MediaTypes.OciIndex,
            ImageIndex.Create(ImageFormat.Oci, entries).Bytes.ToArray(),
            Tag
        );

    private static async Task<AttachFate> AttachAsync(TestRegistry registry, params ImmutableArray<Artifact> artifacts)
    {
        using var client = new RegistryClient(Options);
        return await new Attaching(registry.Authority, App, client).AttachAsync(
            Subject.Digest,
            artifacts,
            AttestationMode.Always,
            Cancelled
        );
    }

    private static async Task<ImmutableArray<Descriptor>> FindAsync(TestRegistry registry)
    {
        using var client = new RegistryClient(Options);
        return await new Referrers(registry.Authority, App, client).FindAsync(Subject.Digest, Cancelled);
    }
}
