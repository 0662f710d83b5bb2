using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Inspection.Verification;
using Containerize.Stores;
using Containerize.Stores.Contents;
using Containerize.Stores.Layouts;

namespace Containerize.Core.Tests.Stores.Contents;

/// <summary>
/// Indexes that name indexes, in every reader. Seven of them that name the next one a hundred times each, 110 kB in
/// all, hung a build for ever; <c>skopeo inspect</c> answers at once.
/// </summary>
public sealed class NestedIndexTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly CancellationTokenSource _patience = CancellationTokenSource.CreateLinkedTokenSource(
        TestContext.Current.CancellationToken
    );

    // A detector of hangs: what is asserted is the answer.
    public NestedIndexTests() => _patience.CancelAfter(TimeSpan.FromMinutes(2));

    public void Dispose()
    {
        _folder.Dispose();
        _patience.Dispose();
    }

    [Fact]
    public async Task An_index_that_is_named_many_times_is_read_once()
    {
        await WriteAsync(depth: 7, times: 100, image: null);
        var source = Source();
        await TestImage.FailsAsync(
            DiagnosticTable.PlatformMissing,
            () => source.PullAsync(TestImage.Amd64, _patience.Token)
        );
        Assert.Single((await source.PullAllAsync(_patience.Token)).Images);
        Assert.Equal(
            1,
            (await ImageVerification.RunAsync(await source.OpenContentsAsync(_patience.Token), _patience.Token)).Images
        );
    }

    [Fact]
    public async Task An_image_in_an_index_that_is_named_many_times_is_found()
    {
        await WriteAsync(depth: 7, times: 3, image: TestImage.Of("one"));
        Assert.Equal(TestImage.Of("one").Digest, (await Source().PullAsync(TestImage.Amd64, _patience.Token)).Digest);
        Assert.Equal(TestImage.Of("one").Digest, (await Source().PullAllAsync(_patience.Token)).Images.Single().Digest);
    }

    [Fact]
    public async Task Two_names_of_one_index_are_both_known()
    {
        await WriteAsync(depth: 1, times: 1, image: TestImage.Of("one"), names: ["a", "b"]);
        await AddAsync(TestImage.Of("two"), "c");
        var message = await TestImage.FailsAsync(
            DiagnosticTable.SeveralImages,
            () => Source().PullAsync(TestImage.Amd64, _patience.Token)
        );
        Assert.Contains("'a', 'b', 'docker.io/library/c:1'", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_indexes_within_each_other_than_anybody_makes_are_an_error()
    {
        await WriteAsync(depth: 12, times: 1, image: TestImage.Of("one"));
        var source = Source();
        await TestImage.FailsAsync(
            DiagnosticTable.InvalidManifest,
            () => source.PullAsync(TestImage.Amd64, _patience.Token)
        );
        await TestImage.FailsAsync(DiagnosticTable.InvalidManifest, () => source.PullAllAsync(_patience.Token));
        var report = await ImageVerification.RunAsync(await source.OpenContentsAsync(_patience.Token), _patience.Token);
        Assert.Contains(
            report.Violations,
            violation => violation.What.Contains("other indexes", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void More_documents_than_fit_are_an_error()
    {
        var walk = new DocumentWalk("test");
        Assert.All(
            Enumerable.Range(0, DocumentWalk.MostDocuments),
            i => Assert.True(walk.Enter(Descriptor(i, 100), 0))
        );
        Assert.False(walk.Enter(Descriptor(0, 100), 0));
        Assert.Throws<ContainerizeException>(() => walk.Enter(Descriptor(-1, 100), 0));
        var large = new DocumentWalk("test");
        Assert.Throws<ContainerizeException>(() =>
            Enumerable.Range(0, 20).All(i => large.Enter(Descriptor(i, 4 << 20), 0))
        );
        var configs = new DocumentWalk("test");
        Assert.Throws<ContainerizeException>(() =>
            Enumerable.Range(0, 20).ToList().ForEach(_ => configs.Count(Descriptor(0, 4 << 20)))
        );
    }

    [Fact]
    public void More_layers_than_can_be_mounted_are_an_error()
    {
        var image = Enumerable
            .Range(0, Image.MostLayers + 1)
            .Aggregate(Image.Scratch(TestImage.Amd64), (image, _) => image.With(TestImage.Layer("one"), default, "x"));
        var exception = Assert.Throws<ContainerizeException>(() =>
            Image.Of(image.Manifest, image.Config, image.Layers.Select(layer => layer.Blob), "test")
        );
        Assert.Contains("501 layers", exception.Message, StringComparison.Ordinal);
    }

    private OciLayoutSource Source(string? name = null) => new(new ImageLocation(_folder["layout"], name));

    private async Task AddAsync(Image image, string name) =>
        await new OciLayoutSink(_folder["layout"], [ImageReference.Parse(name + ":1")]).PushAsync(image);

    // index.json names one index, that one the next, so many times, and the last one an image, or a manifest for
    // another platform.
    private async Task WriteAsync(int depth, int times, Image? image, params string[] names)
    {
        await new OciLayoutSink(_folder["layout"], [ImageReference.Parse("x:1")]).PushAsync(
            image ?? TestImage.Of(TestImage.Arm64, "other")
        );
        var index = ImageIndex.Parse(
            await File.ReadAllBytesAsync(_folder["layout/index.json"], _patience.Token),
            MediaTypes.OciIndex,
            "test"
        );
        var inner = index.Manifests[0] with { Annotations = Containerize.Images.Descriptor.NoAnnotations };
        for (var i = 0; i < depth; i++)
        {
            var next = ImageIndex.Create(ImageFormat.Oci, [.. Enumerable.Repeat(inner, times)]);
            await File.WriteAllBytesAsync(
                _folder["layout/blobs/sha256/" + next.Descriptor.Digest.Hex],
                next.Bytes.ToArray(),
                _patience.Token
            );
            inner = next.Descriptor;
        }

        var top = names
            .DefaultIfEmpty("")
            .Select(name =>
                name.Length == 0
                    ? inner
                    : inner with
                    {
                        Annotations = Containerize.Images.Descriptor.NoAnnotations.Add(
                            "org.opencontainers.image.ref.name",
                            name
                        ),
                    }
            );
        await File.WriteAllBytesAsync(
            _folder["layout/index.json"],
            ImageIndex.Create(ImageFormat.Oci, [.. top]).Bytes.ToArray(),
            _patience.Token
        );
    }

    private static Descriptor Descriptor(int i, long size) =>
        new(MediaTypes.OciManifest, Digest.Of(BitConverter.GetBytes(i)), size);
}
