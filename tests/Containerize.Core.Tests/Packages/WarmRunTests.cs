using Containerize.Caching;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Layers;
using Containerize.Layers.Caching;
using Containerize.Packages;
using Containerize.Publishing;
using Containerize.Publishing.Settings;
using Containerize.Stores;

namespace Containerize.Core.Tests.Packages;

/// <summary>Whole runs with packages, again and again: what was made is neither fetched nor unpacked a second
/// time.</summary>
public sealed class WarmRunTests : IDisposable
{
    private static readonly TestDeb Tool = new TestDeb("tool", "1")
        .File("./tool", "x")
        .Control("postinst", "#!/bin/sh\nadduser --system me\n");

    private readonly TestRepository _repository = new TestRepository().With(Tool).Publish();
    private readonly string _folder = Directory.CreateTempSubdirectory("containerize-warm-").FullName;
    private int _baseReads;

    private CacheFolder Cache => new(Path.Combine(_folder, "cache"));

    public void Dispose()
    {
        _repository.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_warm_run_needs_the_indexes_and_no_package()
    {
        var cold = await RunAsync(_repository.Settings("tool"));
        ForgetPackages();
        var warm = await RunAsync(_repository.Settings("tool"));
        Assert.Equal((LayerOrigin.Built, LayerOrigin.Cache), (cold.Layers[0].Origin, warm.Layers[0].Origin));
        Assert.Equal(cold.Image.Digest, warm.Image.Digest);
        Assert.Equal(["tool"], warm.Packages!.Packages.Select(package => package.Name));
        Assert.Equal(["tool"], cold.UnrunScripts);
        Assert.Equal(["tool"], warm.UnrunScripts);
        Assert.Equal(1, _baseReads);
    }

    [Fact]
    public async Task With_a_lock_file_a_warm_run_needs_no_index_either()
    {
        var settings = _repository.Settings("tool") with { LockPath = Path.Combine(_folder, PackageLock.FileName) };
        var cold = await RunAsync(settings with { UpdatesLock = true });
        ForgetPackages();
        Directory.Delete(_repository.Root, recursive: true);
        Directory.Delete(_repository.Cache, recursive: true);
        Assert.Equal(cold.Image.Digest, (await RunAsync(settings)).Image.Digest);
        Assert.Equal(1, _baseReads);
    }

    [Fact]
    public async Task Another_setting_or_another_base_is_another_layer()
    {
        await RunAsync(_repository.Settings("tool"));
        var settings = _repository.Settings("tool");
        foreach (
            var changed in new[]
            {
                settings with
                {
                    Exclusions = "tool",
                },
                settings with
                {
                    Time = DateTimeOffset.UnixEpoch.AddDays(1),
                },
            }
        )
            Assert.Equal(LayerOrigin.Built, (await RunAsync(changed)).Layers[0].Origin);
        Assert.Equal(
            LayerOrigin.Built,
            (
                await RunAsync(
                    settings,
                    TestBase.Of(
                        [TestBase.Link("tool", "there")],
                        [TestBase.File("etc/os-release", "ID=debian\nVERSION_CODENAME=stable\n")]
                    )
                )
            )
                .Layers[0]
                .Origin
        );
    }

    [Fact]
    public async Task A_layer_that_is_damaged_in_the_cache_is_unpacked_again()
    {
        var cold = await RunAsync(_repository.Settings("tool"));
        var blob = Cache.BlobPath(cold.Layers[0].Layer.Blob.Descriptor.Digest);
        var bytes = await File.ReadAllBytesAsync(blob, TestContext.Current.CancellationToken);
        bytes[^9] ^= 1;
        await File.WriteAllBytesAsync(blob, bytes, TestContext.Current.CancellationToken);
        Assert.Equal(cold.Image.Digest, (await RunAsync(_repository.Settings("tool"))).Image.Digest);
        ForgetPackages();
        File.Delete(blob);
        var failure = await Assert.ThrowsAsync<ContainerizeException>(() => RunAsync(_repository.Settings("tool")));
        Assert.Same(DiagnosticTable.LockedPackageGone, failure.Diagnostic);
    }

    private void ForgetPackages()
    {
        File.Delete(_repository.PathOf(Tool));
        foreach (
            var kept in Directory
                .GetFiles(Path.Combine(_repository.Cache, "sha256"))
                .Where(file => File.ReadAllBytes(file).AsSpan().StartsWith("!<arch>"u8))
        )
            File.Delete(kept);
    }

    private async Task<ContainerBuildResult> RunAsync(PackageSettings settings, Image? on = null)
    {
        var publish = Directory.CreateDirectory(Path.Combine(_folder, "publish")).FullName;
        await File.WriteAllTextAsync(Path.Combine(publish, "app"), "app", TestContext.Current.CancellationToken);
        using var http = new HttpClient();
        var image = on ?? TestBase.Debian("stable");
        return await new ContainerBuild
        {
            Base = new Source(on is null ? Counted(image) : image),
            Platform = image.Config.Platform,
            PublishPath = publish,
            Index = new([]),
            Settings = new ContainerSettings { Encodings = LayerEncodings.All(new(LayerCompression.None, null)) },
            LayerPath = Path.Combine(_folder, "layers"),
            Packages = new PackageInstaller(settings, http),
            Cache = Cache,
            Sinks = [new Reader()],
        }.RunAsync(TestContext.Current.CancellationToken);
    }

    private Image Counted(Image image)
    {
        var layer = image.Layers.Single();
        var counted = new Blob(
            layer.Blob.Descriptor,
            token =>
            {
                _baseReads++;
                return layer.Blob.OpenAsync(token);
            }
        );
        return Image
            .Scratch(image.Config.Platform)
            .With(layer with { Blob = counted }, DateTimeOffset.UnixEpoch, "test");
    }

    private sealed class Source(Image image) : IImageSource
    {
        public string Name => "test";

        public Task<Image> PullAsync(Platform platform, CancellationToken cancellationToken) => Task.FromResult(image);
    }

    // A sink that has none of our layers yet, and the base's already.
    private sealed class Reader : IImageSink
    {
        public async Task<PushReport> PushAsync(ImageSet images, CancellationToken cancellationToken)
        {
            foreach (
                var layer in images
                    .Images.SelectMany(image => image.Layers)
                    .Where(layer => layer.Name != Layer.BaseName)
            )
            {
                await using var stream = await layer.Blob.OpenAsync(cancellationToken);
                await stream.CopyToAsync(Stream.Null, cancellationToken);
            }

            return new PushReport("nowhere", System.Collections.Immutable.ImmutableDictionary<Digest, BlobFate>.Empty);
        }
    }
}
