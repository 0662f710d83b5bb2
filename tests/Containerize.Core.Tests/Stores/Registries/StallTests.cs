using Containerize.Core.Tests.Http;
using Containerize.Core.Tests.Reporting;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores.Registries.Client;
using Containerize.Stores.Registries.Pull;
using Containerize.Stores.Registries.Push;
using Containerize.TestKit.Images;
using Containerize.TestKit.Registries;

namespace Containerize.Core.Tests.Stores.Registries;

/// <summary>Registries that do not answer, by a clock that stands still until a test moves it.</summary>
public sealed class StallTests : RegistryTest
{
    private static readonly Image SomeImage = TestImages.Create("some", 100_000, 3);

    /// <summary>What takes longer hangs; no test that passes comes near it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task What_stalls_is_ended()
    {
        var time = new WatchedTime();
        time.Waits = wait =>
        {
            if (wait < Options.StallLimit)
                time.Advance(wait);
        };
        await using var registry = await TestRegistry.StartAsync(async context =>
        {
            if (context.Request.Path == "/v2/")
                return false;
            time.Advance(Options.StallLimit);
            await UntilHungUpAsync(context);
            return true;
        });
        var options = Options with { Time = time, Attempts = 2 };
        await AssertFailsAsync(
            DiagnosticTable.TransferStalled,
            () => PullAsync(registry, options: options),
            "nothing moved",
            registry.Authority
        );
        Assert.Equal(2, registry.Seen.Count(seen => seen.Path != "/v2/"));
    }

    [Fact]
    public async Task An_upload_that_stalls_is_ended()
    {
        var time = new WatchedTime();
        await using var registry = await TestRegistry.StartAsync(async context =>
        {
            if (context.Request.Method is not ("PUT" or "PATCH") || context.Request.ContentLength < 1_000_000)
                return false;
            await context.Request.Body.ReadExactlyAsync(new byte[2_000_000], context.RequestAborted);
            time.Advance(Options.StallLimit);
            await UntilHungUpAsync(context);
            return true;
        });
        var options = Options with { Time = time, Attempts = 1 };
        await AssertFailsAsync(
            DiagnosticTable.TransferStalled,
            () => PushAsync(registry, TestImages.Create("large", 20_000_000), options)
        );
        Assert.Empty(registry.Manifests);
    }

    [Fact]
    public async Task An_upload_that_creeps_is_not_ended()
    {
        var time = new WatchedTime();
        var layer = TestImages.Layer("creeps", 5_000_000);
        var bytes = await TestImages.BytesAsync(layer.Blob);
        var image = SomeImage.With(
            layer with
            {
                Blob = layer.Blob with { OpenAsync = _ => Task.FromResult<Stream>(new SlowStream(bytes, time)) },
            },
            DateTimeOffset.UnixEpoch,
            "COPY"
        );
        await using var registry = await TestRegistry.StartAsync();
        var start = time.GetUtcNow();
        // One at a time: no other request waits for its answer while the clock moves.
        await PushAsync(registry, image, Options with { Time = time, Attempts = 1, ParallelUploads = 1 });
        AssertHolds(registry, image);
        Assert.True(time.GetUtcNow() - start > 3 * Options.StallLimit, "In all it takes longer than nothing may move.");
    }

    [Theory]
    [InlineData("HEAD")]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("GET")]
    [InlineData("wait")]
    public async Task A_cancelled_run_ends_without_a_wait(string where)
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        // A clock that stands still: no limit ends what the cancelling does not end.
        var time = new WatchedTime();
        time.Waits = wait =>
        {
            if (where == "wait" && wait > Options.StallLimit)
                source.Cancel();
        };
        await using var registry = await TestRegistry.StartAsync(async context =>
        {
            if (context.Request.Path == "/v2/" || (context.Request.Method != where && where != "wait"))
                return false;
            if (where == "wait")
                return await TestRegistry.RefuseAsync(context, 503, "UNAVAILABLE");
            await source.CancelAsync();
            await UntilHungUpAsync(context);
            return true;
        });
        using var client = new RegistryClient(Options with { Time = time, RetryDelay = TimeSpan.FromSeconds(30) });
        var run =
            where == "GET"
                ? new RegistrySource(ImageReference.Parse($"{registry.Authority}/{App}:1.0"), client).PullAsync(
                    TestImages.Amd64,
                    source.Token
                )
                : (Task)new RegistrySink(registry.Authority, App, ["1.0"], client).PushAsync(SomeImage, source.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run.WaitAsync(Patience, Cancelled));
        Assert.Empty(registry.Manifests);
    }
}
