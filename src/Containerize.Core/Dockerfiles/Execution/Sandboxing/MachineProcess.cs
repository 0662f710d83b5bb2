using System.Diagnostics;
using Containerize.Diagnostics;

namespace Containerize.Dockerfiles.Execution.Sandboxing;

/// <summary>Starts programs of the machine that end with this process, however it ends.</summary>
internal static class MachineProcess
{
    /// <summary>What is started, so that the kernel kills it with the thread that starts it.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="words">The program's absolute path and its arguments.</param>
    public static ProcessStartInfo Info(RunnerMachine machine, IEnumerable<string> words)
    {
        string[] all = [.. WithUs(machine), .. words];
        var start = new ProcessStartInfo(all[0], all[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        start.Environment.Clear();
        foreach (var (name, value) in SandboxEnvironment.Of(machine))
            start.Environment[name] = value;
        return start;
    }

    /// <summary>The words before those of a program that is to die with its parent.</summary>
    public static string[] WithUs(RunnerMachine machine) => [machine.Tools["setpriv"], "--pdeathsig", "KILL"];

    /// <summary>Starts a program. The kernel's word "parent" means the thread, and threads of the pool come and go: it
    /// has one of its own.</summary>
    /// <exception cref="ContainerizeException">CTZ0142 when it cannot be started.</exception>
    public static async Task<(Process Process, Task<int> Exit)> StartAsync(ProcessStartInfo info)
    {
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        var exited = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            try
            {
                var process = Process.Start(info)!;
                started.SetResult(process);
                process.WaitForExit();
                exited.SetResult(process.ExitCode);
            }
            catch (System.ComponentModel.Win32Exception exception)
            {
                started.SetException(
                    new ContainerizeException(
                        DiagnosticTable.RunnerMissing,
                        $"'{info.FileName}' cannot be started: {exception.Message.TrimEnd('.')}. {Sandbox.Advice}",
                        exception
                    )
                );
            }
        })
        {
            IsBackground = true,
            Name = "RUN",
        }.Start();
        return (await started.Task.ConfigureAwait(false), exited.Task);
    }

    /// <summary>Ends a program that may have ended.</summary>
    public static void Kill(Process process)
    {
        try
        {
            process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended.
        }
    }
}
