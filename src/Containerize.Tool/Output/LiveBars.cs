using System.Collections.Concurrent;
using Containerize.Reporting;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Containerize.Tool.Output;

/// <summary>Progress at the foot of a terminal: a bar for what has a size, a pulse for what has none, gone when it is done.</summary>
internal sealed class LiveBars : IProgress<WorkProgress>, ILiveProgress
{
    private readonly ConcurrentDictionary<object, ProgressTask> _tasks = [];
    private readonly IAnsiConsole _console;
    private readonly ProgressContext _context;
    private readonly AmountColumn _amounts;

    private LiveBars(IAnsiConsole console, ProgressContext context, AmountColumn amounts)
    {
        _console = console;
        _context = context;
        _amounts = amounts;
    }

    /// <summary>Does something while its progress is shown.</summary>
    public static Task<T> RunAsync<T>(Screen screen, Func<LiveBars, Task<T>> action)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes,
            Interactive = InteractionSupport.Yes,
            ColorSystem = screen.HasColours ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Out = new AnsiConsoleOutput(screen.Errors),
        });
        var amounts = new AmountColumn();
        return console.Progress().AutoClear(true).HideCompleted(true)
            .Columns(new SpinnerColumn(), new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), amounts)
            .StartAsync(async context =>
            {
                var bars = new LiveBars(console, context, amounts);
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

        var task = _tasks.GetOrAdd(value.Work, _ => _context.AddTask(Markup.Escape($"{value.Work.Kind} {value.Work.Name}"), maxValue: value.Work.Size));
        task.Value = value.Done;
        _amounts.Texts[task.Id] = ByteSize.Part(value.Done, value.Work.Size);
    }

    /// <summary>Shows something that has no size as going on.</summary>
    /// <param name="key">What tells it from others.</param>
    /// <param name="title">What the user calls it.</param>
    public void Start(object key, string title) =>
        _tasks.GetOrAdd(key, _ => _context.AddTask(Markup.Escape(Short(title)), maxValue: 1)).IsIndeterminate = true;

    /// <summary>Says of something that goes on what it does now.</summary>
    public void Tell(object key, string line)
    {
        if (_tasks.TryGetValue(key, out var task))
            _amounts.Texts[task.Id] = Short(line);
    }

    /// <summary>Takes away what is done.</summary>
    public void Stop(object key)
    {
        if (_tasks.TryRemove(key, out var task))
            task.StopTask();
    }

    /// <inheritdoc/>
    public void Above(string text) => _console.Write(new ControlSequenceText(text + "\n"));

    private void Clear()
    {
        foreach (var key in _tasks.Keys)
            Stop(key);
    }

    private static string Short(string text) => text.Length > 60 ? text[..59] + "…" : text;

    /// <summary>How much is done, or what is going on.</summary>
    private sealed class AmountColumn : ProgressColumn
    {
        public ConcurrentDictionary<int, string> Texts { get; } = [];

        protected override bool NoWrap => true;

        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
            new Text(Texts.GetValueOrDefault(task.Id, ""));
    }

    /// <summary>Text that is ready for a terminal, with colours of ours in it.</summary>
    private sealed class ControlSequenceText(string text) : Renderable
    {
        protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth) => [Segment.Control(text)];
    }
}
