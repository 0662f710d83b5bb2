using System.Collections.Concurrent;
using System.Diagnostics;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores.Registries.Client;
using Containerize.Stores.Registries.Pull;
using Containerize.Stores.Registries.Push;
using Microsoft.AspNetCore.Http;

namespace Containerize.Core.Tests.Stores.Registries;

public sealed class FaultTests : RegistryTest
{
    private static readonly Image SomeImage = TestImages.Create("some", 100_000, 3);

    [Theory]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(499)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    [InlineData(522)]
    public async Task A_status_that_may_pass_does_no_harm_before_any_request(int status)
    {
        for (var victim = 1; ; victim++)
        {
            var count = 0;
            await using var registry = await TestRegistry.StartAsync(async context =>
                Interlocked.Increment(ref count) == victim
                && await TestRegistry.RefuseAsync(context, status, "UNAVAILABLE")
            );
            await PushAsync(registry, SomeImage);
            AssertHolds(registry, SomeImage);
            Assert.Equal(SomeImage.Digest, (await PullAsync(registry)).Digest);
            if (count < victim)
                break;
        }
    }

    [Theory]
    [InlineData(500, 5)]
    [InlineData(400, 1)]
    [InlineData(403, 1)]
    public async Task A_status_that_stays_ends_the_run(int status, int attempts)
    {
        await using var registry = await TestRegistry.StartAsync(async context =>
            context.Request.Path.Value!.EndsWith("/1.0", StringComparison.Ordinal)
            && await TestRegistry.RefuseAsync(context, status, "UNKNOWN", "broken")
        );
        await Assert.ThrowsAsync<ContainerizeException>(() => PullAsync(registry));
        Assert.Equal(attempts, registry.Seen.Count(seen => seen.Path.EndsWith("/1.0", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_registry_says_how_long_to_wait()
    {
        var clock = new Stopwatch();
        await using var registry = await TestRegistry.StartAsync(async context =>
        {
            if (clock.IsRunning || context.Request.Path == "/v2/")
                return false;
            clock.Start();
            context.Response.Headers.RetryAfter = "1";
            return await TestRegistry.RefuseAsync(context, 429, "TOOMANYREQUESTS");
        });
        await registry.AddAsync(App, SomeImage, "1.0");
        await PullAsync(registry);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0.95, 10);
    }

    [Fact]
    public async Task A_registry_that_asks_for_hours_is_not_waited_for()
    {
        await using var registry = await TestRegistry.StartAsync(async context =>
        {
            context.Response.Headers.RetryAfter = "21600";
            return await TestRegistry.RefuseAsync(
                context,
                429,
                "TOOMANYREQUESTS",
                "You have reached your pull rate limit."
            );
        });
        await AssertFailsAsync(
            DiagnosticTable.RegistryRefused,
            () => PullAsync(registry),
            "429",
            "pull rate limit",
            "log in, or wait"
        );
        Assert.Single(registry.Seen, seen => seen.Path != "/v2/");
    }

    [Fact]
    public async Task A_blob_whose_answer_is_lost_is_not_sent_twice()
    {
        var lost = 0;
        await using var registry = await TestRegistry.StartAsync(context =>
        {
            if (
                context.Request.Method == "PUT"
                && context.Request.Path.Value!.Contains("/uploads/", StringComparison.Ordinal)
                && Interlocked.Increment(ref lost) == 1
            )
                context.Response.OnStarting(() =>
                {
                    context.Abort();
                    return Task.CompletedTask;
                });
            return Task.FromResult(false);
        });
        await PushAsync(registry, SomeImage, Options with { ParallelUploads = 1 });
        AssertHolds(registry, SomeImage);
        Assert.Equal(3, registry.Seen.Count(seen => seen.Method == "POST"));
    }

    [Fact]
    public async Task A_manifest_that_was_changed_on_its_way_does_not_keep_the_tag()
    {
        var changed = 0;
        await using var registry = await TestRegistry.StartAsync();
        registry.Script = async context =>
        {
            if (
                context.Request.Method != "PUT"
                || !context.Request.Path.Value!.EndsWith("/1.0", StringComparison.Ordinal)
                || Interlocked.Increment(ref changed) > 1
            )
                return false;
            context.Response.Headers["Docker-Content-Digest"] = registry
                .AddManifest(App, MediaTypes.OciManifest, [1, 2, 3], "1.0")
                .ToString();
            context.Response.StatusCode = 201;
            await context.Request.Body.CopyToAsync(Stream.Null);
            return true;
        };
        await PushAsync(registry, SomeImage);
        AssertHolds(registry, SomeImage);
    }

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

    [Fact]
    public async Task A_connection_that_does_not_come_about_ends_in_a_code()
    {
        using var deaf = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        deaf.Start();
        using var client = new RegistryClient(
            Options with
            {
                ConnectLimit = TimeSpan.FromSeconds(0.1),
                StallLimit = TimeSpan.FromSeconds(0.3),
                Attempts = 2,
            }
        );
        await AssertFailsAsync(
            DiagnosticTable.TransferStalled,
            () =>
                new RegistrySource(ImageReference.Parse($"{deaf.LocalEndpoint}/{App}:1.0"), client).PullAsync(
                    TestImages.Amd64,
                    Cancelled
                ),
            deaf.LocalEndpoint.ToString()!
        );
    }

    [Fact]
    public async Task A_server_that_does_not_answer_expectations_is_not_asked_again()
    {
        await using var registry = await TestRegistry.StartAsync(async context =>
            context.Request.Headers.Expect.Count > 0 && await TestRegistry.RefuseAsync(context, 417, "EXPECTATION")
        );
        var large = TestImages.Create("large", 3_000_000);
        await PushAsync(registry, large);
        AssertHolds(registry, large);
    }

    [Fact]
    public async Task A_layer_that_may_not_be_distributed_stays_where_it_is()
    {
        await using var registry = await TestRegistry.StartAsync();
        var layer = TestImages.Layer("foreign", 100);
        var blob = layer.Blob with
        {
            Descriptor = layer.Blob.Descriptor with { Urls = ["https://elsewhere.example/layer"] },
            OpenAsync = _ => throw new InvalidOperationException("not to be opened"),
        };
        await PushAsync(registry, SomeImage.With(layer with { Blob = blob }, DateTimeOffset.UnixEpoch, "COPY"));
        Assert.DoesNotContain((App, layer.DiffId.ToString()), registry.Blobs.Keys);
    }

    [Fact]
    public async Task What_the_registry_wants_to_say_is_said_once()
    {
        await using var registry = await TestRegistry.StartAsync(context =>
        {
            context.Response.Headers.Append("Warning", "299 - \"This registry \\nis going away\"");
            return Task.FromResult(false);
        });
        var said = new ConcurrentQueue<string>();
        await PushAsync(registry, SomeImage, Options with { Warn = said.Enqueue });
        Assert.Contains("is going away", Assert.Single(said), StringComparison.Ordinal);
    }
}
