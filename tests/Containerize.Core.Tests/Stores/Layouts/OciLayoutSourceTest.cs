using System.Text.Json.Nodes;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores;
using Containerize.Stores.Layouts;

namespace Containerize.Core.Tests.Stores.Layouts;

/// <summary>What tests of reading a layout share.</summary>
public abstract class OciLayoutSourceTest : IDisposable
{
    private protected TemporaryFolder Folder { get; } = new();

    public void Dispose()
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    protected OciLayoutSource Source(string? name) => new(new ImageLocation(Folder["layout"], name));

    protected Task<string> FailsAsync(Diagnostic expected, string? name) =>
        TestImage.FailsAsync(expected, () => Source(name).PullAsync());

    protected Task<PushReport> StoreAsync(string name, Image image) =>
        new OciLayoutSink(Folder["layout"], [.. TestImage.Names(name)]).PushAsync(image);

    protected string PathOf(Digest digest) => Path.Combine(Folder["layout"], LayoutFormat.BlobName(digest));

    protected async Task AddBlobAsync(Blob blob) =>
        await File.WriteAllBytesAsync(
            PathOf(blob.Descriptor.Digest),
            await blob.BytesAsync(),
            TestContext.Current.CancellationToken
        );

    protected Task WriteIndexAsync(Descriptor[] manifests) =>
        File.WriteAllBytesAsync(
            Path.Combine(Folder["layout"], "index.json"),
            ImageIndex.Create(ImageFormat.Oci, [.. manifests]).Bytes.ToArray(),
            TestContext.Current.CancellationToken
        );

    protected Task EditIndexAsync(Action<JsonNode> edit)
    {
        var json = JsonNode.Parse(File.ReadAllBytes(Path.Combine(Folder["layout"], "index.json")))!;
        edit(json["manifests"]![0]!);
        return File.WriteAllTextAsync(
            Path.Combine(Folder["layout"], "index.json"),
            json.ToJsonString(),
            TestContext.Current.CancellationToken
        );
    }
}
