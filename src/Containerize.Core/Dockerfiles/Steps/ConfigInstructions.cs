using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Containerize.Diagnostics;
using Containerize.Dockerfiles.Stages;
using Containerize.Dockerfiles.Syntax;
using Containerize.Images;
using Containerize.Recipes.Instructions;

namespace Containerize.Dockerfiles.Steps;

/// <summary>Instructions that change nothing but the config: their syntax, expanded, as the recipe's own
/// instructions.</summary>
internal static partial class ConfigInstructions
{
    /// <summary>The instructions of the recipe; null for syntax that does more than that.</summary>
    /// <exception cref="ContainerizeException">CTZ0122, CTZ0125, CTZ0126.</exception>
    public static ImmutableArray<Instruction>? Of(InstructionSyntax syntax, StageState state, Expansion expansion) =>
        syntax switch
        {
            EnvSyntax env =>
            [
                .. env.Variables.Select(pair => new EnvInstruction(
                    expansion.Word(pair.Name),
                    expansion.Word(pair.Value!.Value)
                )),
            ],
            LabelSyntax label =>
            [
                .. label.Labels.Select(pair => new LabelInstruction(
                    expansion.Word(pair.Name),
                    expansion.Word(pair.Value!.Value)
                )),
            ],
            MaintainerSyntax maintainer => [new MaintainerInstruction(maintainer.Author.Text)],
            UserSyntax user => [new UserInstruction(expansion.Word(user.User))],
            ExposeSyntax expose =>
            [
                .. expose
                    .Ports.SelectMany(word => expansion.Words(word).SelectMany(port => Ports(syntax, word, port)))
                    .Select(port => new ExposeInstruction(port)),
            ],
            VolumeSyntax volume =>
            [
                .. volume.Paths.Select(path => new VolumeInstruction(NotEmpty(syntax, path, expansion.Word(path)))),
            ],
            StopSignalSyntax signal =>
            [
                new StopSignalInstruction(Signal(syntax, signal.Signal, expansion.Word(signal.Signal))),
            ],
            ShellSyntax shell => [new ShellInstruction(shell.Words)],
            HealthcheckSyntax check => [new HealthcheckInstruction(Check(check))],
            OnbuildSyntax onbuild => [new OnbuildInstruction(onbuild.Trigger)],
            CmdSyntax cmd => [new CmdInstruction(CommandLine(cmd.Command, state.Image))],
            EntrypointSyntax entrypoint =>
            [
                new EntrypointInstruction(CommandLine(entrypoint.Command, state.Image)) { KeepsCmd = state.HasCmd },
            ],
            _ => null,
        };

    /// <summary>The words that start a command: those of a list, or the shell and the line.</summary>
    public static ImmutableArray<string> CommandLine(CommandSyntax command, Image image) =>
        command.Words ?? (command.Text.Length == 0 ? [] : [.. ShellOf(image), command.Text]);

    /// <summary>What lines are run by.</summary>
    public static ImmutableArray<string> ShellOf(Image image) =>
        image.Config.Shell is { IsEmpty: false } shell ? shell
        : image.Config.Platform.Os == "windows" ? ["cmd", "/S", "/C"]
        : ["/bin/sh", "-c"];

    private static string NotEmpty(InstructionSyntax syntax, SourceWord word, string text) =>
        text.Length > 0 ? text : throw Wrong(syntax, word.Position, $"'{word}' is empty.");

    private static string Signal(InstructionSyntax syntax, SourceWord word, string signal) =>
        StopSignals.Objection(signal) is not { } objection ? signal : throw Wrong(syntax, word.Position, objection);

    private static IEnumerable<string> Ports(InstructionSyntax syntax, SourceWord word, string text)
    {
        if (PortForm().Match(text) is not { Success: true } match)
            throw Wrong(syntax, word.Position, $"'{text}' is no port. Write 8080, 53/udp or 8000-8010.");
        var first = Port(match.Groups["first"].Value);
        var last = match.Groups["last"].Success ? Port(match.Groups["last"].Value) : first;
        if (first is null || last is null || last < first)
            throw Wrong(
                syntax,
                word.Position,
                $"'{text}' is no port: ports are from 1 to 65535, and the smaller one stands first."
            );
        var protocol = match.Groups["protocol"] is { Success: true } given ? given.Value.ToLowerInvariant() : "tcp";
        return Enumerable
            .Range(first.Value, last.Value - first.Value + 1)
            .Select(port => string.Create(CultureInfo.InvariantCulture, $"{port}/{protocol}"));
    }

    private static int? Port(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= 65535
            ? port
            : null;

    /// <summary>The health check that an instruction asks for.</summary>
    /// <exception cref="ContainerizeException">CTZ0122.</exception>
    internal static Healthcheck Check(HealthcheckSyntax syntax)
    {
        if (syntax.Command is not { } command)
            return new Healthcheck(["NONE"]);
        ImmutableArray<string> test = command.Words is { } words ? ["CMD", .. words] : ["CMD-SHELL", command.Text];
        return new Healthcheck(test)
        {
            Interval = Time(syntax, "interval"),
            Timeout = Time(syntax, "timeout"),
            StartPeriod = Time(syntax, "start-period"),
            StartInterval = Time(syntax, "start-interval"),
            Retries = Retries(syntax),
        };
    }

    private static TimeSpan? Time(HealthcheckSyntax syntax, string flag)
    {
        if (syntax.Flags[flag] is not { Text: not ("0" or "0s") } word)
            return null;
        try
        {
            return Healthcheck.ParseTime(word.Text, "--" + flag);
        }
        catch (ContainerizeException exception)
        {
            throw Wrong(syntax, word.Position, exception.Message);
        }
    }

    private static int? Retries(HealthcheckSyntax syntax)
    {
        if (syntax.Flags["retries"] is not { } word)
            return null;
        if (int.TryParse(word.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var count))
            return count == 0 ? null : count;
        throw Wrong(syntax, word.Position, $"--retries is '{word}'. Give it a number.");
    }

    private static ContainerizeException Wrong(InstructionSyntax syntax, SourcePosition position, string message) =>
        syntax.Line.Source.Error(DiagnosticTable.DockerfileSyntax, position, message);

    // What stands before a colon is the host's port, which an image has no business with.
    [GeneratedRegex(
        @"^(.*:)?(?<first>[0-9]+)(-(?<last>[0-9]+))?(/(?<protocol>tcp|udp|sctp))?\z",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase
    )]
    private static partial Regex PortForm();
}
