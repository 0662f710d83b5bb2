using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Containerize.Diagnostics;
using Containerize.Tool.Commands;

namespace Containerize.Tool;

/// <summary>All commands, and how a command line is parsed and carried out.</summary>
internal sealed class ToolCommandLine
{
    // A cancelled command has this long to clean up; a second Ctrl+C ends it at once.
    private static readonly TimeSpan CleanUpTime = TimeSpan.FromSeconds(30);

    private readonly ToolHost _host;

    public ToolCommandLine(ToolHost host)
    {
        _host = host;
        Root = new RootCommand(
            "Container images without an engine: builds, inspects, compares, reports, copies and verifies them."
        )
        {
            new BuildCommand(host),
            new PublishCommand(host),
            new ResolveCommand(host),
            new InspectCommand(host),
            new CopyCommand(host),
            new DiffCommand(host),
            new ReportCommand(host),
            new ExplainCommand(host),
            new VerifyCommand(host),
            new SbomCommand(host),
            new SignCommand(host),
            new AttestCommand(host),
            new CacheCommand(host),
            new CompletionCommand(host),
            new HelpCommand(),
        };
        foreach (var option in Root.Options.OfType<HelpOption>())
            option.Action = new ExamplesAction((HelpAction)option.Action!);
    }

    public RootCommand Root { get; }

    /// <summary>Carries a command line out.</summary>
    /// <param name="arguments">The words after the program's name.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(string[] arguments)
    {
        var line = Root.Parse(HelpCommand.Rewrite(arguments, Root));
        if (line.Action is ParseErrorAction || (line.Action is null && line.Errors.Count > 0))
        {
            var suggestions = new Suggestions(line.CommandResult.Command);
            // What has a validator is an operand; what is handed on to other programs may hold their options.
            var misspelled = line
                .CommandResult.Children.OfType<ArgumentResult>()
                .Where(result => result.Argument.Validators.Count > 0)
                .SelectMany(CommonOptions.Misspelled);
            var errors = misspelled.Concat(line.Errors.Select(error => error.Message)).Distinct();
            foreach (var error in suggestions.Best([.. errors]))
                _host.Screen.Fail(Passwords.HideKeys(error));
            _host.Screen.Hint($"Try '{string.Join(' ', Path(line.CommandResult.Command))} --help'.");
            return ExitCodes.Usage;
        }

        try
        {
            var code = await line.InvokeAsync(
                new InvocationConfiguration
                {
                    Output = _host.Screen.Output,
                    Error = _host.Screen.Errors,
                    EnableDefaultExceptionHandler = false,
                    ProcessTerminationTimeout = CleanUpTime,
                }
            );
            _host.Screen.Flush();
            return code;
        }
        catch (ContainerizeException exception)
        {
            // Help is written by no command of ours.
            _host.Screen.Fail(exception);
            return ExitCodes.No;
        }
    }

    private static IEnumerable<string> Path(Command command) =>
        command
            .Parents.OfType<Command>()
            .SelectMany(Path)
            .Append(command is RootCommand ? "containerize" : command.Name);

    /// <summary>Help as usual, and examples after it.</summary>
    private sealed class ExamplesAction(HelpAction help) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            var code = help.Invoke(parseResult);
            if (parseResult.CommandResult.Command is not ToolCommand { Examples: { IsEmpty: false } examples })
                return code;
            var output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Examples:");
            foreach (var (line, meaning) in examples)
                output.WriteLine($"  {line}\n      {meaning}");
            output.WriteLine();
            return code;
        }
    }
}
