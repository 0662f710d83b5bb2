using System.Collections.Concurrent;
using System.Diagnostics;
using Containerize.IO;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Containerize.Tool.Output;

/// <summary>Progress at the foot of a terminal: one row for each thing that goes on, gone when it is done.</summary>
internal sealed class LiveBars : IProgress<WorkProgress>, ILiveProgress
{
    private const string EraseBelow = "\e[J";

    private readonly ConcurrentDictionary<object, ProgressTask> _tasks = [];
    private readonly IAnsiConsole _console;
    private readonly ProgressContext _context;
    private readonly RowColumn _rows;

    private LiveBars(IAnsiConsole console, ProgressContext context, RowColumn rows)
    {
        _console = console;
        _context = context;
        _rows = rows;
    }

    /// <summary>Does something while its progress is shown.</summary>
    /// <param name="screen">The terminal.</param>
    /// <param name="action">What is done; it reports to the rows.</param>
    /// <returns>What the action returns.</returns>
    public static Task<T> RunAsync<T>(Screen screen, Func<LiveBars, Task<T>> action)
    {
        var console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Ansi = AnsiSupport.Yes,
                Interactive = InteractionSupport.Yes,
                ColorSystem = screen.HasColours ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
                Out = new AnsiConsoleOutput(screen.Errors),
            }
        );
        var rows = new RowColumn();
        return console
            .Progress()
            .AutoClear(true)
            .HideCompleted(true)
            .Columns(rows)
            .StartAsync(async context =>
            {
                var bars = new LiveBars(console, context, rows);
                screen.Live = bars;
                try
                {
                    return await action(bars);
                }
                finally
                {
                    screen.Live = null;
                    bars.Clear();
                }
            });
    }

    /// <inheritdoc/>
    public void Report(WorkProgress value)
    {
        if (value.IsDone)
        {
            Stop(value.Work);
            return;
        }

        Show(
            value.Work,
            $"{value.Work.Kind} {value.Work.Name}",
            value.Done / (double)value.Work.Size,
            ByteSize.Part(value.Done, value.Work.Size)
        );
    }

    /// <summary>Shows something that has no size.</summary>
    /// <param name="key">Tells it apart from others.</param>
    /// <param name="title">What the user calls it.</param>
    public void Start(object key, string title) => Show(key, title, null, "");

    /// <summary>Shows the last line that a command wrote, beside its title.</summary>
    public void Tell(object key, string line)
    {
        if (_tasks.TryGetValue(key, out var task) && _rows.Find(task.Id) is { } row)
            _rows.Set(task.Id, row with { Detail = line });
    }

    /// <summary>Removes the row of what is done.</summary>
    public void Stop(object key)
    {
        if (_tasks.TryRemove(key, out var task))
            task.StopTask();
    }

    /// <inheritdoc/>
    // The cursor is put at the start of the first row, and rows are longer than what is written over them now and then:
    // they are erased first, down to the end of the screen (ECMA-48, ED).
    public void Above(string text) => _console.Write(new ControlSequenceText($"{EraseBelow}{text}\n"));

    private void Show(object key, string title, double? share, string detail)
    {
        var task = _tasks.GetOrAdd(key, _ => _context.AddTask("_", maxValue: 1));
        _rows.Set(task.Id, new ProgressRow(title, TimeSpan.Zero, share, detail));
    }

    private void Clear()
    {
        foreach (var key in _tasks.Keys)
            Stop(key);
    }

    /// <summary>The only column: a row is fitted to the terminal as a whole.</summary>
    private sealed class RowColumn : ProgressColumn
    {
        private readonly ConcurrentDictionary<int, ProgressRow> _rows = [];
        private readonly long _start = Stopwatch.GetTimestamp();

        protected override bool NoWrap => true;

        public ProgressRow? Find(int id) => _rows.GetValueOrDefault(id);

        public void Set(int id, ProgressRow row) => _rows[id] = row;

        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime)
        {
            var frames = Spinner.Known.Dots.Frames;
            var frame = (int)(Stopwatch.GetElapsedTime(_start) / Spinner.Known.Dots.Interval) % frames.Count;
            var row = _rows.GetValueOrDefault(task.Id) ?? new ProgressRow("", TimeSpan.Zero, null, "");
            var text = (row with { Elapsed = task.ElapsedTime ?? TimeSpan.Zero }).Text(
                frames[frame],
                options.ConsoleSize.Width
            );
            return new Text(text) { Overflow = Overflow.Crop };
        }
    }

    /// <summary>Text that is ready for a terminal, with colours of ours in it.</summary>
    private sealed class ControlSequenceText(string text) : Renderable
    {
        protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth) => [Segment.Control(text)];
    }
}
