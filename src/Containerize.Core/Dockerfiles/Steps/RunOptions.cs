using System.Collections.Immutable;
using System.Text;
using Containerize.Diagnostics;
using Containerize.Dockerfiles.Execution.Requests;
using Containerize.Dockerfiles.Stages;
using Containerize.Dockerfiles.Syntax;

namespace Containerize.Dockerfiles.Steps;

/// <summary>What a <c>RUN</c> says: its words, with what stands in heredocs.</summary>
internal sealed record RunOptions
{
    private const string ScriptFolder = "/dev/pipes";

    /// <summary>The instruction.</summary>
    public required RunSyntax Syntax { get; init; }

    /// <summary>The words of the command, the shell before a line.</summary>
    public required ImmutableArray<string> Command { get; init; }

    /// <summary>A heredoc that names its own interpreter, as the file that is run; null for none.</summary>
    public FileMount? Script { get; init; }

    /// <summary>What is mounted, its variables replaced.</summary>
    public required ImmutableArray<MountSyntax> Mounts { get; init; }

    /// <summary><c>--network</c>.</summary>
    public NetworkMode Network { get; init; }

    /// <summary>The instruction for history and messages.</summary>
    public required string Text { get; init; }

    /// <summary>Reads an instruction.</summary>
    /// <exception cref="ContainerizeException">CTZ0122, CTZ0125, CTZ0126, CTZ0135.</exception>
    public static RunOptions Of(RunSyntax syntax, StageState state, Expansion expansion)
    {
        RefuseUnsupported(syntax, expansion);
        if (syntax.Command is { Words: [] })
            throw syntax.Line.Source.Error(
                DiagnosticTable.DockerfileSyntax,
                syntax.Position,
                "RUN needs a command, and the list is empty."
            );
        var flags = syntax
            .Flags.Values.Where(flag => flag.Name != "mount" || flag.Value is not null)
            .Select(flag => $"--{flag.Name}={flag.Value} ");
        var written = syntax.Command.Words is { } words
            ? Recipes.Instructions.DockerfileText.Words(words)
            : Line(syntax);
        var script = ReadScript(syntax);
        return new RunOptions
        {
            Syntax = syntax,
            // An empty line is run by the shell as any other.
            Command = script is not null
                ? [script.Target]
                : syntax.Command.Words ?? [.. ConfigInstructions.ShellOf(state.Image), ShellLine(syntax)],
            Script = script,
            Mounts =
            [
                .. syntax
                    .Flags.All("mount")
                    .Select(word => MountSyntax.Parse(syntax.Line.Source, word, expansion.Word(word))),
            ],
            Network = ReadNetwork(syntax, expansion),
            Text = $"RUN {string.Concat(flags)}{written}",
        };
    }

    // A heredoc alone is the script; with a command before it, the shell reads it as it reads any.
    private static bool IsHeredocAlone(RunSyntax syntax) =>
        syntax.Line.Heredocs.Length == 1
        && Heredoc.Parse(new SourceWord(syntax.Command.Text.Trim(), syntax.Position)) is not null;

    private static FileMount? ReadScript(RunSyntax syntax)
    {
        if (
            syntax.Command.Words is not null
            || !IsHeredocAlone(syntax)
            || !syntax.Line.Heredocs[0].Content.StartsWith("#!", StringComparison.Ordinal)
        )
            return null;
        var heredoc = syntax.Line.Heredocs[0];
        return new FileMount($"{ScriptFolder}/{heredoc.Name}", Encoding.UTF8.GetBytes(heredoc.Content), 0b111_101_101);
    }

    private static string ShellLine(RunSyntax syntax) =>
        syntax.Line.Heredocs.IsEmpty ? syntax.Command.Text
        : IsHeredocAlone(syntax) ? syntax.Line.Heredocs[0].Content
        : Line(syntax);

    private static string Line(RunSyntax syntax) =>
        syntax.Command.Text
        + string.Concat(syntax.Line.Heredocs.Select(heredoc => "\n" + heredoc.RawContent + heredoc.Name));

    private static void RefuseUnsupported(RunSyntax syntax, Expansion expansion)
    {
        foreach (var (name, value, position) in syntax.Flags.Values)
        {
            if (name == "device" || (name == "security" && expansion.Word(value!.Value) != "sandbox"))
                throw syntax.Line.Source.Error(
                    DiagnosticTable.DockerfileUnsupported,
                    position,
                    $"--{name}={value} would give the command what is outside of its sandbox, which this "
                        + "builder never does. Remove it, or build with an engine."
                );
        }
    }

    private static NetworkMode ReadNetwork(RunSyntax syntax, Expansion expansion) =>
        syntax.Flags["network"] is not { } word
            ? NetworkMode.Default
            : expansion.Word(word) switch
            {
                "default" or "" => NetworkMode.Default,
                "none" => NetworkMode.None,
                "host" => NetworkMode.Host,
                var other => throw syntax.Line.Source.Error(
                    DiagnosticTable.DockerfileSyntax,
                    word.Position,
                    $"--network is 'default', 'none' or 'host', and not '{other}'."
                ),
            };
}
