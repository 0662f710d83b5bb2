using System.Collections.Immutable;
using System.CommandLine;
using Containerize.Diagnostics;

namespace Containerize.Tool.Commands;

/// <summary>A command of the tool: what it is called, what it takes, and the boundary where problems become words and
/// exit codes.</summary>
internal abstract class ToolCommand : Command
{
    protected ToolCommand(ToolHost host, string name, string description)
        : base(name, description)
    {
        Host = host;
        SetAction(GuardAsync);
    }

    /// <summary>Lines that a user may write, each with what it does; docs/tool.md has them too.</summary>
    public ImmutableArray<(string Line, string Meaning)> Examples { get; protected init; } = [];

    protected ToolHost Host { get; }

    /// <summary>How the command ends when it could not be done.</summary>
    protected virtual int Failure => ExitCodes.No;

    /// <summary>Refuses options that mean nothing together; as with a misspelt one, the command ends with 2.</summary>
    /// <exception cref="ContainerizeException">What they are, and what to write.</exception>
    protected virtual void Check(ParseResult line) { }

    /// <summary>Carries the command out.</summary>
    /// <returns>The exit code.</returns>
    protected abstract Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken);

    private async Task<int> GuardAsync(ParseResult line, CancellationToken cancellationToken)
    {
        try
        {
            Check(line);
        }
        catch (ContainerizeException exception)
        {
            Host.Screen.Fail(exception);
            return ExitCodes.Usage;
        }

        try
        {
            // Not on the thread that waits for Ctrl+C: a command that hangs before its first await would never hear of
            // it.
            var code = await Task.Run(() => RunAsync(line, cancellationToken), CancellationToken.None);
            // A result that does not arrive is no result.
            await Host.Screen.Output.FlushAsync(cancellationToken);
            return code;
        }
        catch (ContainerizeException exception)
        {
            Host.Screen.Fail(exception);
            return Failure;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Host.Screen.Fail("Cancelled; nothing was left half done.");
            return ExitCodes.Cancelled;
        }
        catch (Exception exception) when (Host.Screen.IsBrokenPipe(exception))
        {
            // The reader of our output has had enough, as in 'containerize inspect … | head'.
            return ExitCodes.Success;
        }
        catch (Exception exception) when (FullDisk.Of(exception) is { } full)
        {
            Host.Screen.Fail(full);
            return Failure;
        }
        catch (Exception exception)
        {
            Host.Screen.Fail($"This is a defect of Containerize; please report it.\n{exception}");
            return ExitCodes.Defect;
        }
    }
}
