using System.Collections.Concurrent;
using System.Diagnostics;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores.Registries.Client;
using Containerize.Stores.Registries.Pull;
using Containerize.Stores.Registries.Push;
using Containerize.TestKit.Images;
using Containerize.TestKit.Registries;
using Microsoft.AspNetCore.Http;

namespace Containerize.Core.Tests.Stores.Registries;

/// <summary>Blobs on their way that break off, stall, or are not what they should be.</summary>
public sealed class TransferFaultTests : RegistryTest
{
    private static readonly Image SomeImage = TestImages.Create("some", 100_000, 3);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_download_that_breaks_off_goes_on_where_it_was(bool knowsRange)
    {
        await using var registry = await TestRegistry.StartAsync();
        await registry.AddAsync(App, SomeImage, "1.0");
        var layer = SomeImage.Layers[0].Blob.Descriptor;
        registry.Script = async context =>
        {
            if (!context.Request.Path.Value!.EndsWith(layer.Digest.ToString(), StringComparison.Ordinal))
                return false;
            var from = context.Request.GetTypedHeaders().Range?.Ranges.Single().From ?? 0;
            if (!knowsRange)
                context.Request.Headers.Remove("Range");
            if (from >= 60_000)
                return false;
            var bytes = registry.Blobs[(App, layer.Digest.ToString())][(knowsRange ? (int)from : 0)..];
            context.Response.StatusCode = knowsRange && from > 0 ? 206 : 200;
            if (context.Response.StatusCode == 206)
                context.Response.Headers.ContentRange = $"bytes {from}-99999/100000";
            context.Response.ContentLength = bytes.Length;
            await context.Response.Body.WriteAsync(bytes.AsMemory(0, knowsRange ? 20_000 : (int)from + 20_000));
            await context.Response.Body.FlushAsync();
            await Task.Delay(50); // what was written is to arrive before the end does
            context.Abort();
            return true;
        };
        await PullAsync(registry);
        Assert.InRange(
            registry.Seen.Count(seen => seen.Path.EndsWith(layer.Digest.ToString(), StringComparison.Ordinal)),
            3,
            10
        );
    }

    [Fact]
    public async Task What_stalls_is_ended()
    {
        await using var registry = await TestRegistry.StartAsync(async context =>
        {
            if (context.Request.Path != "/v2/")
                await Task.Delay(Timeout.Infinite, context.RequestAborted)
                    .ContinueWith(_ => { }, TaskScheduler.Default);
            return false;
        });
        var options = Options with { StallLimit = TimeSpan.FromSeconds(0.2), Attempts = 2 };
        await AssertFailsAsync(
            DiagnosticTable.TransferStalled,
            () => PullAsync(registry, options: options),
            "nothing moved",
            registry.Authority
        );
        Assert.Equal(2, registry.Seen.Count(seen => seen.Path != "/v2/"));
    }

    [Fact]
    public async Task An_upload_that_stalls_is_ended_and_one_that_creeps_is_not()
    {
        var creep = false;
        await using var registry = await TestRegistry.StartAsync(async context =>
        {
            if (context.Request.Method is "PUT" or "PATCH" && context.Request.ContentLength > 1_000_000)
            {
                var body = new MemoryStream();
                for (var buffer = new byte[2_000_000]; !creep || body.Length < context.Request.ContentLength; )
                {
                    if (creep)
                        body.Write(
                            buffer,
                            0,
                            await context.Request.Body.ReadAtLeastAsync(
                                buffer,
                                buffer.Length,
                                throwOnEndOfStream: false,
                                context.RequestAborted
                            )
                        );
                    await Task.Delay(400, context.RequestAborted);
                }

                body.Position = 0;
                context.Request.Body = body;
            }

            return false;
        });
        var large = TestImages.Create("large", 20_000_000);
        var options = Options with { StallLimit = TimeSpan.FromSeconds(0.6), Attempts = 1 };
        await AssertFailsAsync(DiagnosticTable.TransferStalled, () => PushAsync(registry, large, options));
        Assert.Empty(registry.Manifests);
        creep = true;
        var clock = Stopwatch.StartNew();
        await PushAsync(registry, large, options with { StallLimit = TimeSpan.FromSeconds(3) });
        AssertHolds(registry, large);
        Assert.InRange(clock.Elapsed.TotalSeconds, 3, 60); // in all longer than nothing may move
    }

    [Theory]
    [InlineData("HEAD")]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("GET")]
    [InlineData("wait")]
    public async Task A_cancelled_run_ends_within_a_second(string where)
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        await using var registry = await TestRegistry.StartAsync(async context =>
        {
            if (context.Request.Path == "/v2/" || (context.Request.Method != where && where != "wait"))
                return false;
            source.CancelAfter(100);
            if (where == "wait")
                return await TestRegistry.RefuseAsync(context, 503, "UNAVAILABLE");
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            return true;
        });
        using var client = new RegistryClient(Options with { RetryDelay = TimeSpan.FromSeconds(30) });
        var clock = new Stopwatch();
        source.Token.Register(clock.Start);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            where == "GET"
                ? new RegistrySource(ImageReference.Parse($"{registry.Authority}/{App}:1.0"), client).PullAsync(
                    TestImages.Amd64,
                    source.Token
                )
                : new RegistrySink(registry.Authority, App, ["1.0"], client).PushAsync(SomeImage, source.Token)
        );
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 1);
        Assert.Empty(registry.Manifests);
    }

    [Fact]
    public async Task A_blob_of_several_images_is_sent_once()
    {
        await using var registry = await TestRegistry.StartAsync();
        using var client = new RegistryClient(Options);
        var shared = TestImages.Create("shared", 3_000_000);
        var images = Enumerable
            .Range(0, 5)
            .Select(i => shared.With(TestImages.Layer($"own {i}", 10), DateTimeOffset.UnixEpoch, "COPY"))
            .ToArray();
        await Task.WhenAll(
            images.Select(
                (image, i) => new RegistrySink(registry.Authority, App, [$"t{i}"], client).PushAsync(image, Cancelled)
            )
        );
        Assert.Single(
            registry.Seen,
            seen =>
                seen.Method == "PUT"
                && seen.Query.EndsWith(shared.Layers[0].DiffId.ToString(), StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Only_so_many_blobs_are_sent_at_once()
    {
        var (now, most) = (0, new ConcurrentBag<int>());
        await using var registry = await TestRegistry.StartAsync(async context =>
        {
            if (context.Request.Method is not ("POST" or "PUT"))
                return false;
            most.Add(Interlocked.Increment(ref now));
            await Task.Delay(10);
            Interlocked.Decrement(ref now);
            return false;
        });
        await PushAsync(
            registry,
            TestImages.Create("many", [.. Enumerable.Range(1, 30)]),
            Options with
            {
                ParallelUploads = 3,
            }
        );
        Assert.Equal(3, most.Max());
    }

    [Fact]
    public async Task What_is_wrong_with_the_source_is_not_blamed_on_the_registry()
    {
        await using var registry = await TestRegistry.StartAsync();
        var layer = TestImages.Layer("lost", 3_000_000);
        var failure = new ContainerizeException(DiagnosticTable.FileChanged, "The layer vanished.");
        var image = SomeImage.With(
            layer with
            {
                Blob = layer.Blob with { OpenAsync = _ => throw failure },
            },
            DateTimeOffset.UnixEpoch,
            "COPY"
        );
        Assert.Same(failure, await AssertFailsAsync(DiagnosticTable.FileChanged, () => PushAsync(registry, image)));
        Assert.Empty(registry.Manifests);
        Assert.Single(registry.Seen, seen => seen.Method == "PUT" && seen.Length == 3_000_000);
    }

    [Fact]
    public async Task A_source_with_other_bytes_than_it_says_uploads_nothing()
    {
        await using var registry = await TestRegistry.StartAsync();
        var layer = TestImages.Layer("wrong", 300_000);
        var descriptor = layer.Blob.Descriptor;
        var bytes = new byte[300_000];
        var image = SomeImage.With(
            layer with
            {
                Blob = layer.Blob with
                {
                    OpenAsync = _ =>
                        Task.FromResult<Stream>(new VerifyingStream(new MemoryStream(bytes), descriptor, "The cache")),
                },
            },
            DateTimeOffset.UnixEpoch,
            "COPY"
        );
        await AssertFailsAsync(DiagnosticTable.DigestMismatch, () => PushAsync(registry, image), "The cache");
        Assert.DoesNotContain((App, Digest.Of(bytes).ToString()), registry.Blobs.Keys);
        Assert.Empty(registry.Manifests);
    }
}
