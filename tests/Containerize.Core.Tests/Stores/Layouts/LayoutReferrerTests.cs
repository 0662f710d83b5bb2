using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using Containerize.Attestations;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores;
using Containerize.Stores.Contents;
using Containerize.Stores.Files;
using Containerize.Stores.Layouts;
using Containerize.TestKit.Images;

namespace Containerize.Core.Tests.Stores.Layouts;

/// <summary>Documents and signatures about the images of a layout.</summary>
public sealed class LayoutReferrerTests : IDisposable
{
    private static readonly Image First = TestImages.Create("first", 10);
    private static readonly Image Second = TestImages.Create("second", 10);

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_is_stored_about_an_image_is_read_back_and_is_no_image_of_the_layout()
    {
        await PushAsync(First);
        var (one, two) = (About(First, "one"), About(First, "two"));
        await Sink().AttachAsync([one], Cancelled);
        await Sink().AttachAsync([one, two], Cancelled);
        await Sink().AttachAsync([], Cancelled);
        Assert.Equal(3, Entries().Count);
        var found = await ReadAsync(First);
        Assert.Equal([one.Descriptor.Digest, two.Descriptor.Digest], found.Select(each => each.Descriptor.Digest));
        Assert.All(found, each => Assert.Equal(ImageDocument.Spdx, each.Descriptor.ArtifactType));
        Assert.Equal(TextOf("two"), Encoding.UTF8.GetString(await TestImages.BytesAsync(found[1].Blobs[1])));
        Assert.Empty(await ReadAsync(Second));
        // Without a name the one image is meant, as before.
        var source = new OciLayoutSource(new ImageLocation(_folder[""], null));
        Assert.Equal(First.Digest, (await source.PullAsync(TestImages.Amd64, Cancelled)).Digest);
        Assert.Equal(First.Digest, (await source.PullAllAsync(Cancelled)).Digest);
    }

    [Fact]
    public async Task An_annotation_of_a_manifest_does_not_name_an_image()
    {
        await PushAsync(First);
        var about = About(First, "one", ("org.opencontainers.image.ref.name", "latest"));
        await Sink().AttachAsync([about], Cancelled);
        Assert.Null(Entries()[1]!["annotations"]);
        var read = Assert.Single(await ReadAsync(First)).Descriptor;
        Assert.Equal("latest", read.Annotation("org.opencontainers.image.ref.name"));
    }

    [Fact]
    public async Task What_is_about_an_image_goes_with_it_and_the_rest_stays()
    {
        await PushAsync(First);
        await new OciLayoutSink(_folder[""], [Name("kept")]).PushAsync(Second, Cancelled);
        var (gone, kept) = (About(First, "gone"), About(Second, "kept"));
        await Sink().AttachAsync([gone, kept], Cancelled);
        await PushAsync(TestImages.Create("third", 10));
        Assert.Empty(await ReadAsync(First));
        Assert.Equal(kept.Descriptor.Digest, Assert.Single(await ReadAsync(Second)).Descriptor.Digest);
        Assert.False(File.Exists(PathOf(gone.Descriptor.Digest)));
        Assert.False(File.Exists(PathOf(gone.Blobs[1].Descriptor.Digest)));
        Assert.False(File.Exists(PathOf(First.Digest)));
        Assert.True(File.Exists(PathOf(kept.Descriptor.Digest)));
    }

    [Fact]
    public async Task An_image_that_is_written_again_keeps_what_is_about_it()
    {
        await PushAsync(First);
        await Sink().AttachAsync([About(First, "one")], Cancelled);
        await PushAsync(First);
        Assert.Single(await ReadAsync(First));
    }

    [Fact]
    public async Task A_signature_of_a_document_goes_with_the_document_s_image()
    {
        await PushAsync(First);
        await new OciLayoutSink(_folder[""], [Name("kept")]).PushAsync(Second, Cancelled);
        var (gone, kept) = (About(First, "gone"), About(Second, "kept"));
        var (onGone, onKept) = (About(gone.Descriptor, "on gone"), About(kept.Descriptor, "on kept"));
        await Sink().AttachAsync([gone, kept, onGone, onKept], Cancelled);
        Assert.Single(await ReadAsync(gone.Descriptor.Digest));
        await PushAsync(TestImages.Create("third", 10));
        Assert.Empty(await ReadAsync(gone.Descriptor.Digest));
        Assert.False(File.Exists(PathOf(onGone.Descriptor.Digest)));
        Assert.False(File.Exists(PathOf(gone.Descriptor.Digest)));
        Assert.Equal(
            onKept.Descriptor.Digest,
            Assert.Single(await ReadAsync(kept.Descriptor.Digest)).Descriptor.Digest
        );
    }

    [Fact]
    public async Task An_entry_without_a_type_is_read_as_other_tools_write_it()
    {
        await PushAsync(First);
        var about = About(First, "one");
        await Sink().AttachAsync([about], Cancelled);
        var index = JsonNode.Parse(await File.ReadAllTextAsync(_folder["index.json"], Cancelled))!;
        Assert.True(index["manifests"]![1]!.AsObject().Remove("artifactType"));
        // Nor is an image without a name that lies elsewhere a reason for a warning.
        var elsewhere = new JsonObject
        {
            ["mediaType"] = MediaTypes.OciManifest,
            ["digest"] = Digest.Of("elsewhere"u8).ToString(),
            ["size"] = 9,
        };
        index["manifests"]!.AsArray().Add((JsonNode)elsewhere);
        await File.WriteAllTextAsync(_folder["index.json"], index.ToJsonString(), Cancelled);
        Assert.Equal(ImageDocument.Spdx, Assert.Single(await ReadAsync(First)).Descriptor.ArtifactType);
    }

    [Fact]
    public async Task An_index_that_no_reader_would_take_is_not_written()
    {
        await PushAsync(First);
        var before = await File.ReadAllBytesAsync(_folder["index.json"], Cancelled);
        var blob = Blob.FromBytes(ImageDocument.Spdx, "one"u8.ToArray());
        var type = new string('a', 250);
        ImmutableArray<Artifact> many =
        [
            .. Enumerable
                .Range(0, 12_000)
                .Select(number =>
                    ArtifactManifest.Create(
                        First.Manifest.Descriptor,
                        type,
                        [blob],
                        new JsonObject { ["a"] = $"{number}" }
                    )
                ),
        ];
        var error = await Assert.ThrowsAsync<ContainerizeException>(() => Sink().AttachAsync(many, Cancelled));
        Assert.Equal(DiagnosticTable.ReferrersInvalid, error.Diagnostic);
        Assert.Contains("12000 more entries", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(_folder["index.json"], Cancelled));
        Assert.False(File.Exists(PathOf(many[0].Descriptor.Digest)));
    }

    private static Artifact About(Image image, string text, params (string Name, string Value)[] annotations) =>
        About(image.Manifest.Descriptor, text, annotations);

    private static Artifact About(Descriptor subject, string text, params (string Name, string Value)[] annotations)
    {
        var blob = Blob.FromBytes(ImageDocument.Spdx, Encoding.UTF8.GetBytes(TextOf(text)));
        var members = annotations.Select(each => KeyValuePair.Create(each.Name, (JsonNode?)each.Value));
        return ArtifactManifest.Create(subject, ImageDocument.Spdx, [blob], new JsonObject(members));
    }

    private static string TextOf(string name) => $$"""{"name":"{{name}}"}""";

    private static ImageReference Name(string tag) => ImageReference.Parse($"registry.example/app:{tag}");

    private OciLayoutSink Sink() => new(_folder[""], [Name("latest")]);

    private Task<PushReport> PushAsync(Image image) => Sink().PushAsync(image, Cancelled);

    private Task<ImmutableArray<Artifact>> ReadAsync(Image image) => ReadAsync(image.Digest);

    private async Task<ImmutableArray<Artifact>> ReadAsync(Digest subject)
    {
        var referrers = new LayoutReferrers(new FolderTree(_folder[""]), text => Assert.Fail(text));
        var found = new List<Artifact>();
        foreach (var referrer in await referrers.FindAsync(subject, Cancelled))
            found.Add(await referrers.ArtifactAsync(referrer, Cancelled));
        return [.. found];
    }

    private JsonArray Entries() => JsonNode.Parse(File.ReadAllText(_folder["index.json"]))!["manifests"]!.AsArray();

    private string PathOf(Digest digest) => _folder[$"blobs/sha256/{digest.Hex}"];
}
