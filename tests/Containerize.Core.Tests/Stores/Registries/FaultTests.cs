using System.Collections.Concurrent;
using Containerize.Core.Tests.Http;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores.Registries.Client;
using Containerize.Stores.Registries.Pull;
using Containerize.TestKit.Images;
using Containerize.TestKit.Registries;
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
        var waits = new ConcurrentQueue<TimeSpan>();
        var time = new WatchedTime();
        time.Waits = wait =>
        {
            if (wait < Options.StallLimit)
            {
                waits.Enqueue(wait);
                time.Advance(wait);
            }
        };
        var refused = 0;
        await using var registry = await TestRegistry.StartAsync(async context =>
        {
            if (context.Request.Path == "/v2/" || Interlocked.Increment(ref refused) > 1)
                return false;
            context.Response.Headers.RetryAfter = "1";
            return await TestRegistry.RefuseAsync(context, 429, "TOOMANYREQUESTS");
        });
        await registry.AddAsync(App, SomeImage, "1.0");
        await PullAsync(registry, options: Options with { Time = time });
        Assert.Equal([TimeSpan.FromSeconds(1)], waits);
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
