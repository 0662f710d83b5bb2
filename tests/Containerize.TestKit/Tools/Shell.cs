using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Containerize.TestKit.Tools;

/// <summary>Runs programs of this machine. A program that is not there is a failed test, never a skipped one.</summary>
public static class Shell
{
    /// <summary>How long a program may take where the caller says nothing.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Runs a program that must succeed.</summary>
    public static async Task<CommandResult> RunAsync(string program, params IEnumerable<string> arguments) =>
        (await new ShellCommand(program, arguments).RunAsync()).Expect(0);

    /// <summary>Starts a process, with standard input at its end; a missing program is a failed test that says
    /// so.</summary>
    public static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} did not start.");
        }
        catch (Win32Exception exception)
        {
            throw new InvalidOperationException(
                $"{start.FileName} did not start ({exception.Message}). build/test.sh installs what the tests need."
            );
        }
    }
}

/// <summary>A program with its arguments and surroundings, to be run once or more.</summary>
public sealed record ShellCommand(string Program, IEnumerable<string> Arguments)
{
    /// <summary>The folder it runs in; the system's temporary folder by default.</summary>
    public string WorkingFolder { get; init; } = Path.GetTempPath();

    /// <summary>Environment variables on top of this process's; null takes one away.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>A file that becomes standard input.</summary>
    public string? Input { get; init; }

    /// <summary>The time after which the process tree is ended and the test fails.</summary>
    public TimeSpan Timeout { get; init; } = Shell.Patience;

    /// <summary>Runs the program to its end, whatever its exit code.</summary>
    public async Task<CommandResult> RunAsync()
    {
        var start = new ProcessStartInfo(Program, Arguments)
        {
            WorkingDirectory = WorkingFolder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        foreach (var (name, value) in Environment)
            start.Environment[name] = value;
        using var process = Shell.Start(start);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await FeedAsync(process);
        using var limit = new CancellationTokenSource(Timeout);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{this}\ndid not end within {Timeout}.\n{await output}\n{await error}");
        }
        return new CommandResult(ToString(), process.ExitCode, await output, await error);
    }

    public override string ToString() => string.Join(' ', Arguments.Prepend(Program));

    private async Task FeedAsync(Process process)
    {
        if (Input is not null)
        {
            await using var file = File.OpenRead(Input);
            await file.CopyToAsync(process.StandardInput.BaseStream);
        }
        process.StandardInput.Close();
    }
}
