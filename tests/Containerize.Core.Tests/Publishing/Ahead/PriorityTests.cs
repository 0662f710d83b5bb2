using System.Collections.Concurrent;
using System.Globalization;
using Containerize.IO;
using Containerize.Publishing.Ahead;

namespace Containerize.Core.Tests.Publishing.Ahead;

/// <summary>Which work yields to the compiler, and which does not, for a run may wait for it.</summary>
public sealed class PriorityTests : IDisposable
{
    private readonly PublishAhead _case = new();

    public void Dispose() => _case.Dispose();

    [Fact]
    public void What_holds_the_lock_of_a_layer_does_not_yield_to_others()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The priority of a thread is read from /proc.");
        var seen = new ConcurrentBag<int>();
        _case.Place("runtime.so", PublishAhead.Large, "Small.dll", "small");
        var request = _case.Request() with
        {
            OpenCache = () =>
            {
                seen.Add(NiceOfThread());
                return _case.Cache;
            },
            Progress = new Watch(() => seen.Add(NiceOfThread())),
        };
        using (var ahead = new LayersAhead(request, TimeProvider.System))
            ahead.Wait();
        Assert.True(seen.Count > 1);
        Assert.Equal([NiceOfThread()], seen.Distinct());
    }

    [Fact]
    public async Task What_is_scheduled_yields_to_others()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The priority of a thread is read from /proc.");
        using var threads = new BackgroundThreads(1);
        var nice = await Task.Factory.StartNew(
            NiceOfThread,
            TestContext.Current.CancellationToken,
            TaskCreationOptions.None,
            threads
        );
        Assert.Equal(19, nice);
    }

    // Field 19 of proc_pid_stat(5); the second is a name in parentheses, which may have spaces.
    private static int NiceOfThread() =>
        int.Parse(
            File.ReadAllText("/proc/thread-self/stat").Split(") ")[^1].Split(' ')[16],
            CultureInfo.InvariantCulture
        );

    private sealed class Watch(Action report) : IProgress<WorkProgress>
    {
        public void Report(WorkProgress value) => report();
    }
}
