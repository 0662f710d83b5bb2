using Containerize.Dockerfiles.Stages;
using Containerize.TestKit.Registries;
using Microsoft.AspNetCore.Http;

namespace Containerize.Core.Tests.Dockerfiles.SharedCache;

/// <summary>What an empty machine asks for at the same time, and only once.</summary>
public sealed class SideBySideTests : IAsyncLifetime
{
    private const string Dockerfile = "FROM base\nRUN one\nRUN two\nCOPY f /f\n";

    private readonly TestBuild _build = new TestBuild().With("f", "f").WithSystem("base");
    private TestRegistry _registry = null!;

    private string Cache => $"{_registry.Authority}/team/app:cache";

    public async ValueTask InitializeAsync() => _registry = await TestRegistry.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _registry.DisposeAsync();
        _build.Dispose();
    }

    [Fact]
    public async Task The_cache_is_read_while_the_base_is_looked_up()
    {
        using var first = new FleetMachine();
        await first.BuildAsync(_build, Dockerfile, to: Cache);
        var asked = new TaskCompletionSource();
        _registry.Script = context =>
        {
            if (context.Request.Path.Value!.EndsWith("/manifests/cache", StringComparison.Ordinal))
                asked.TrySetResult();
            return Task.FromResult(false);
        };
        using var second = new FleetMachine();
        await second.BuildAsync(
            _build,
            Dockerfile,
            from: Cache,
            with: build =>
                build with
                {
                    Sources = async (name, platform, token) =>
                    {
                        await asked.Task.WaitAsync(TimeSpan.FromSeconds(20), token);
                        return await build.Sources(name, platform, token);
                    },
                }
        );
        Assert.Empty(second.Commands);

        // Where steps are known the folder is asked first, and has all of them.
        _registry.Seen.Clear();
        await first.BuildAsync(_build, Dockerfile, from: Cache);
        Assert.Empty(_registry.Seen);
    }

    [Fact]
    public async Task Layers_are_fetched_at_the_same_time_and_once()
    {
        using var first = new FleetMachine();
        var image = await first.BuildAsync(_build, Dockerfile, to: Cache);
        var own = LayersOf(image);
        var all = new TaskCompletionSource();
        var seen = 0;
        _registry.Script = async context =>
        {
            if (Names(context, own))
            {
                if (Interlocked.Increment(ref seen) == own.Count)
                    all.SetResult();
                await all.Task.WaitAsync(TimeSpan.FromSeconds(20), context.RequestAborted);
            }

            return false;
        };
        using var second = new FleetMachine();
        var again = await second.BuildAsync(
            _build,
            Dockerfile,
            from: Cache,
            with: build => build with { BringsLayers = true }
        );
        Assert.Equal(image.Image.Digest, again.Image.Digest);
        Assert.Empty(second.Commands);
        Assert.Equal(own.Count, seen);
        Assert.Equal(3, own.Count);
    }

    [Fact]
    public async Task A_build_that_fails_ends_what_it_fetches()
    {
        using var first = new FleetMachine();
        var own = LayersOf(await first.BuildAsync(_build, Dockerfile, to: Cache));
        var begun = new TaskCompletionSource();
        var ended = new TaskCompletionSource();
        _registry.Script = async context =>
        {
            if (!Names(context, own))
                return false;
            begun.TrySetResult();
            context.RequestAborted.Register(() => ended.TrySetResult());
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
            return true;
        };
        using var second = new FleetMachine();
        await Assert.ThrowsAsync<TimeoutException>(() =>
            second.BuildAsync(
                _build,
                Dockerfile + "COPY --from=gone f /g\n",
                from: Cache,
                with: build =>
                    build with
                    {
                        BringsLayers = true,
                        Sources = async (name, platform, token) =>
                        {
                            if (name != "gone")
                                return await build.Sources(name, platform, token);
                            await begun.Task.WaitAsync(TimeSpan.FromSeconds(20), token);
                            throw new TimeoutException("gone");
                        },
                    }
            )
        );
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
    }

    private static List<string> LayersOf(DockerfileImage image) =>
        [.. image.Image.Layers[1..].Select(layer => layer.Blob.Descriptor.Digest.ToString())];

    private static bool Names(HttpContext context, List<string> digests) =>
        digests.Exists(digest => context.Request.Path.Value!.EndsWith(digest, StringComparison.Ordinal));
}
