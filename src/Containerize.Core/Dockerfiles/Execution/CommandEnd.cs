using Containerize.Diagnostics;
using Containerize.Dockerfiles.Execution.Requests;
using Containerize.Dockerfiles.Execution.Sandboxing;

namespace Containerize.Dockerfiles.Execution;

/// <summary>How a command of <c>RUN</c> ended.</summary>
internal static class CommandEnd
{
    /// <summary>Does nothing for a command that succeeded.</summary>
    /// <exception cref="ContainerizeException">CTZ0144 for a command that failed, CTZ0142 or CTZ0143 for one that
    /// could not be started.</exception>
    public static void Check(RunRequest request, SandboxResult result, RedactingLineReader lines, string folder)
    {
        if (result.ExitCode == 0)
            return;
        var last = string.Join('\n', lines.Last.Append(result.Errors.Trim()).Where(line => line.Length > 0));
        if (!File.Exists(Path.Combine(folder, RunScript.Started)))
            throw FullDisk.OfProgram($"{request.Where}: the command cannot be started", last)
                ?? new ContainerizeException(
                    result.Errors.Contains("unshare", StringComparison.Ordinal)
                        ? DiagnosticTable.RunnerMissing
                        : DiagnosticTable.RunnerFailed,
                    $"{request.Where}: the command cannot be started: {last}. {Sandbox.Advice}"
                );
        throw new ContainerizeException(
            DiagnosticTable.RunFailed,
            $"{request.Where}: the command ended with exit code "
                + $"{result.ExitCode}{(last.Length > 0 ? ". Its last lines:\n" + last : " and wrote nothing.")}"
        );
    }
}
