using System.Text;
using System.Text.Json.Nodes;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores;
using Containerize.Stores.Archives;
using Containerize.Stores.Contents;
using Containerize.Stores.Layouts;

namespace Containerize.Core.Tests.Stores.Contents;

/// <summary>All that a name stands for, read and stored elsewhere byte for byte.</summary>
public sealed class ImageSetReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_index_is_copied_with_all_in_it()
    {
        var set = ImageSet.Of(
            TestImage.Of(TestImage.Amd64, "a", "shared"),
            TestImage.Of(TestImage.Arm64, "b", "shared")
        );
        await new OciLayoutSink(_folder["first"], [.. TestImage.Names("acme/app:1")]).PushAsync(set, Cancelled);
        var read = await new OciLayoutSource(new ImageLocation(_folder["first"], null)).PullAllAsync(Cancelled);
        Assert.Equal(set.Digest, read.Digest);
        Assert.Equal(2, read.Images.Length);
        await new ArchiveSink(_folder["second.tar"], [.. TestImage.Names("acme/app:1")]).PushAsync(read, Cancelled);
        using var archive = await ArchiveSource.OpenAsync(
            new ImageLocation(_folder["second.tar"], null),
            _folder.Root,
            Cancelled
        );
        Assert.Equal(set.Digest, (await archive.PullAllAsync(Cancelled)).Digest);
    }

    [Fact]
    public async Task Attestations_and_inner_indexes_go_along()
    {
        var set = WithAttestation(TestImage.Of("a"));
        await new OciLayoutSink(_folder["first"], [.. TestImage.Names("acme/app:1")]).PushAsync(set, Cancelled);
        var read = await new OciLayoutSource(new ImageLocation(_folder["first"], "1")).PullAllAsync(Cancelled);
        Assert.Equal((set.Digest, 1, 2), (read.Digest, read.Images.Length, read.Artifacts.Length));
        await new OciLayoutSink(_folder["second"], [.. TestImage.Names("acme/app:1")]).PushAsync(read, Cancelled);
        Assert.Equal(_folder.Blobs("first"), _folder.Blobs("second"));
    }

    [Fact]
    public async Task An_index_that_names_what_is_not_there_is_an_error()
    {
        var set = ImageSet.Of(TestImage.Of(TestImage.Amd64, "a"), TestImage.Of(TestImage.Arm64, "b"));
        await new OciLayoutSink(_folder["first"], [.. TestImage.Names("acme/app:1")]).PushAsync(set, Cancelled);
        File.Delete(Path.Combine(_folder["first"], "blobs", "sha256", set.Images[0].Digest.Hex));
        var message = await TestImage.FailsAsync(
            DiagnosticTable.ImageNotFound,
            () => new OciLayoutSource(new ImageLocation(_folder["first"], null)).PullAllAsync(Cancelled)
        );
        Assert.Contains(set.Images[0].Digest.ToString(), message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_holds_no_image_is_an_error()
    {
        var artifact = Attestation(Image.Scratch(TestImage.Amd64).Digest);
        await TestImage.FailsAsync(
            DiagnosticTable.NotAnImage,
            () => new ImageSetReader(new OneDocument(artifact)).ReadAsync(Cancelled)
        );
    }

    public void Dispose() => _folder.Dispose();

    // As BuildKit writes it: an image's config, a layer of another kind, and an unknown platform.
    private static ImageSet WithAttestation(Image image)
    {
        var artifact = Attestation(image.Digest);
        var inner = ImageIndex.Create(
            ImageFormat.Oci,
            [artifact.Descriptor with { Platform = new Platform("unknown", "unknown") }]
        );
        var index = ImageIndex.Create(
            ImageFormat.Oci,
            [image.Manifest.Descriptor with { Platform = TestImage.Amd64 }, inner.Descriptor]
        );
        return ImageSet.Of(index, [image], [artifact, new Artifact(inner.Descriptor, inner.Bytes, [])]);
    }

    private static Artifact Attestation(Digest subject)
    {
        var config = Blob.FromBytes(MediaTypes.OciConfig, Encoding.UTF8.GetBytes("{}"));
        var statement = Blob.FromBytes(
            "application/vnd.in-toto+json",
            Encoding.UTF8.GetBytes(new JsonObject { ["subject"] = subject.ToString() }.ToJsonString())
        );
        var manifest = Manifest.Create(
            ImageFormat.Oci,
            config.Descriptor,
            [statement.Descriptor],
            Descriptor.NoAnnotations
        );
        return new Artifact(manifest.Descriptor, manifest.Bytes, [config, statement]);
    }

    private sealed class OneDocument(Artifact artifact) : IImageContents
    {
        public string Where => "a test";

        public Task<Descriptor> ResolveAsync(CancellationToken cancellationToken) =>
            Task.FromResult(artifact.Descriptor);

        public async Task<Stream?> OpenAsync(Descriptor descriptor, CancellationToken cancellationToken) =>
            await artifact
                .Blobs.Add(artifact.Document)
                .Single(blob => blob.Descriptor == descriptor)
                .OpenAsync(cancellationToken);

        public Blob Blob(Descriptor descriptor) => artifact.Blobs.Single(blob => blob.Descriptor == descriptor);
    }
}
