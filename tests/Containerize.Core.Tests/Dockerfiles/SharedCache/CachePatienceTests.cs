using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Containerize.Diagnostics;
using Containerize.Stores.Registries;
using Containerize.TestKit.Registries;
using Microsoft.AspNetCore.Http;

namespace Containerize.Core.Tests.Dockerfiles.SharedCache;

/// <summary>The wait for a cache is bounded by the time without a byte of it, whatever its registry does.</summary>
public sealed class CachePatienceTests : IDisposable
{
    private const string Dockerfile = "FROM scratch\nCOPY f /f\nRUN once\n",
        Repository = "team/app";

    private readonly TestBuild _build = new TestBuild().With("f", "f");
    private readonly Stopwatch _watch = new();

    public void Dispose() => _build.Dispose();

    [Fact]
    public async Task A_registry_that_asks_for_more_time_than_is_left_is_given_up_at_once()
    {
        await using var registry = await FilledAsync();
        registry.Script = context => RefuseAsync(context, "30");
        using var machine = new FleetMachine(TimeSpan.FromSeconds(4));
        await BuildAsync(machine, registry);
        Assert.InRange(_watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(3.5));
        Assert.Contains("was refused: 429", Assert.Single(machine.Warnings), StringComparison.Ordinal);
        var asked = registry.Seen.Count;
        await machine.BuildAsync(_build, Dockerfile + "RUN two\n", from: CacheOf(registry));
        Assert.Equal(asked, registry.Seen.Count);
        Assert.Equal(2, machine.Warnings.Count);
    }

    [Fact]
    public async Task A_registry_that_asks_for_less_is_waited_for()
    {
        await using var registry = await FilledAsync();
        var refusals = 2;
        registry.Script = async context => IsOfCache(context) && refusals-- > 0 && await RefuseAsync(context, "1");
        using var machine = new FleetMachine(TimeSpan.FromSeconds(5));
        await BuildAsync(machine, registry);
        Assert.InRange(_watch.Elapsed, TimeSpan.FromSeconds(1.9), TimeSpan.FromSeconds(20));
        Assert.Empty(machine.Warnings);
        Assert.Empty(machine.Commands);
    }

    [Fact]
    public async Task It_is_asked_again_when_the_time_that_it_asked_for_is_over()
    {
        await using var registry = await FilledAsync();
        registry.Script = context => RefuseAsync(context, "2");
        using var machine = new FleetMachine(TimeSpan.FromSeconds(1));
        await BuildAsync(machine, registry);
        Assert.Single(machine.Warnings);
        registry.Script = _ => Task.FromResult(false);
        await Task.Delay(TimeSpan.FromSeconds(2.1), TestContext.Current.CancellationToken);
        await machine.BuildAsync(_build, Dockerfile + "RUN two\n", from: CacheOf(registry), to: CacheOf(registry));
        Assert.Single(machine.Warnings);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task Refusals_do_not_begin_the_time_again(int status)
    {
        await using var registry = await FilledAsync();
        registry.Script = async context => IsOfCache(context) && await RefuseAsync(context, "1", status);
        using var machine = new FleetMachine(TimeSpan.FromSeconds(2.5));
        registry.Seen.Clear();
        await BuildAsync(machine, registry);
        Assert.InRange(registry.Seen.Count(seen => seen.Path != "/v2/"), 1, 3);
        Assert.Contains($"was refused: {status}", Assert.Single(machine.Warnings), StringComparison.Ordinal);
        Assert.Equal(["once"], machine.Commands);
    }

    [Fact]
    public async Task A_registry_that_drops_each_connection_is_given_up_within_the_limit_and_not_asked_again()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var taken = 0;
        _ = DropAsync();
        var cache = $"{listener.LocalEndpoint}/{Repository}:cache";
        // After the first wait there is no time for the second one, which is twice as long.
        using var machine = new FleetMachine(
            TimeSpan.FromSeconds(1),
            options => options with { RetryDelay = TimeSpan.FromSeconds(0.6) }
        );
        _watch.Start();
        await AssertNotWrittenAsync();
        // Without the limit it is asked five times, with waits that double from half a second on.
        Assert.InRange(_watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(9));
        Assert.Contains("got no answer", Assert.Single(machine.Warnings), StringComparison.Ordinal);
        Assert.NotEqual(0, taken);
        var before = taken;
        await AssertNotWrittenAsync();
        Assert.Equal(before, taken);

        async Task AssertNotWrittenAsync()
        {
            var failure = await Assert.ThrowsAsync<ContainerizeException>(() =>
                machine.BuildAsync(_build, Dockerfile, from: cache, to: cache)
            );
            Assert.Equal(DiagnosticTable.SharedCacheNotWritten, failure.Diagnostic);
        }

        async Task DropAsync()
        {
            try
            {
                while (true)
                {
                    using var socket = await listener.AcceptSocketAsync(TestContext.Current.CancellationToken);
                    Interlocked.Increment(ref taken);
                    socket.LingerState = new LingerOption(true, 0);
                }
            }
            catch (Exception exception) when (exception is SocketException or OperationCanceledException) { }
        }
    }

    [Fact] // It may ask the user to unlock something.
    public async Task The_time_of_a_slow_credential_helper_does_not_count()
    {
        await using var registry = await FilledAsync();
        registry.Script = context =>
        {
            if (context.Request.Headers.Authorization.Count > 0)
                return Task.FromResult(false);
            context.Response.StatusCode = 401;
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"a test\"";
            return Task.FromResult(true);
        };
        using var machine = new FleetMachine(
            TimeSpan.FromSeconds(2),
            options => options with { Credentials = new SlowCredentials(), InsecureRegistries = ["127.0.0.1"] }
        );
        await BuildAsync(machine, registry);
        Assert.Empty(machine.Warnings);
        Assert.Empty(machine.Commands);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_list_that_comes_slowly_is_waited_for_while_it_comes(bool isManifest)
    {
        await using var registry = await FilledAsync();
        var (type, manifest) = registry.Manifests[(Repository, "cache")];
        var list = ListOf(registry);
        registry.Script = async context =>
        {
            if (!context.Request.Path.Value!.EndsWith(isManifest ? "/cache" : list, StringComparison.Ordinal))
                return false;
            var bytes = isManifest ? manifest : registry.Blobs[(Repository, list)];
            (context.Response.ContentType, context.Response.ContentLength) = (type, bytes.Length);
            foreach (var part in bytes.Chunk((bytes.Length / 10) + 1))
            {
                await context.Response.Body.WriteAsync(part, context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                await Task.Delay(TimeSpan.FromSeconds(1), context.RequestAborted);
            }

            return true;
        };
        // A busy machine may hold a part back for seconds.
        using var machine = new FleetMachine(TimeSpan.FromSeconds(7));
        await BuildAsync(machine, registry);
        Assert.InRange(_watch.Elapsed, TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(60));
        Assert.Empty(machine.Warnings);
        Assert.Empty(machine.Commands);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    public async Task A_layer_that_stops_to_come_is_made_here(int sent)
    {
        await using var registry = await FilledAsync();
        var list = ListOf(registry);
        registry.Script = async context =>
        {
            var path = context.Request.Path.Value!;
            if (!path.Contains("/blobs/", StringComparison.Ordinal) || path.EndsWith(list, StringComparison.Ordinal))
                return false;
            if (sent > 0)
            {
                var bytes = registry.Blobs[(Repository, path[(path.LastIndexOf('/') + 1)..])];
                context.Response.ContentLength = bytes.Length;
                await context.Response.Body.WriteAsync(bytes.AsMemory(0, sent), context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
            }

            await Task.Delay(Timeout.Infinite, context.RequestAborted);
            return true;
        };
        using var machine = new FleetMachine(TimeSpan.FromSeconds(2));
        await BuildAsync(machine, registry);
        // The client waits ten seconds for what is needed, and tries it five times.
        Assert.InRange(_watch.Elapsed, TimeSpan.FromSeconds(1.9), TimeSpan.FromSeconds(9));
        Assert.Contains("is not used in this build", Assert.Single(machine.Warnings), StringComparison.Ordinal);
        Assert.Equal(["once"], machine.Commands);
        // Its lists may be read all the same, and a cache be written.
        registry.Script = _ => Task.FromResult(false);
        await machine.BuildAsync(_build, Dockerfile, to: CacheOf(registry));
        Assert.Single(machine.Warnings);
    }

    private static string CacheOf(TestRegistry registry) => $"{registry.Authority}/{Repository}:cache";

    private static string ListOf(TestRegistry registry) =>
        (string)JsonNode.Parse(registry.Manifests[(Repository, "cache")].Bytes)!["config"]!["digest"]!;

    private static bool IsOfCache(HttpContext context) => context.Request.Path != "/v2/";

    private static Task<bool> RefuseAsync(HttpContext context, string after, int status = 429)
    {
        if (!IsOfCache(context))
            return Task.FromResult(false);
        context.Response.Headers.RetryAfter = after;
        return TestRegistry.RefuseAsync(context, status, "TOOMANYREQUESTS");
    }

    private async Task<TestRegistry> FilledAsync()
    {
        var registry = await TestRegistry.StartAsync();
        using var first = new FleetMachine();
        await first.BuildAsync(_build, Dockerfile, to: CacheOf(registry));
        return registry;
    }

    private async Task BuildAsync(FleetMachine machine, TestRegistry registry)
    {
        _watch.Restart();
        await machine.BuildAsync(_build, Dockerfile, from: CacheOf(registry));
    }

    private sealed class SlowCredentials : ICredentialSource
    {
        public async Task<Credential?> FindAsync(CredentialRequest request, CancellationToken cancellationToken)
        {
            await Task.Delay(TimeSpan.FromSeconds(4), cancellationToken);
            return new Credential("someone", "something", "a slow helper");
        }
    }
}
