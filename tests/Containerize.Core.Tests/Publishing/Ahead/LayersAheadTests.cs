using Containerize.Caching;
using Containerize.Layers;
using Containerize.Layers.Caching;
using Containerize.Publishing.Ahead;
using Containerize.Publishing.Settings;

namespace Containerize.Core.Tests.Publishing.Ahead;

/// <summary>Layers that are packed while a project is compiled, and the run that comes after.</summary>
public sealed class LayersAheadTests : IDisposable
{
    private readonly PublishAhead _case = new();

    public void Dispose() => _case.Dispose();

    [Fact]
    public async Task Finished_layers_are_those_of_the_run_which_makes_the_rest_itself()
    {
        _case.Place("runtime.so", "runtime", "Small.dll", "small", "Large.dll", PublishAhead.Large);
        using (var ahead = _case.Begin())
            ahead.Wait();
        _case.Publish();
        Assert.Equal(
            [
                ("runtime", LayerOrigin.Cache),
                ("dependencies-large", LayerOrigin.Cache),
                ("dependencies", LayerOrigin.Cache),
                ("app", LayerOrigin.Built),
            ],
            await _case.RunAsync(_case.Cache)
        );
    }

    [Theory]
    [InlineData("gzip", "")]
    [InlineData("zstd", "")]
    [InlineData("none", "")]
    [InlineData("gzip", "zstd:5")]
    public async Task The_image_is_the_same_with_them_and_without(string compression, string lasting)
    {
        var usual = new LayerEncoding(ChoiceSetting.ParseCompression(compression), null);
        var settings = new ContainerSettings { Encodings = new(usual, ChoiceSetting.ParseLasting(lasting, usual)) };
        _case.Place("runtime.so", PublishAhead.Large, "Small.dll", "small");
        using (var ahead = _case.Begin(settings))
            ahead.Wait();
        _case.Publish();
        Assert.Equal(
            await _case.DescriptorsAsync(new CacheFolder(Path.Combine(_case.Root, "other")), settings),
            await _case.DescriptorsAsync(_case.Cache, settings)
        );
    }

    [Fact]
    public async Task A_file_that_is_another_in_the_publish_folder_has_its_layer_made_of_that()
    {
        _case.Place("runtime.so", "runtime", "Small.dll", "small");
        using (var ahead = _case.Begin())
            ahead.Wait();
        _case.Publish();
        File.WriteAllText(Path.Combine(_case.Published, "runtime.so"), "changed by a target");
        Assert.Equal(
            [("runtime", LayerOrigin.Built), ("dependencies", LayerOrigin.Cache), ("app", LayerOrigin.Built)],
            await _case.RunAsync(_case.Cache)
        );
        Assert.Equal(
            await _case.DescriptorsAsync(new CacheFolder(Path.Combine(_case.Root, "other")), new ContainerSettings()),
            await _case.DescriptorsAsync(_case.Cache, new ContainerSettings())
        );
    }

    [Fact]
    public async Task A_package_that_is_replaced_later_is_hashed_again_the_next_time()
    {
        _case.Place("Small.dll", "small");
        using (var ahead = _case.Begin())
            ahead.Wait();
        _case.Place("Small.dll", "larger than before");
        using (var ahead = _case.Begin())
            ahead.Wait();
        _case.Publish();
        Assert.Equal(
            [("dependencies", LayerOrigin.Cache), ("app", LayerOrigin.Built)],
            await _case.RunAsync(_case.Cache)
        );
    }

    [Fact]
    public async Task Many_builds_over_one_cache_make_one_layer_and_one_image()
    {
        _case.Place("runtime.so", PublishAhead.Large, "Small.dll", "small");
        _case.Publish();
        var builds = Enumerable
            .Range(0, 20)
            .Select(number =>
                Task.Run(async () =>
                {
                    using var ahead = _case.Begin(new ContainerSettings(), number);
                    // Some are ended as soon as they have begun, as by a key.
                    if (number % 4 == 3)
                        return null;
                    return await _case.DescriptorsAsync(_case.Cache, new ContainerSettings(), ahead);
                })
            );
        var images = (await Task.WhenAll(builds)).OfType<string>().ToList();
        Assert.Equal(15, images.Count);
        Assert.Equal(
            [await _case.DescriptorsAsync(new CacheFolder(Path.Combine(_case.Root, "other")), new ContainerSettings())],
            images.Distinct()
        );
        // Two layers of packages and the app's, each a blob and a record.
        Assert.Equal(6, _case.Files().Count);
    }

    [Fact]
    public void A_failure_is_silent()
    {
        using (var ahead = _case.Begin())
            ahead.Wait();
        _case.Place("runtime.so", "runtime");
        File.WriteAllText(_case.Cache.Path, "no folder");
        using (var ahead = _case.Begin())
            ahead.Wait();
        using (
            var ahead = new LayersAhead(
                _case.Request() with
                {
                    OpenCache = () => throw new InvalidOperationException(),
                },
                TimeProvider.System
            )
        )
            ahead.Wait();
        File.Delete(Path.Combine(_case.Packages, "runtime.so"));
        using (
            var ahead = new LayersAhead(
                _case.Request("runtime.so") with
                {
                    OpenCache = () => new CacheFolder(Path.Combine(_case.Root, "other")),
                },
                TimeProvider.System
            )
        )
            ahead.Wait();
        Assert.Equal("no folder", File.ReadAllText(_case.Cache.Path));
        Assert.False(Directory.Exists(Path.Combine(_case.Root, "other")));
    }
}
