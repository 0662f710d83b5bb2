using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using Containerize.Attestations;
using Containerize.Attestations.Registries;
using Containerize.Core.Tests.Stores.Registries;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores.Contents;
using Containerize.Stores.Registries.Client;
using Containerize.TestKit.Images;
using Containerize.TestKit.Registries;

namespace Containerize.Core.Tests.Attestations.Registries;

/// <summary>What is about a document that is about an image, such as a signature of an SBOM.</summary>
public sealed class ReferrerChainTests : RegistryTest
{
    private static readonly Image Subject = TestImages.Create("chained", 10);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_about_a_document_is_copied_with_it(bool listsReferrers)
    {
        await using var from = await TestRegistry.StartAsync(listsReferrers: listsReferrers);
        await using var to = await TestRegistry.StartAsync(listsReferrers: listsReferrers);
        await PushAsync(from, Subject);
        await PushAsync(to, Subject);
        var document = About(Subject.Manifest.Descriptor, "document");
        var signature = About(document.Descriptor, "signature");
        using var client = new RegistryClient(Options);
        var attaching = new Attaching(from.Authority, App, client);
        await CarriedReferrers.AttachAsync([document, signature], attaching, Cancelled);
        Assert.Equal(
            2,
            await CarriedReferrers.CopyAsync(
                new(from.Authority, App),
                new(to.Authority, App),
                Subject,
                client,
                Cancelled
            )
        );
        var target = new Referrers(to.Authority, App, client);
        Assert.Equal(
            signature.Descriptor.Digest,
            Assert.Single(await target.FindAsync(document.Descriptor.Digest, Cancelled)).Digest
        );
    }

    [Fact]
    public async Task A_list_that_leads_in_circles_has_an_end_and_gives_each_once()
    {
        var place = new LyingPlace();
        var document = place.Add(Subject.Manifest.Descriptor, "document");
        var signature = place.Add(document.Descriptor, "signature");
        place.List(document.Descriptor.Digest, Subject.Manifest.Descriptor, document.Descriptor);
        place.List(signature.Descriptor.Digest, document.Descriptor, signature.Descriptor);
        // About the document, and listed for the image before.
        place.List(Subject.Digest, signature.Descriptor);
        Assert.Equal([document, signature], await ReadAsync(place, Assert.Fail));
    }

    [Fact]
    public async Task Behind_eight_others_no_more_is_taken_and_it_is_counted()
    {
        var place = new LyingPlace();
        var (subject, all, warnings) = (Subject.Manifest.Descriptor, new List<Artifact>(), new List<string>());
        for (var number = 0; number < 10; number++)
        {
            all.Add(place.Add(subject, $"{number}"));
            subject = all[^1].Descriptor;
        }

        Assert.Equal(all[..8], await ReadAsync(place, warnings.Add));
        var warning = Assert.Single(warnings);
        Assert.Contains("1 is left behind and 8 taken along", warning, StringComparison.Ordinal);
        Assert.Contains(all[8].Descriptor.Digest.ToString(), warning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_more_than_ten_thousand_those_about_the_image_are_taken()
    {
        var (place, documents, warnings) = (new LyingPlace(), new List<Artifact>(), new List<string>());
        for (var first = 0; first < 101; first++)
        {
            documents.Add(place.Add(Subject.Manifest.Descriptor, $"{first}"));
            for (var second = 0; second < 99; second++)
                place.Add(documents[^1].Descriptor, $"{second}");
        }

        Assert.Equal(documents, await ReadAsync(place, warnings.Add));
        Assert.Contains("9999 are left behind and 101 taken", Assert.Single(warnings), StringComparison.Ordinal);
        Assert.Contains("more than 10000", warnings[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_list_of_a_document_that_cannot_be_read_keeps_nothing_else_back(bool isOutOfReach)
    {
        var (place, warnings) = (new LyingPlace(), new List<string>());
        Artifact[] documents =
        [
            place.Add(Subject.Manifest.Descriptor, "one"),
            place.Add(Subject.Manifest.Descriptor, "two"),
            place.Add(Subject.Manifest.Descriptor, "three"),
        ];
        place.Fault = new(
            isOutOfReach ? DiagnosticTable.RegistryUnreachable : DiagnosticTable.ReferrersInvalid,
            "It is as it is."
        );
        Assert.Equal(documents, await ReadAsync(place, warnings.Add));
        var warning = Assert.Single(warnings);
        Assert.Contains("3 are left behind and 3 taken along", warning, StringComparison.Ordinal);
        Assert.Contains("what is about ", warning, StringComparison.Ordinal);
        Assert.Contains("It is as it is.", warning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_many_lists_repeat_is_held_once()
    {
        var (place, warnings) = (new LyingPlace(), new List<string>());
        Descriptor[] repeated =
        [
            .. Enumerable
                .Range(0, 9_000)
                .Select(number => About(Subject.Manifest.Descriptor, $"gone {number}").Descriptor),
        ];
        for (var number = 0; number < 1_200; number++)
            place.List(place.Add(Subject.Manifest.Descriptor, $"{number}").Descriptor.Digest, repeated);
        Assert.Equal(1_200, (await ReadAsync(place, warnings.Add)).Length);
        Assert.Contains("9000 are left behind", Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_type_that_is_longer_than_a_type_can_be_is_left_behind()
    {
        await using var from = await TestRegistry.StartAsync();
        await PushAsync(from, Subject);
        using var client = new RegistryClient(Options);
        var bad = ArtifactManifest.Create(
            Subject.Manifest.Descriptor,
            new string('a', 300),
            [Blob.FromBytes(ImageDocument.Spdx, "bad"u8.ToArray())],
            []
        );
        var good = About(Subject.Manifest.Descriptor, "good");
        await CarriedReferrers.AttachAsync([bad, good], new Attaching(from.Authority, App, client), Cancelled);
        var warnings = new List<string>();
        var source = new Referrers(from.Authority, App, client);
        Assert.Equal(good.Descriptor.Digest, Assert.Single(await ReadAsync(source, warnings.Add)).Descriptor.Digest);
        Assert.Contains("its type has more than 255 characters", Assert.Single(warnings), StringComparison.Ordinal);
    }

    private static Task<ImmutableArray<Artifact>> ReadAsync(ReferrerPlace place, Action<string> warn) =>
        CarriedReferrers.ReadAsync(place, Subject, Options with { Warn = warn }, Cancelled);

    private static Artifact About(Descriptor subject, string text) =>
        ArtifactManifest.Create(
            subject,
            ImageDocument.Spdx,
            [Blob.FromBytes(ImageDocument.Spdx, Encoding.UTF8.GetBytes(text))],
            new JsonObject { ["a"] = text }
        );

    /// <summary>Lists whatever a test says.</summary>
    private sealed class LyingPlace : ReferrerPlace
    {
        private readonly Dictionary<Digest, List<Descriptor>> _lists = [];
        private readonly Dictionary<Digest, Artifact> _artifacts = [];

        /// <summary>What each list but that of the image gives instead; null for nothing.</summary>
        public ContainerizeException? Fault { get; set; }

        public Artifact Add(Descriptor subject, string text)
        {
            var artifact = About(subject, text);
            _artifacts[artifact.Descriptor.Digest] = artifact;
            List(subject.Digest, artifact.Descriptor);
            return artifact;
        }

        public void List(Digest subject, params Descriptor[] entries)
        {
            if (!_lists.TryGetValue(subject, out var list))
                _lists[subject] = list = [];
            list.AddRange(entries);
        }

        internal override Task<(ImmutableArray<Descriptor> All, ContainerizeException? Refusal)> FindOrRefusalAsync(
            Digest subject,
            CancellationToken cancellationToken
        ) =>
            Fault is { } fault && subject != Subject.Digest
                ? throw fault
                : Task.FromResult<(ImmutableArray<Descriptor>, ContainerizeException?)>(
                    ([.. _lists.GetValueOrDefault(subject) ?? []], null)
                );

        public override Task<Artifact> ArtifactAsync(Descriptor referrer, CancellationToken cancellationToken) =>
            _artifacts.TryGetValue(referrer.Digest, out var artifact)
                ? Task.FromResult(artifact)
                : throw new ContainerizeException(DiagnosticTable.ImageNotFound, "It is gone.");

        internal override ContainerizeException Broken(Digest subject, string what) =>
            new(DiagnosticTable.ReferrersInvalid, $"{subject}: {what}");
    }
}
