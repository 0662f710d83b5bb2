using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Containerize.Diagnostics;
using Containerize.TestKit.Registries;

namespace Containerize.Core.Tests.Dockerfiles.SharedCache;

/// <summary>Registries that take a connection and say nothing: a build does not wait for them.</summary>
public sealed class SilentCacheTests : IDisposable
{
    private const string Dockerfile = "FROM scratch\nCOPY f /f\nRUN once\n";

    private readonly TestBuild _build = new TestBuild().With("f", "f");
    private readonly TcpListener _silent = new(IPAddress.Loopback, 0);
    private readonly List<Socket> _taken = [];

    public SilentCacheTests()
    {
        _silent.Start();
        _ = Task.Run(async () =>
        {
            while (true)
            {
                var taken = await _silent.AcceptSocketAsync();
                lock (_taken)
                    _taken.Add(taken);
            }
        });
    }

    private string Cache => $"{_silent.LocalEndpoint}/team/app:cache";

    public void Dispose()
    {
        _silent.Dispose();
        _taken.ForEach(taken => taken.Dispose());
        _build.Dispose();
    }

    [Fact]
    public async Task A_silent_cache_is_left_out_after_the_limit()
    {
        using var machine = new FleetMachine(TimeSpan.FromMilliseconds(300));
        var watch = Stopwatch.StartNew();
        await machine.BuildAsync(_build, Dockerfile, from: Cache);
        // The client waits ten seconds for an answer, and tries it five times.
        Assert.InRange(watch.Elapsed, TimeSpan.FromMilliseconds(290), TimeSpan.FromSeconds(9));
        Assert.Equal(["once"], machine.Commands);
        var warning = Assert.Single(machine.Warnings);
        Assert.StartsWith($"CTZ0446 The cache {Cache} cannot be reached", warning, StringComparison.Ordinal);
        Assert.Contains("was silent for 0.3 s", warning, StringComparison.Ordinal);
    }

    [Fact] // as the services of a Compose file are
    public async Task Of_several_builds_that_read_and_write_one_waits()
    {
        using var machine = new FleetMachine(TimeSpan.FromMilliseconds(300));
        for (var build = 0; build < 3; build++)
        {
            var failure = await Assert.ThrowsAsync<ContainerizeException>(() =>
                machine.BuildAsync(_build, $"{Dockerfile}RUN {build}\n", from: Cache, to: Cache)
            );
            Assert.Equal(DiagnosticTable.SharedCacheNotWritten, failure.Diagnostic);
            Assert.Contains("was silent for 0.3 s", failure.Message, StringComparison.Ordinal);
        }

        Assert.Single(_taken);
        Assert.Equal(["once", "0", "1", "2"], machine.Commands);
    }

    [Fact]
    public async Task A_slow_cache_that_goes_on_answering_is_waited_for()
    {
        await using var registry = await TestRegistry.StartAsync();
        var cache = $"{registry.Authority}/team/app:cache";
        using var first = new FleetMachine();
        await first.BuildAsync(_build, Dockerfile, to: cache);
        registry.Script = async context =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(800), context.RequestAborted);
            return false;
        };
        using var second = new FleetMachine(TimeSpan.FromSeconds(2));
        await second.BuildAsync(_build, Dockerfile, from: cache);
        Assert.Empty(second.Warnings);
        Assert.Empty(second.Commands);
    }
}
