using Containerize.IO;

namespace Containerize.Reporting;

/// <summary>
/// Says by a line how far a piece of work is, once it takes longer than two seconds and every five from then on. What
/// is quicker leaves no trace, and what stands still says nothing new.
/// </summary>
/// <param name="write">Receives a line, from one caller at a time.</param>
/// <param name="time">The clock.</param>
public sealed class ProgressLines(Action<string> write, TimeProvider time) : IProgress<WorkProgress>
{
    /// <summary>How long work may take without a word.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>How long it may go on without another.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly Dictionary<Work, long> _due = [];

    /// <inheritdoc/>
    public void Report(WorkProgress value)
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            if (value.IsDone)
                _due.Remove(value.Work);
            else if (_due.TryAdd(value.Work, now + Ticks(Patience)) || now < _due[value.Work])
                return;
            else
            {
                _due[value.Work] = now + Ticks(Interval);
                write(value.ToString());
            }
        }
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);
}
