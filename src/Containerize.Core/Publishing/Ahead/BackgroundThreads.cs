using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Containerize.Publishing.Ahead;

/// <summary>
/// Threads that run when the machine has nothing else to do, and tasks on them. They are threads of their own and end,
/// because on Linux a thread that has lowered its priority may not raise it, and hands it on to each thread that it
/// starts.
/// </summary>
internal sealed partial class BackgroundThreads : TaskScheduler, IDisposable
{
    private const int OfAThread = 0;
    private const int Lowest = 19;

    private readonly BlockingCollection<Task> _tasks = [];
    private readonly Thread[] _threads;
    private volatile bool _isHurried;

    /// <param name="count">How many threads run tasks.</param>
    public BackgroundThreads(int count) => _threads = [.. Enumerable.Range(0, count).Select(_ => Start())];

    /// <summary>From now on somebody waits for the tasks: they run like all others.</summary>
    public void Hurry()
    {
        _isHurried = true;
        while (_tasks.TryTake(out var task))
            RunOnPool(task);
    }

    /// <summary>Has the threads end when all that is queued is done, and waits for none of them.</summary>
    public void Close() => _tasks.CompleteAdding();

    /// <summary>Ends the threads when each has done its task. What is queued belongs to a layer that was given up, and
    /// is dropped; what is queued afterwards fails.</summary>
    public void Dispose()
    {
        Close();
        while (_tasks.TryTake(out _)) { }
        foreach (var thread in _threads)
            thread.Join();
        _tasks.Dispose();
    }

    protected override void QueueTask(Task task)
    {
        if (_isHurried)
        {
            RunOnPool(task);
            return;
        }

        _tasks.Add(task);
        // Somebody may have begun to hurry just before.
        if (_isHurried)
            Hurry();
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override IEnumerable<Task> GetScheduledTasks() => _tasks;

    private Thread Start()
    {
        var thread = new Thread(RunTasks) { IsBackground = true, Name = "Containerize, ahead" };
        thread.Start();
        return thread;
    }

    private void RunTasks()
    {
        YieldToOthers();
        foreach (var task in _tasks.GetConsumingEnumerable())
            TryExecuteTask(task);
    }

    private void RunOnPool(Task task) => ThreadPool.UnsafeQueueUserWorkItem(_ => TryExecuteTask(task), null);

    // .NET's priorities mean nothing on Linux, where the nice value of a thread is its own (setpriority(2), "C
    // library/kernel differences"). A system that refuses it only has the work done sooner.
    private static void YieldToOthers()
    {
        if (OperatingSystem.IsLinux())
            _ = SetPriority(OfAThread, 0, Lowest);
        else
            Thread.CurrentThread.Priority = ThreadPriority.Lowest;
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetPriority(int which, uint who, int value);
}
