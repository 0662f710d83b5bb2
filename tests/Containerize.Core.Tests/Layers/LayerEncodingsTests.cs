using System.Security.Cryptography;
using Containerize.Core.Tests.Stores;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Layers;
using Containerize.Publishing;
using Containerize.Publishing.Files;
using Containerize.Publishing.Settings;

namespace Containerize.Core.Tests.Layers;

/// <summary>Layers that last are compressed harder than those that change.</summary>
public sealed class LayerEncodingsTests : IDisposable
{
    private static readonly LayerEncodings Both = new(LayerEncoding.Default, new(LayerCompression.Zstd, 7));

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("packages", "2-zstd-7")]
    [InlineData("runtime", "2-zstd-7")]
    [InlineData("dependencies", "2-gzip-3")]
    [InlineData("assets-runtime", "2-gzip-3")]
    [InlineData("app", "2-gzip-3")]
    public void The_name_of_a_layer_decides(string name, string format)
    {
        Assert.Equal(format, Both.Of(name).Format);
        Assert.Equal("2-gzip-3, packages and runtime 2-zstd-7", Both.ToString());
        Assert.Equal("2-gzip-3", LayerEncodings.Default.ToString());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_image_has_both_and_the_same_files_as_with_one(bool hasCache)
    {
        var both = await MakeAsync(Both, hasCache);
        var one = await MakeAsync(LayerEncodings.Default, hasCache);
        Assert.Equal(
            [("runtime", LayerCompression.Zstd), ("app", LayerCompression.Gzip)],
            both.Layers.Select(layer => (layer.Name, layer.Compression))
        );
        Assert.Equal(one.Layers.Select(layer => layer.DiffId), both.Layers.Select(layer => layer.DiffId));
        Assert.Equal(ImageFormat.Oci, both.Manifest.Format);
        foreach (var layer in both.Layers)
        {
            await using var plain = await LayerEncoding.OpenPlainAsync(layer, TestContext.Current.CancellationToken);
            var hash = await SHA256.HashDataAsync(plain, TestContext.Current.CancellationToken);
            Assert.Equal($"sha256:{Convert.ToHexStringLower(hash)}", layer.DiffId.ToString());
        }
    }

    [Fact]
    public async Task An_image_without_such_layers_keeps_the_format_of_its_base()
    {
        var image = await MakeAsync(Both, hasCache: true, isSelfContained: false, ImageFormat.Docker);
        Assert.Equal(ImageFormat.Docker, image.Manifest.Format);
        var exception = await Assert.ThrowsAsync<ContainerizeException>(() =>
            MakeAsync(Both, hasCache: true, isSelfContained: true, ImageFormat.Docker)
        );
        Assert.Contains("ContainerLastingCompression", exception.Message, StringComparison.Ordinal);
    }

    private async Task<Image> MakeAsync(
        LayerEncodings encodings,
        bool hasCache,
        bool isSelfContained = true,
        ImageFormat? format = null
    )
    {
        var publish = Directory.CreateDirectory(Path.Combine(_folder.Root, "publish")).FullName;
        await File.WriteAllTextAsync(
            Path.Combine(publish, "System.dll"),
            "runtime",
            TestContext.Current.CancellationToken
        );
        await File.WriteAllTextAsync(Path.Combine(publish, "App.dll"), "app", TestContext.Current.CancellationToken);
        using var built = await new ContainerBuild
        {
            Base = new Scratch(),
            Platform = new Platform("linux", "amd64"),
            PublishPath = publish,
            Index = new([new PublishedItem("System.dll") { PackageId = "Runtime", IsRuntime = isSelfContained }]),
            Settings = new ContainerSettings { Encodings = encodings, Format = format },
            LayerPath = Path.Combine(_folder.Root, "layers"),
            Cache = hasCache ? new(Path.Combine(_folder.Root, "cache")) : null,
            Sinks = [],
        }.MakeAsync(TestContext.Current.CancellationToken);
        return built.Image;
    }

    private sealed class Scratch : Containerize.Stores.IImageSource
    {
        public string Name => "scratch";

        public Task<Image> PullAsync(Platform platform, CancellationToken cancellationToken) =>
            Task.FromResult(Image.Scratch(platform));
    }
}
