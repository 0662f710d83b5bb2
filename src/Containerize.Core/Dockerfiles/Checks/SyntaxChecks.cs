using Containerize.Dockerfiles.Syntax;

namespace Containerize.Dockerfiles.Checks;

/// <summary>The checks that need nothing but what is written.</summary>
/// <param name="file">The Dockerfile.</param>
internal sealed class SyntaxChecks(Dockerfile file)
{
    private static readonly string[] Reserved = ["scratch", "context"];

    private IEnumerable<InstructionSyntax> Instructions =>
        file.Stages.SelectMany(stage => stage.Instructions.Prepend(stage.From));

    public IEnumerable<CheckFinding> Run() =>
        [
            .. Continuations(),
            .. Casing(),
            .. StageNames(),
            .. Instructions.SelectMany(OfInstruction),
            .. Descriptions(),
        ];

    private IEnumerable<CheckFinding> Continuations() =>
        Instructions
            .Concat(file.Arguments)
            .Where(instruction => instruction.Line.EmptyLine is not null)
            .Select(instruction => new CheckFinding(
                CheckRule.NoEmptyContinuation,
                instruction.Line.EmptyLine!.Value,
                "Empty continuation line: the instruction above goes on below it. Remove the line, or begin "
                    + "it with '#'."
            ));

    // The more frequent casing is right, and capitals where neither is.
    private IEnumerable<CheckFinding> Casing()
    {
        var words = Instructions.Select(instruction => (Word: instruction.Line.Words(0)[0], instruction)).ToList();
        var isLower = words.Count(entry => IsLower(entry.Word.Text)) > words.Count(entry => IsUpper(entry.Word.Text));
        return words
            .Where(entry => isLower ? !IsLower(entry.Word.Text) : !IsUpper(entry.Word.Text))
            .Select(entry => new CheckFinding(
                CheckRule.ConsistentInstructionCasing,
                entry.Word.Position,
                $"Command '{entry.Word}' should match the case of the command majority "
                    + $"({(isLower ? "lowercase" : "uppercase")})."
            ));
    }

    private IEnumerable<CheckFinding> StageNames()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var from in file.Stages.Select(stage => stage.From))
        {
            var keyword = from.Line.Words(0)[0].Text;
            if (
                from.As is { } written
                && (IsLower(keyword) && !IsLower(written.Text) || IsUpper(keyword) && !IsUpper(written.Text))
            )
                yield return new CheckFinding(
                    CheckRule.FromAsCasing,
                    written.Position,
                    $"'{written}' and '{keyword}' keywords' casing do not match."
                );
            if (from.WrittenName is not { } name)
                continue;
            if (!IsLower(name.Text))
                yield return new CheckFinding(
                    CheckRule.StageNameCasing,
                    name.Position,
                    $"Stage name '{name}' should be lowercase."
                );
            if (Reserved.Contains(from.Name))
                yield return new CheckFinding(
                    CheckRule.ReservedStageName,
                    name.Position,
                    $"Stage name should not use the same name as reserved stage \"{from.Name}\"."
                );
            if (!seen.Add(from.Name!))
                yield return new CheckFinding(
                    CheckRule.DuplicateStageName,
                    name.Position,
                    $"Duplicate stage name \"{from.Name}\", stage names should be unique."
                );
        }
    }

    private static IEnumerable<CheckFinding> OfInstruction(InstructionSyntax instruction) =>
        instruction switch
        {
            MaintainerSyntax maintainer =>
            [
                new CheckFinding(
                    CheckRule.MaintainerDeprecated,
                    maintainer.Position,
                    "Maintainer instruction is deprecated in favor of using label: LABEL "
                        + "org.opencontainers.image.authors=\"…\"."
                ),
            ],
            EnvSyntax { Variables: [{ IsOldForm: true } pair] } => [OldForm("ENV", pair)],
            LabelSyntax { Labels: [{ IsOldForm: true } pair] } => [OldForm("LABEL", pair)],
            _ => [],
        };

    private static CheckFinding OldForm(string instruction, PairSyntax pair) =>
        new(
            CheckRule.LegacyKeyValueFormat,
            pair.Name.Position,
            $"\"{instruction} key=value\" should be used instead of legacy \"{instruction} key value\" format."
        );

    private IEnumerable<CheckFinding> Descriptions() =>
        Instructions
            .Concat(file.Arguments)
            .SelectMany(instruction =>
                instruction switch
                {
                    FromSyntax { Name: { } name } from => Description(from, "FROM", [name]),
                    ArgSyntax argument => Description(
                        argument,
                        "ARG",
                        [.. argument.Arguments.Select(pair => pair.Name.Text)]
                    ),
                    _ => [],
                }
            );

    private static IEnumerable<CheckFinding> Description(InstructionSyntax instruction, string keyword, string[] names)
    {
        var comments = instruction.Line.Comments.Where(comment => Directives.CheckOf(comment.Text) is null).ToList();
        if (comments is not [.., var comment] || names.Contains(comment.Text.Split(' ')[0]))
            yield break;
        yield return new CheckFinding(
            CheckRule.InvalidDefinitionDescription,
            comment.Position,
            $"Comment for {keyword} should follow the format: `# {(names.Length > 1 ? "<arg_key>" : names[0])} "
                + "<description>`. "
                + "If this is not intended to be a description comment, add an empty line or comment between the "
                + "instruction and the comment."
        );
    }

    private static bool IsLower(string text) => !text.Any(char.IsUpper);

    private static bool IsUpper(string text) => !text.Any(char.IsLower);
}
