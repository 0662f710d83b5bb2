using System.Text.RegularExpressions;
using Containerize.Diagnostics;
using Containerize.Dockerfiles.Syntax;

namespace Containerize.Dockerfiles.Checks;

/// <summary>The checks of the instructions of one stage, in order: what a variable is depends on what stands
/// above.</summary>
/// <param name="file">The Dockerfile.</param>
/// <param name="given">Tells the value of an argument that has one without a default: given, or above the first
/// <c>FROM</c>.</param>
/// <param name="ignores">Whether <c>.dockerignore</c> leaves a path of the context out.</param>
internal sealed partial class StageChecks(
    Dockerfile file,
    Func<string, string?, string?> given,
    Func<string, bool> ignores
)
{
    private readonly List<CheckFinding> _findings = [];
    private readonly Dictionary<Type, SourcePosition> _last = [];

    public IReadOnlyList<CheckFinding> Findings => _findings;

    /// <summary>Checks a stage that begins with a state.</summary>
    public CheckState Run(Stage stage, CheckState state)
    {
        foreach (var instruction in stage.Instructions)
            state = Check(instruction, state);
        return state;
    }

    private CheckState Check(InstructionSyntax instruction, CheckState state)
    {
        switch (instruction)
        {
            case ArgSyntax argument:
                return argument.Arguments.Aggregate(state, (before, pair) => Declare(instruction, pair, before));
            case EnvSyntax env:
                var values = env
                    .Variables.Select(pair =>
                        (
                            Pair: pair,
                            Name: Word(instruction, pair.Name, state),
                            Value: Word(instruction, pair.Value!.Value, state)
                        )
                    )
                    .ToList();
                foreach (var (pair, name, _) in values)
                    CheckSecret("ENV", name, pair.Name.Position);
                return state with
                {
                    Variables = state.Variables.With(
                        values.Select(value => KeyValuePair.Create(value.Name, value.Value))
                    ),
                };
            case ShellSyntax:
                return state with { HasShell = true };
            case OnbuildSyntax onbuild:
                return state with { Triggers = state.Triggers.Add(onbuild.Trigger) };
            case WorkdirSyntax workdir:
                var path = Word(instruction, workdir.Path, state);
                if (!state.HasFolder && !path.StartsWith('/') && !WindowsPath().IsMatch(path))
                    Add(
                        CheckRule.WorkdirRelativePath,
                        workdir.Path.Position,
                        $"Relative workdir \"{path}\" can have unexpected results if the base image changes."
                    );
                return state with { HasFolder = true };
            case ExposeSyntax expose:
                expose
                    .Ports.SelectMany(word => Words(instruction, word, state).Select(port => (word, port)))
                    .ToList()
                    .ForEach(port => CheckPort(port.word, port.port));
                return state;
            case CopySyntax copy:
                CheckCopy(copy, state);
                return state;
            case CmdSyntax or EntrypointSyntax or HealthcheckSyntax:
                CheckCommand(instruction, state);
                return state;
            default:
                foreach (var word in Expanded(instruction))
                    Word(instruction, word, state);
                return state;
        }
    }

    private CheckState Declare(InstructionSyntax instruction, PairSyntax pair, CheckState state)
    {
        var name = Word(instruction, pair.Name, state);
        CheckSecret("ARG", name, pair.Name.Position);
        var value = given(name, pair.Value is { } written ? Word(instruction, written, state) : null);
        return state with
        {
            Arguments = state.Arguments.Add(name),
            Variables = value is null ? state.Variables : state.Variables.With(name, value),
        };
    }

    private void CheckCommand(InstructionSyntax instruction, CheckState state)
    {
        var (name, command) = instruction switch
        {
            CmdSyntax cmd => ("CMD", cmd.Command),
            EntrypointSyntax entrypoint => ("ENTRYPOINT", entrypoint.Command),
            _ => ("HEALTHCHECK", null),
        };
        // The one above is the one that does not count.
        if (_last.TryGetValue(instruction.GetType(), out var earlier))
            _findings.Add(
                new CheckFinding(
                    CheckRule.MultipleInstructionsDisallowed,
                    earlier,
                    $"Multiple {name} instructions should not be used in the same stage because only the last one "
                        + "will be used."
                )
                {
                    Cause = instruction.Position,
                }
            );
        _last[instruction.GetType()] = instruction.Position;
        if (command is { Words: null, Text.Length: > 0 } && !state.HasShell)
            Add(
                CheckRule.JsonArgsRecommended,
                instruction.Position,
                $"JSON arguments recommended for {name} to prevent unintended behavior related to OS signals: "
                    + $"{name} [\"program\", \"argument\"]."
            );
    }

    private void CheckCopy(CopySyntax copy, CheckState state)
    {
        foreach (
            var flag in copy
                .Flags.Values.Where(flag => flag.Name != "from")
                .Select(flag => flag.Value)
                .OfType<SourceWord>()
        )
            Word(copy, flag, state);
        foreach (var word in copy.Sources)
        {
            var source = Heredoc.Parse(word) is null ? Word(copy, word, state) : "";
            if (
                source.Length > 0
                && copy.Flags["from"] is null
                && !source.Contains("://", StringComparison.Ordinal)
                && ignores(source)
            )
                Add(
                    CheckRule.CopyIgnoredFile,
                    word.Position,
                    $"Attempting to {(copy.IsAdd ? "Add" : "Copy")} file \"{source}\" that is excluded by "
                        + ".dockerignore."
                );
        }

        Word(copy, copy.Destination, state);
    }

    private void CheckPort(SourceWord word, string port)
    {
        var protocol = port.Split('/') is [_, var written] ? written : "";
        if (protocol.Any(char.IsUpper))
            Add(
                CheckRule.ExposeProtoCasing,
                word.Position,
                $"Defined protocol '{port}' in EXPOSE instruction should be lowercase."
            );
        if (port.Contains(':', StringComparison.Ordinal))
            Add(
                CheckRule.ExposeInvalidFormat,
                word.Position,
                $"EXPOSE instruction should not define an IP address or host-port mapping, found '{port}'."
            );
    }

    private void CheckSecret(string instruction, string name, SourcePosition position)
    {
        if (SecretName().IsMatch(name) && !PublicName().IsMatch(name))
            Add(
                CheckRule.SecretsUsedInArgOrEnv,
                position,
                $"Do not use ARG or ENV instructions for sensitive data ({instruction} \"{name}\"). Use RUN "
                    + "--mount=type=secret."
            );
    }

    private static IEnumerable<SourceWord> Expanded(InstructionSyntax instruction) =>
        instruction switch
        {
            LabelSyntax label => label.Labels.SelectMany(pair => new[] { pair.Name, pair.Value!.Value }),
            UserSyntax user => [user.User],
            VolumeSyntax volume => volume.Paths,
            StopSignalSyntax signal => [signal.Signal],
            RunSyntax run => run.Flags.Values.Select(flag => flag.Value).OfType<SourceWord>(),
            _ => [],
        };

    private string Word(InstructionSyntax instruction, SourceWord word, CheckState state) =>
        Expansion(instruction, word, state).WordOrText(word);

    private string[] Words(InstructionSyntax instruction, SourceWord word, CheckState state) =>
        Word(instruction, word, state).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    private Expansion Expansion(InstructionSyntax instruction, SourceWord word, CheckState state) =>
        new(instruction.Line.Source, file.Directives.Escape, state.Variables)
        {
            Seen = (name, isSet) =>
            {
                if (!isSet && !state.Arguments.Contains(name))
                    Add(
                        CheckRule.UndefinedVar,
                        word.Position,
                        $"Usage of undefined variable '${name}'"
                            + (
                                Spelling.Nearest(name, state.Variables.Values.Keys) is { } known
                                    ? $" (did you mean ${known}?)."
                                    : "."
                            )
                    );
            },
        };

    private void Add(CheckRule rule, SourcePosition position, string message) =>
        _findings.Add(new CheckFinding(rule, position, message));

    // Whole words between underscores, as BuildKit's linter has them.
    [GeneratedRegex(
        "(?:_|^)(?:apikey|auth|credentials?|key|password|pword|passwd|secret|token)(?:_|$)",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex SecretName();

    [GeneratedRegex("(?:_|^)public(?:_|$)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex PublicName();

    [GeneratedRegex(@"^[a-zA-Z]:[/\\]", RegexOptions.CultureInvariant)]
    private static partial Regex WindowsPath();
}
