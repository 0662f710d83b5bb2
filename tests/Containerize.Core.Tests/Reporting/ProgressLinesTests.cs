using Containerize.Core.Tests.Stores;
using Containerize.Entries;
using Containerize.Images;
using Containerize.IO;
using Containerize.Layers;
using Containerize.Reporting;
using Containerize.Stores.Registries;
using Containerize.Stores.Registries.Client;
using Containerize.Stores.Registries.Pull;
using Containerize.Stores.Registries.Push;
using Containerize.TestKit.Images;
using Containerize.TestKit.Registries;
using Microsoft.Extensions.Time.Testing;
using ImageLayer = Containerize.Images.Layer;

namespace Containerize.Core.Tests.Reporting;

/// <summary>The lines about long work, by a clock that the test moves.</summary>
public sealed class ProgressLinesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new();
    private readonly List<string> _lines = [];

    private ProgressLines Progress => field ??= new(_lines.Add, _time);

    [Fact]
    public void What_takes_less_than_two_seconds_says_nothing()
    {
        var work = new Work(WorkKind.Sending, "app", 1000);
        Go(work, 0, 0.9);
        Go(work, 500, 1);
        Go(work, 999, 0.1);
        Go(work, 1000, 9);
        Assert.Empty(_lines);
    }

    [Fact]
    public void Then_it_says_how_far_it_is_and_again_every_five_seconds_and_nothing_at_its_end()
    {
        var work = new Work(WorkKind.Sending, "runtime", 50_121_933);
        Go(work, 0, 2);
        Go(work, 12_900_000, 4.9);
        Go(work, 20_000_000, 0.1);
        Go(work, 30_000_000, 5);
        Go(work, 50_121_933, 5);
        Assert.Equal(["Sending runtime: 12.3 of 47.8 MiB", "Sending runtime: 28.6 of 47.8 MiB"], _lines);
    }

    [Fact]
    public void Each_piece_of_work_has_its_own_time_however_alike_they_are()
    {
        var (one, other) = (new Work(WorkKind.Fetching, "base", 900), new Work(WorkKind.Fetching, "base", 900));
        Go(one, 0, 2);
        Go(other, 0, 0);
        Go(other, 10, 0);
        Go(one, 20, 0);
        Assert.Equal(["Fetching base: 20 of 900 B"], _lines);
    }

    [Fact]
    public async Task A_slow_upload_says_how_many_bytes_the_registry_has()
    {
        await using var registry = await TestRegistry.StartAsync();
        var image = Image
            .Scratch(TestImages.Amd64)
            .With(Slow("runtime", 2 * 1024 * 1024), DateTimeOffset.UnixEpoch, "COPY");
        using var client = new RegistryClient(new RegistryOptions { Progress = Progress });
        await new RegistrySink(registry.Authority, "app", ["1"], client).PushAsync(
            image,
            TestContext.Current.CancellationToken
        );
        Assert.Equal(
            ["Sending runtime: 0.3 of 2.0 MiB", "Sending runtime: 0.9 of 2.0 MiB", "Sending runtime: 1.5 of 2.0 MiB"],
            _lines
        );
    }

    [Fact]
    public async Task A_slow_download_is_told_by_its_repository_and_digest()
    {
        await using var registry = await TestRegistry.StartAsync();
        var image = TestImages.Create("some", 3_000_000);
        await registry.AddAsync("dotnet/aspnet", image, "10.0");
        using var client = new RegistryClient(new RegistryOptions { Progress = Progress });
        var pulled = await new RegistrySource(
            ImageReference.Parse($"{registry.Authority}/dotnet/aspnet:10.0"),
            client
        ).PullAsync(TestImages.Amd64, TestContext.Current.CancellationToken);
        await using var stream = await pulled.Layers[0].Blob.OpenAsync(TestContext.Current.CancellationToken);
        await stream.ReadExactlyAsync(new byte[1_000_000], TestContext.Current.CancellationToken);
        Assert.Empty(_lines);
        _time.Advance(TimeSpan.FromSeconds(2));
        await stream.ReadExactlyAsync(new byte[1], TestContext.Current.CancellationToken);
        var line = Assert.Single(_lines);
        Assert.StartsWith(
            $"Fetching dotnet/aspnet {image.Layers[0].Blob.Descriptor.Digest.Hex[..12]}: ",
            line,
            StringComparison.Ordinal
        );
        Assert.EndsWith(" of 2.9 MiB", line, StringComparison.Ordinal);
    }

    [Fact]
    public void Slow_packing_counts_the_bytes_of_the_files()
    {
        var files = Enumerable
            .Range(0, 3)
            .Select(i => new LayerEntry(ContainerPath.Parse($"/app/{i}"), EntryKind.File, 420)
            {
                Content = new FileContent(
                    1 << 16,
                    () => new SlowStream(TestImages.Bytes("file", 1 << 16), _time),
                    "file"
                ),
            });
        new LayerWriter(_folder.Root, LayerEncoding.Default, Progress).Write(
            new PlannedLayer("runtime", [.. files]),
            TestContext.Current.CancellationToken
        );
        Assert.Equal(["Packing runtime: 128.0 of 192.0 KiB"], _lines);
    }

    public void Dispose() => _folder.Dispose();

    private void Go(Work work, long done, double thenSeconds)
    {
        Progress.Report(new WorkProgress(work, done));
        _time.Advance(TimeSpan.FromSeconds(thenSeconds));
    }

    private ImageLayer Slow(string name, int size) =>
        TestImages.Layer(name, size) is var layer
            ? layer with
            {
                Blob = layer.Blob with
                {
                    OpenAsync = _ => Task.FromResult<Stream>(new SlowStream(TestImages.Bytes(name, size), _time)),
                },
            }
            : null!;
}
