using System.Text;
using Containerize.Attestations;
using Containerize.Attestations.Registries;
using Containerize.Core.Tests.Stores.Registries;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores.Registries.Client;
using Containerize.TestKit.Images;
using Containerize.TestKit.Registries;
using Microsoft.AspNetCore.Http;

namespace Containerize.Core.Tests.Attestations;

/// <summary>Documents beside an image in a registry: with a list of referrers, and without one by a tag.</summary>
public sealed class AttachingTests : RegistryTest
{
    private static readonly Descriptor Subject = new(MediaTypes.OciManifest, Digest.Of("an image"u8), 8);

    [Fact]
    public async Task A_registry_with_a_list_gets_the_documents_once_and_no_tag()
    {
        await using var registry = await TestRegistry.StartAsync(listsReferrers: true);
        Assert.Equal(AttachFate.Attached, await AttachAsync(registry, AttestationMode.Auto, "one", "two", "three"));
        Assert.DoesNotContain(
            registry.Manifests.Keys,
            key => key.Reference.StartsWith("sha256-", StringComparison.Ordinal)
        );
        Assert.Equal(3, (await FindAsync(registry)).Length);
        var before = registry.Seen.Count(seen => seen.Method is "PUT" or "POST");
        Assert.Equal(AttachFate.AlreadyThere, await AttachAsync(registry, AttestationMode.Auto, "three", "one"));
        Assert.Equal(before, registry.Seen.Count(seen => seen.Method is "PUT" or "POST"));
    }

    [Fact]
    public async Task A_registry_without_a_list_gets_nothing_unless_a_tag_is_wanted()
    {
        await using var registry = await TestRegistry.StartAsync();
        Assert.Equal(AttachFate.NotListed, await AttachAsync(registry, AttestationMode.Auto, "one"));
        Assert.Empty(registry.Manifests);
        Assert.Equal(AttachFate.Attached, await AttachAsync(registry, AttestationMode.Always, "one"));
        Assert.Equal(AttachFate.AlreadyThere, await AttachAsync(registry, AttestationMode.Always, "one"));
        var listed = Assert.Single(await FindAsync(registry));
        Assert.Equal(ImageDocument.Spdx, listed.ArtifactType);
        Assert.Contains((App, Referrers.FallbackTag(Subject.Digest)), registry.Manifests.Keys);
    }

    [Fact]
    public async Task Never_asks_nothing()
    {
        await using var registry = await TestRegistry.StartAsync(listsReferrers: true);
        await AttachAsync(registry, AttestationMode.Never, "one");
        Assert.Empty(registry.Seen);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task Of_fifty_at_once_none_is_lost(bool listsReferrers, bool hasVersions)
    {
        await using var registry = await TestRegistry.StartAsync(
            listsReferrers: listsReferrers,
            hasVersions: hasVersions
        );
        await Task.WhenAll(
            Enumerable
                .Range(0, 50)
                .Select(number => AttachAsync(registry, AttestationMode.Always, $"document {number}"))
        );
        Assert.Equal(50, (await FindAsync(registry)).Select(referrer => referrer.Digest).Distinct().Count());
    }

    [Fact] // docker-registry empties a blob's link while another writer of the blob writes it again
    public async Task A_blob_that_the_registry_misses_for_a_moment_is_no_error()
    {
        var misses = 2;
        await using var registry = await TestRegistry.StartAsync(async context =>
            HttpMethods.IsPut(context.Request.Method)
            && context.Request.Path.Value!.Contains("/manifests/", StringComparison.Ordinal)
            && Interlocked.Decrement(ref misses) >= 0
            && await TestRegistry.RefuseAsync(context, 400, "MANIFEST_BLOB_UNKNOWN")
        );
        Assert.Equal(AttachFate.Attached, await AttachAsync(registry, AttestationMode.Always, "one"));
        Assert.Single(await FindAsync(registry));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_entry_that_another_program_takes_away_is_written_again_and_the_other_s_stays(bool hasVersions)
    {
        var tag = Referrers.FallbackTag(Subject.Digest);
        var other = ImageIndex.Create(ImageFormat.Oci, [Subject]);
        await using var registry = await TestRegistry.StartAsync(hasVersions: hasVersions);
        registry.AddManifest(App, MediaTypes.OciIndex, ImageIndex.Create(ImageFormat.Oci, []).Bytes.ToArray(), tag);
        var puts = 0;
        registry.Script = context =>
        {
            // Between our reading and our writing, or right after it where the registry would not notice.
            if (!context.Request.Path.Value!.EndsWith(tag, StringComparison.Ordinal))
                return Task.FromResult(false);
            puts += HttpMethods.IsPut(context.Request.Method) ? 1 : 0;
            if (puts == 1 && (hasVersions || HttpMethods.IsGet(context.Request.Method)))
            {
                registry.AddManifest(App, MediaTypes.OciIndex, other.Bytes.ToArray(), tag);
                puts++;
            }

            return Task.FromResult(false);
        };
        Assert.Equal(AttachFate.Attached, await AttachAsync(registry, AttestationMode.Always, "one"));
        Assert.Equal(2, (await FindAsync(registry)).Length);
        Assert.Contains(Subject, await FindAsync(registry));
    }

    [Fact]
    public async Task The_document_is_read_back_and_one_about_another_image_is_refused()
    {
        await using var registry = await TestRegistry.StartAsync(listsReferrers: true);
        await AttachAsync(registry, AttestationMode.Auto, "the document");
        using var client = new RegistryClient(Options);
        var (referrers, found) = (
            new Referrers(registry.Authority, App, client),
            Assert.Single(await FindAsync(registry))
        );
        Assert.Equal(
            "the document",
            Encoding.UTF8.GetString(await referrers.ReadAsync(found, Subject.Digest, 100, Cancelled))
        );
        await AssertFailsAsync(
            DiagnosticTable.ReferrersInvalid,
            () => referrers.ReadAsync(found, Digest.Of("another"u8), 100, Cancelled),
            "is about another image"
        );
        await AssertFailsAsync(
            DiagnosticTable.ReferrersInvalid,
            () => referrers.ReadAsync(found, Subject.Digest, 5, Cancelled),
            "at most 5 bytes"
        );
    }

    [Fact]
    public async Task A_tag_that_holds_no_index_is_an_error_and_stays_as_it_is()
    {
        await using var registry = await TestRegistry.StartAsync();
        var tag = Referrers.FallbackTag(Subject.Digest);
        registry.AddManifest(App, MediaTypes.OciManifest, Encoding.UTF8.GetBytes("""{"schemaVersion":2}"""), tag);
        await AssertFailsAsync(
            DiagnosticTable.ReferrersInvalid,
            () => AttachAsync(registry, AttestationMode.Always, "one"),
            tag,
            "holds no index"
        );
        Assert.Equal("""{"schemaVersion":2}""", Encoding.UTF8.GetString(registry.Manifests[(App, tag)].Bytes));
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(405)]
    [InlineData(200)]
    public async Task Any_answer_but_an_index_means_that_there_is_no_list(int status)
    {
        await using var registry = await TestRegistry.StartAsync(async context =>
        {
            if (!context.Request.Path.Value!.Contains("/referrers/", StringComparison.Ordinal))
                return false;
            context.Response.StatusCode = status;
            await context.Response.WriteAsync("<html></html>");
            return true;
        });
        Assert.Equal(AttachFate.NotListed, await AttachAsync(registry, AttestationMode.Auto, "one"));
    }

    [Fact]
    public async Task A_list_that_leads_in_a_circle_ends_with_an_error()
    {
        await using var registry = await TestRegistry.StartAsync(async context =>
        {
            if (!context.Request.Path.Value!.Contains("/referrers/", StringComparison.Ordinal))
                return false;
            context.Response.Headers.Link = $"<{context.Request.Path}?again>; rel=\"next\"";
            await context.Response.Body.WriteAsync(
                ImageIndex.Create(ImageFormat.Oci, [.. Enumerable.Repeat(Subject, 100)]).Bytes
            );
            return true;
        });
        await AssertFailsAsync(DiagnosticTable.ReferrersInvalid, () => FindAsync(registry), "10000 entries");
    }

    [Fact]
    public async Task What_is_attached_goes_along_to_another_registry()
    {
        await using var from = await TestRegistry.StartAsync();
        await using var to = await TestRegistry.StartAsync(listsReferrers: true);
        var image = TestImages.Create("copied");
        await PushAsync(from, image);
        using var client = new RegistryClient(Options);
        var documents = new ImageDocuments(image.Digest, [new(".spdx.json", ImageDocument.Spdx, [.. "about it"u8])]);
        await new Attaching(from.Authority, App, client).AttachAsync(
            image.Manifest.Descriptor,
            documents,
            AttestationMode.Always,
            Cancelled
        );
        await PushAsync(to, image);
        Assert.Equal(
            1,
            await CarriedReferrers.CopyAsync(new(from.Authority, App), new(to.Authority, App), image, client, Cancelled)
        );
        var referrers = new Referrers(to.Authority, App, client);
        var found = Assert.Single(await referrers.FindAsync(image.Digest, Cancelled));
        Assert.Equal(
            "about it",
            Encoding.UTF8.GetString(await referrers.ReadAsync(found, image.Digest, 100, Cancelled))
        );
    }

    private static async Task<AttachFate> AttachAsync(
        TestRegistry registry,
        AttestationMode mode,
        params string[] texts
    )
    {
        using var client = new RegistryClient(Options);
        return await new Attaching(registry.Authority, App, client).AttachAsync(
            Subject,
            new ImageDocuments(
                Subject.Digest,
                [
                    .. texts.Select(text => new ImageDocument(
                        ".spdx.json",
                        ImageDocument.Spdx,
                        [.. Encoding.UTF8.GetBytes(text)]
                    )),
                ]
            ),
            mode,
            Cancelled
        );
    }

    private static async Task<System.Collections.Immutable.ImmutableArray<Descriptor>> FindAsync(TestRegistry registry)
    {
        using var client = new RegistryClient(Options);
        return await new Referrers(registry.Authority, App, client).FindAsync(Subject.Digest, Cancelled);
    }
}
