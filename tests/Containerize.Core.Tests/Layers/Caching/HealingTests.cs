using System.Security.Cryptography;
using Containerize.Caching;
using Containerize.Images;
using Containerize.Layers.Caching;
using Containerize.Publishing;
using Containerize.Publishing.Settings;
using Containerize.Stores;
using Containerize.Stores.Archives;

namespace Containerize.Core.Tests.Layers.Caching;

/// <summary>Whole runs over a cache that somebody harms.</summary>
public sealed class HealingTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("containerize-healing-").FullName;

    public HealingTests()
    {
        Directory.CreateDirectory(Path.Combine(_root, "publish/wwwroot"));
        File.WriteAllText(Path.Combine(_root, "publish/app.dll"), new string('a', 400_000));
        File.WriteAllText(Path.Combine(_root, "publish/wwwroot/site.css"), "body {}");
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private string Tarball => Path.Combine(_root, "image.tar");

    [Fact]
    public async Task A_run_over_a_harmed_cache_gives_the_same_image()
    {
        var (digest, origins) = await RunAsync();
        Assert.All(origins, origin => Assert.Equal(LayerOrigin.Built, origin));
        var tarball = Convert.ToHexStringLower(
            SHA256.HashData(await File.ReadAllBytesAsync(Tarball, TestContext.Current.CancellationToken))
        );
        foreach (var harm in new Action<string>[] { Flip, file => File.WriteAllText(file, "x"), File.Delete })
        {
            foreach (
                var blob in Directory.GetFiles(Path.Combine(_root, "cache/blobs"), "*", SearchOption.AllDirectories)
            )
                harm(blob);
            Assert.Equal(digest, (await RunAsync()).Digest);
            Assert.Equal(
                tarball,
                Convert.ToHexStringLower(
                    SHA256.HashData(await File.ReadAllBytesAsync(Tarball, TestContext.Current.CancellationToken))
                )
            );
            Assert.All((await RunAsync()).Origins, origin => Assert.Equal(LayerOrigin.Cache, origin));
        }
    }

    private async Task<(Digest Digest, LayerOrigin[] Origins)> RunAsync()
    {
        var build = new ContainerBuild
        {
            Base = new ScratchSource(),
            Platform = new Platform("linux", "amd64"),
            PublishPath = Path.Combine(_root, "publish"),
            Index = new([]),
            Settings = new ContainerSettings { Command = new CommandSettings { AppCommand = ["/app/app"] } },
            LayerPath = Path.Combine(_root, "obj"),
            Cache = new CacheFolder(Path.Combine(_root, "cache")),
            Sinks = [new ArchiveSink(Tarball, [ImageReference.Parse("localhost/app:1")])],
        };
        var result = await build.RunAsync(TestContext.Current.CancellationToken);
        return (result.Image.Digest, [.. result.Layers.Select(layer => layer.Origin)]);
    }

    private static void Flip(string path)
    {
        var bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(path, bytes);
    }
}
