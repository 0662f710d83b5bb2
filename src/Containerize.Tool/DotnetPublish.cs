using System.Collections.Immutable;
using System.ComponentModel;
using System.Diagnostics;
using Containerize.Diagnostics;

namespace Containerize.Tool;

/// <summary>One call of <c>dotnet publish</c> with our targets in it, wherever the project comes from.</summary>
/// <param name="host">The machine.</param>
internal sealed class DotnetPublish(ToolHost host)
{
    private const string Announcement = "containerize-metadata: ";

    // MSBuild handles Ctrl+C itself; this is the time that it gets to end its work.
    private static readonly TimeSpan EndTime = TimeSpan.FromSeconds(10);

    private readonly ImmutableArray<string>.Builder _made = ImmutableArray.CreateBuilder<string>();

    /// <summary>The files that say what was made, one for each image.</summary>
    public ImmutableArray<string> Metadata => _made.ToImmutable();

    /// <summary>Runs it; what it writes goes to standard error.</summary>
    /// <returns>Its exit code.</returns>
    /// <exception cref="ContainerizeException">CTZ0155.</exception>
    public async Task<int> RunAsync(
        string project,
        IEnumerable<KeyValuePair<string, string>> properties,
        IEnumerable<string> arguments,
        CancellationToken cancellationToken
    )
    {
        IEnumerable<string> all =
        [
            "publish",
            project,
            "-nologo",
            "-verbosity:minimal",
            "-consoleLoggerParameters:NoSummary",
            "-terminalLogger:off",
            .. Targets().Concat(properties).Select(PublishProperties.Argument),
            .. arguments,
        ];
        using var process = Start(all);
        var errors = ForwardAsync(process.StandardError);
        var output = ForwardAsync(process.StandardOutput);
        process.StandardInput.Close();
        try
        {
            await process.WaitForExitAsync(cancellationToken);
            await Task.WhenAll(output, errors);
            return process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            await EndAsync(process);
            throw;
        }
    }

    private static IEnumerable<KeyValuePair<string, string>> Targets() =>
        [
            new("Containerize", "true"),
            new(
                "CustomAfterMicrosoftCommonTargets",
                Path.Combine(ToolHost.ProgramFolder, "build", "Containerize.targets")
            ),
            new(
                "CustomAfterMicrosoftCommonCrossTargetingTargets",
                Path.Combine(ToolHost.ProgramFolder, "buildMultiTargeting", "Containerize.targets")
            ),
            new("ContainerizeTaskAssembly", Path.Combine(ToolHost.ProgramFolder, "Containerize.dll")),
            new("_ContainerizeAnnouncing", "true"),
        ];

    private Process Start(IEnumerable<string> arguments)
    {
        var program = host.Environment.Variable("DOTNET_HOST_PATH") ?? "dotnet";
        try
        {
            return Process.Start(
                new ProcessStartInfo(program, arguments)
                {
                    WorkingDirectory = host.Folder,
                    UseShellExecute = false,
                    RedirectStandardInput = true,
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                }
            )!;
        }
        catch (Win32Exception exception)
        {
            throw new ContainerizeException(
                DiagnosticTable.SdkMissing,
                $"'{program}' cannot be started: {exception.Message.TrimEnd('.')}. Install the .NET SDK 10.0.100 or "
                    + "later, and see to it that 'dotnet' is on the PATH.",
                exception
            );
        }
    }

    private async Task ForwardAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            if (line.TrimStart().StartsWith(Announcement, StringComparison.Ordinal))
            {
                lock (_made)
                    _made.Add(line.Trim()[Announcement.Length..]);
            }
            else
                host.Screen.Note(line);
        }
    }

    private static async Task EndAsync(Process process)
    {
        using var limit = new CancellationTokenSource(EndTime);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }
}
