using System.Text;
using System.Text.Json;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores;
using Containerize.Stores.Archives;

namespace Containerize.Core.Tests.Stores.Archives;

/// <summary>What tests of Docker's archives share.</summary>
public abstract class DockerArchiveTest : IDisposable
{
    protected static readonly byte[] Plain = new Tarball().File("plain", "plain").ToBytes();
    protected static readonly byte[] Gzipped = Tarball.Gzip(new Tarball().File("gzipped", "gzipped").ToBytes());

    private protected TemporaryFolder Folder { get; } = new();

    public void Dispose()
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected static Tarball Archive(byte[][] layers)
    {
        var tarball = new Tarball().File("c.json", Config(layers));
        for (var i = 0; i < layers.Length; i++)
            tarball.File($"{i}/layer.tar", layers[i]);
        return tarball.File(
            "manifest.json",
            Manifest(("c.json", ["app:1.0"], [.. layers.Select((_, i) => $"{i}/layer.tar")]))
        );
    }

    // These layers are never inflated, so of compressed ones any diff id will do.
    protected static byte[] Config(byte[][] layers) =>
        Encoding.UTF8.GetBytes(
            "{\"architecture\":\"amd64\",\"os\":\"linux\",\"container\":\"kept\",\"rootfs\":{\"type\":\"layers\","
                + $"\"diff_ids\":[{string.Join(',', layers.Select(bytes => $"\"{Digest.Of(bytes)}\""))}]}}}}"
        );

    protected static string Manifest(params (string Config, string[] RepoTags, string[] Layers)[] items) =>
        JsonSerializer.Serialize(
            items.Select(item => new
            {
                item.Config,
                item.RepoTags,
                item.Layers,
            })
        );

    private protected void Write(Tarball tarball) => File.WriteAllBytes(Folder["image.tar"], tarball.ToBytes());

    protected Task<ArchiveSource> SourceAsync(string? name) =>
        ArchiveSource.OpenAsync(
            new ImageLocation(Folder["image.tar"], name),
            Folder["temporary"],
            TestContext.Current.CancellationToken
        );

    protected async Task<string> FailsAsync(Diagnostic expected, string? name)
    {
        return await TestImage.FailsAsync(
            expected,
            async () =>
            {
                using var source = await SourceAsync(name);
                await source.PullAsync();
            }
        );
    }
}
