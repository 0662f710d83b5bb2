using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using Containerize.Attestations;
using Containerize.Attestations.Registries;
using Containerize.Core.Tests.Stores.Registries;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores.Registries.Client;
using Containerize.TestKit.Images;
using Containerize.TestKit.Registries;
using Microsoft.AspNetCore.Http;

namespace Containerize.Core.Tests.Attestations.Registries;

/// <summary>Ten thousand things that are attached to one image, by a tag, and copied.</summary>
public sealed class ManyReferrersTests : RegistryTest
{
    private static readonly Image Subject = TestImages.Create("many", 10);

    private static readonly string Tag = Referrers.FallbackTag(Subject.Digest);

    [Fact]
    public async Task Ten_thousand_are_copied_a_few_at_a_time_and_what_is_broken_is_left_behind()
    {
        await using var from = await TestRegistry.StartAsync();
        await using var to = await TestRegistry.StartAsync();
        await from.AddAsync(App, Subject, "1.0");
        await to.AddAsync(App, Subject, "1.0");
        ImmutableArray<Artifact> all = [.. Enumerable.Range(0, Referrers.Most - 2).Select(About)];
        foreach (var artifact in all)
            Add(from, artifact);
        foreach (var blob in all[0].Blobs)
            from.AddBlob(App, await TestImages.BytesAsync(blob));
        // One is not there, and one is the image itself.
        Descriptor gone = new(MediaTypes.OciManifest, Digest.Of("gone"u8), 4);
        Write(from, [gone, Subject.Manifest.Descriptor, .. all.Select(artifact => artifact.Descriptor)]);
        var (now, most) = (0, 0);
        to.Script = async context =>
        {
            if (!HttpMethods.IsPut(context.Request.Method))
                return false;
            InterlockedMost(ref most, Interlocked.Increment(ref now));
            await Task.Yield();
            Interlocked.Decrement(ref now);
            return false;
        };
        using var client = new RegistryClient(Options);
        Assert.Equal(
            all.Length,
            await CarriedReferrers.CopyAsync(
                new(from.Authority, App),
                new(to.Authority, App),
                Subject,
                client,
                Cancelled
            )
        );
        Assert.Equal(
            all.Select(artifact => artifact.Descriptor.Digest),
            (await new Referrers(to.Authority, App, client).FindAsync(Subject.Digest, Cancelled)).Select(one =>
                one.Digest
            )
        );
        Assert.InRange(most, 1, 16);
    }

    [Fact]
    public async Task A_tag_with_more_is_refused_and_stays_as_it_is()
    {
        await using var registry = await TestRegistry.StartAsync();
        Write(registry, [.. Enumerable.Range(0, Referrers.Most).Select(Entry)]);
        var before = registry.Manifests[(App, Tag)].Bytes;
        await AssertFailsAsync(
            DiagnosticTable.ReferrersInvalid,
            () => AttachAsync(registry, About(1)),
            "with 10001 entries",
            "is too long"
        );
        Assert.Same(before, registry.Manifests[(App, Tag)].Bytes);
        Write(registry, [.. Enumerable.Range(0, Referrers.Most + 1).Select(Entry)]);
        await AssertFailsAsync(
            DiagnosticTable.ReferrersInvalid,
            () => AttachAsync(registry, About(1)),
            "more than 10000 entries"
        );
    }

    [Fact]
    public async Task An_index_that_would_be_longer_than_registries_take_is_not_written()
    {
        await using var registry = await TestRegistry.StartAsync();
        var annotation = Descriptor.NoAnnotations.Add("a", new string('a', 4_100));
        Write(
            registry,
            [.. Enumerable.Range(0, 965).Select(number => Entry(number) with { Annotations = annotation })]
        );
        var artifact = About(1);
        var longest = artifact with
        {
            Descriptor = artifact.Descriptor with { Annotations = annotation.SetItem("a", new string('a', 200_000)) },
        };
        await AssertFailsAsync(
            DiagnosticTable.ReferrersInvalid,
            () => AttachAsync(registry, longest),
            "with 966 entries",
            "is too long"
        );
    }

    private static void InterlockedMost(ref int most, int value)
    {
        int seen;
        while (value > (seen = Volatile.Read(ref most)) && Interlocked.CompareExchange(ref most, value, seen) != seen)
            continue;
    }

    private static async Task AttachAsync(TestRegistry registry, Artifact artifact)
    {
        using var client = new RegistryClient(Options);
        await new Attaching(registry.Authority, App, client).AttachAsync(
            Subject.Digest,
            [artifact],
            AttestationMode.Always,
            Cancelled
        );
    }

    // All have one blob, and differ in their manifests.
    private static Artifact About(int number) =>
        ArtifactManifest.Create(
            Subject.Manifest.Descriptor,
            ImageDocument.Spdx,
            [Blob.FromBytes(ImageDocument.Spdx, Encoding.UTF8.GetBytes("a document"))],
            new JsonObject { ["number"] = FormattableString.Invariant($"{number}") }
        );

    private static Descriptor Entry(int number) =>
        new(MediaTypes.OciManifest, Digest.Of(BitConverter.GetBytes(number)), 4) { ArtifactType = ImageDocument.Spdx };

    private static void Add(TestRegistry registry, Artifact artifact) =>
        registry.AddManifest(App, MediaTypes.OciManifest, artifact.Bytes.ToArray());

    private static void Write(TestRegistry registry, ImmutableArray<Descriptor> entries) =>
        registry.AddManifest(
            App,
            MediaTypes.OciIndex,
            ImageIndex.Create(ImageFormat.Oci, entries).Bytes.ToArray(),
            Tag
        );
}
