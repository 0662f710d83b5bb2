using System.ComponentModel;
using System.Diagnostics;
using Containerize.Diagnostics;

namespace Containerize.Stores.Engines;

/// <summary>A container engine on this machine, by its command.</summary>
/// <param name="Command"><c>docker</c> or <c>podman</c>.</param>
public sealed record LocalEngine(string Command)
{
    /// <summary>Reads <c>LocalRegistry</c>: <c>Docker</c> or <c>Podman</c>.</summary>
    /// <exception cref="ContainerizeException">CTZ0015.</exception>
    public static LocalEngine Parse(string text) =>
        text.ToUpperInvariant() switch
        {
            "DOCKER" => new LocalEngine("docker"),
            "PODMAN" => new LocalEngine("podman"),
            _ => throw new ContainerizeException(
                DiagnosticTable.InvalidSetting,
                $"LocalRegistry is '{text}'. Set it to Docker or Podman."
            ),
        };

    // A client whose daemon hangs would hold the build for minutes.
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(15);

    /// <summary>What <c>LocalRegistry</c> calls it.</summary>
    public string Name => Command == "docker" ? "Docker" : "Podman";

    /// <summary>Finds the engine of this machine as the .NET SDK does: Docker if its daemon answers, else
    /// Podman.</summary>
    /// <returns>Null where neither answers.</returns>
    public static async Task<LocalEngine?> FindAsync(CancellationToken cancellationToken)
    {
        foreach (var engine in new[] { new LocalEngine("docker"), new LocalEngine("podman") })
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(AnswerTime);
            try
            {
                await engine.RunAsync(["version"], limit.Token).ConfigureAwait(false);
                return engine;
            }
            catch (ContainerizeException)
            {
                // It is not installed, or its daemon does not run: the next one is asked.
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // The same for one that does not answer in time.
            }
        }

        return null;
    }

    /// <summary>Runs the engine's command to its end.</summary>
    /// <exception cref="ContainerizeException">CTZ0029 when it is not there or fails, with the last line of its
    /// output.</exception>
    internal async Task RunAsync(string[] arguments, CancellationToken cancellationToken)
    {
        using var process = Start(arguments);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var errors = await process.StandardError.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
            await output.ConfigureAwait(false);
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            if (process.ExitCode != 0)
                throw Failed(
                    $"'{Command} {arguments[0]}' ended with {process.ExitCode}: {LastLine(errors)} Is the "
                        + "engine running, and may you use it?"
                );
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private Process Start(string[] arguments)
    {
        try
        {
            return Process.Start(
                new ProcessStartInfo(Command, arguments)
                {
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                    UseShellExecute = false,
                }
            )!;
        }
        catch (Win32Exception exception)
        {
            throw Failed(
                $"'{Command}' cannot be started: {exception.Message.TrimEnd('.')}. Install it, or leave LocalRegistry "
                    + "and 'daemon:' out and take the tarball.",
                exception
            );
        }
    }

    private static string LastLine(string text) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault()
        ?? "it wrote nothing.";

    private static ContainerizeException Failed(string message, Exception? inner = null) =>
        new(DiagnosticTable.EngineFailed, message, inner);
}
