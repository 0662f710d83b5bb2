using Containerize.IO;
using Containerize.Layers.Caching;
using Containerize.Publishing.Ahead;

namespace Containerize.Core.Tests.Publishing.Ahead;

/// <summary>Packing that the run, or the end of the build, meets in the middle.</summary>
public sealed class EndedWorkTests : IDisposable
{
    private readonly PublishAhead _case = new();
    private readonly ManualResetEventSlim _isKnown = new();
    private readonly ManualResetEventSlim _opened = new();

    public void Dispose()
    {
        _case.Dispose();
        _isKnown.Dispose();
        _opened.Dispose();
    }

    [Fact]
    public void A_layer_in_work_that_the_run_does_not_need_ends_and_leaves_nothing()
    {
        _case.Place("runtime.so", PublishAhead.Large);
        using var ahead = BeginAndStay(endsWhenStopped: true);
        ahead.Claim([new LayerKey("another")]);
        ahead.Wait();
        Assert.Equal([], _case.Files());
        Assert.False(File.Exists(_case.HashesFile));
    }

    [Fact]
    public void A_layer_in_work_that_the_run_needs_is_finished_for_it()
    {
        _case.Place("runtime.so", PublishAhead.Large);
        using var ahead = BeginAndStay(endsWhenStopped: false);
        var key = new LayerKey(Path.GetFileName(Directory.GetFiles(Path.Combine(_case.Cache.Path, "locks")).Single()));
        ahead.Claim([key]);
        Assert.False(ahead.Stopping.IsCancellationRequested);
        _opened.Set();
        ahead.Wait();
        Assert.True(ahead.HasMade(key));
        Assert.Equal(2, _case.Files().Count);
    }

    [Fact]
    public void The_end_of_the_build_ends_it_and_leaves_nothing()
    {
        _case.Place("runtime.so", PublishAhead.Large);
        var ahead = BeginAndStay(endsWhenStopped: true);
        ahead.Dispose();
        Assert.Equal([], _case.Files());
        Assert.False(File.Exists(_case.HashesFile));
    }

    [Fact]
    public void After_the_claim_of_the_run_nothing_begins()
    {
        _case.Place("runtime.so", PublishAhead.Large);
        using var ahead = new LayersAhead(
            _case.Request() with
            {
                OpenCache = () =>
                {
                    _opened.Wait(TestContext.Current.CancellationToken);
                    return _case.Cache;
                },
            },
            TimeProvider.System
        );
        ahead.Claim([]);
        _opened.Set();
        ahead.Wait();
        Assert.False(Directory.Exists(_case.Cache.Path));
    }

    // One that is in the middle of a layer, until it is to end or until it is let go.
    private LayersAhead BeginAndStay(bool endsWhenStopped)
    {
        using var isInWork = new ManualResetEventSlim();
        LayersAhead? ahead = null;
        var progress = new Reports(() =>
        {
            isInWork.Set();
            _isKnown.Wait();
            if (endsWhenStopped)
                ahead!.Stopping.WaitHandle.WaitOne();
            else
                _opened.Wait();
        });
        ahead = new LayersAhead(_case.Request() with { Progress = progress }, TimeProvider.System);
        _isKnown.Set();
        isInWork.Wait(TestContext.Current.CancellationToken);
        Assert.Single(_case.Files());
        return ahead;
    }

    // In the middle of a file.
    private sealed class Reports(Action first) : IProgress<WorkProgress>
    {
        private bool _isDone;

        public void Report(WorkProgress value)
        {
            if (value.Done > 0 && !Interlocked.Exchange(ref _isDone, true))
                first();
        }
    }
}
