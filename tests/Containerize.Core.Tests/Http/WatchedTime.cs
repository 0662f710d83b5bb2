using Microsoft.Extensions.Time.Testing;

namespace Containerize.Core.Tests.Http;

/// <summary>A clock that a test moves, and that shows each wait when it begins.</summary>
public sealed class WatchedTime : FakeTimeProvider
{
    /// <summary>Gets the length of each wait that begins. It may move the clock, and so end the wait.</summary>
    public Action<TimeSpan> Waits { get; set; } = _ => { };

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        Waits(dueTime);
        return timer;
    }
}
