using System.Collections.Immutable;
using System.Globalization;
using Containerize.Diagnostics;
using Containerize.Dockerfiles.Syntax;
using Containerize.Dockerfiles.Syntax.Shell;

namespace Containerize.Dockerfiles.Stages;

/// <summary>Which stage is meant by a name or a number, and which are needed.</summary>
/// <param name="file">The Dockerfile.</param>
/// <param name="globals">What <c>FROM</c> sees.</param>
/// <param name="contexts">The named contexts, which take the place of stages of their names.</param>
internal sealed class StageGraph(Dockerfile file, ShellVariables globals, NamedContexts contexts)
{
    private readonly Dictionary<int, HashSet<int>> _needs = [];

    /// <summary>The stage to build.</summary>
    /// <param name="target">Its name or number; null for the last.</param>
    /// <exception cref="ContainerizeException">CTZ0127.</exception>
    public Stage Target(string? target)
    {
        if (target is null)
            return file.Stages[^1];
        return file.Stages.LastOrDefault(stage => Bears(stage, target))
            ?? (
                TryNumber(target, out var number) && number < file.Stages.Length
                    ? file.Stages[number]
                    : throw new ContainerizeException(
                        DiagnosticTable.UnknownStage,
                        $"{file.Source.File} has no stage '{target}' to build.{Suggest(target)}"
                    )
            );
    }

    /// <summary>The stages that a name or a number means; <c>stage-N</c> is one without a name, as BuildKit
    /// writes it.</summary>
    /// <exception cref="ContainerizeException">CTZ0127.</exception>
    public ImmutableArray<Stage> Named(string text)
    {
        ImmutableArray<Stage> named =
        [
            .. file.Stages.Where(stage =>
                Bears(stage, text)
                || (
                    stage.From.Name is null
                    && string.Equals(text, $"stage-{stage.Number}", StringComparison.OrdinalIgnoreCase)
                )
            ),
        ];
        return named.IsEmpty ? [Target(text)] : named;
    }

    /// <summary>The image or stage that a stage is from, its variables replaced.</summary>
    /// <exception cref="ContainerizeException">CTZ0122 for an empty name, CTZ0125, CTZ0126.</exception>
    public (string Text, Stage? Stage) BaseOf(Stage stage)
    {
        var text = new Expansion(file.Source, file.Directives.Escape, globals).Word(stage.From.Image);
        if (text.Length == 0)
            throw file.Source.Error(
                DiagnosticTable.DockerfileSyntax,
                stage.From.Image.Position,
                $"'{stage.From.Image}' is empty, so there is no base. Give its ARG a default above the first "
                    + "FROM, or a value with --build-arg."
            );
        return (text, file.Stages.Take(stage.Number).LastOrDefault(earlier => Bears(earlier, text)));
    }

    /// <summary>The stage that <c>--from</c> means in a stage; null for an image.</summary>
    /// <exception cref="ContainerizeException">CTZ0122 for a variable, CTZ0127 for a bad number, CTZ0128 for
    /// the stage itself.</exception>
    public Stage? Find(SourceText source, SourceWord from, Stage within)
    {
        if (from.Text.Contains('$', StringComparison.Ordinal))
            throw source.Error(
                DiagnosticTable.DockerfileSyntax,
                from.Position,
                $"'{from}' has a variable, and what 'from' names takes none. Give it a stage of its own, 'FROM "
                    + $"{from} AS base', and write from=base."
            );
        var stage =
            file.Stages.Take(within.Number).LastOrDefault(earlier => Bears(earlier, from.Text))
            ?? file.Stages.FirstOrDefault(any => Bears(any, from.Text));
        if (stage is null && TryNumber(from.Text, out var number))
            stage =
                number < file.Stages.Length
                    ? file.Stages[number]
                    : throw source.Error(
                        DiagnosticTable.UnknownStage,
                        from.Position,
                        $"there is no stage {number}: the file has {file.Stages.Length}, and the first is 0."
                    );
        if (stage?.Number == within.Number)
            throw source.Error(
                DiagnosticTable.StageCycle,
                from.Position,
                $"the stage '{within.DisplayName}' cannot be copied from while it is built."
            );
        return stage;
    }

    /// <summary>Remembers that a stage needs another, which may stand below it as long as it does not need the stage
    /// itself.</summary>
    /// <exception cref="ContainerizeException">CTZ0128: each would wait for the other.</exception>
    public void Need(Stage within, Stage other, SourceText source, SourcePosition position)
    {
        lock (_needs)
        {
            if (NeedsOf(other.Number).Contains(within.Number))
                throw source.Error(
                    DiagnosticTable.StageCycle,
                    position,
                    $"the stage '{within.DisplayName}' needs '{other.DisplayName}', which needs "
                        + $"'{within.DisplayName}' itself. Move what both need into a stage of its own."
                );
            if (!_needs.TryGetValue(within.Number, out var others))
                _needs[within.Number] = others = [];
            others.Add(other.Number);
        }
    }

    /// <summary>The stages that a stage needs, itself among them, in the file's order.</summary>
    /// <exception cref="ContainerizeException">CTZ0127, CTZ0128, also for stages that are not needed.</exception>
    public ImmutableArray<Stage> NeededBy(Stage target)
    {
        foreach (var stage in file.Stages.Where(stage => contexts.OfStage(stage) is null))
        {
            foreach (var (source, word, other) in NamedBy(stage))
                Need(stage, other, source, word.Position);
        }

        return [.. NeedsOf(target.Number).Order().Select(number => file.Stages[number])];
    }

    // The stage itself, what it needs, and what that needs.
    private HashSet<int> NeedsOf(int stage)
    {
        var (needed, left) = (new HashSet<int>(), new Stack<int>([stage]));
        while (left.TryPop(out var next))
        {
            if (needed.Add(next) && _needs.TryGetValue(next, out var others))
            {
                foreach (var other in others)
                    left.Push(other);
            }
        }

        return needed;
    }

    /// <summary>The numbers of the stages whose layers a stage has: itself, and those that it is from.</summary>
    public ImmutableHashSet<int> Below(Stage target)
    {
        var below = ImmutableHashSet<int>.Empty;
        for (
            var stage = target;
            stage is not null;
            stage = contexts.OfStage(stage) is null ? BaseOf(stage).Stage : null
        )
            below = below.Add(stage.Number);
        return below;
    }

    /// <summary>What to say after the name of a stage that there is not.</summary>
    public string Suggest(string name)
    {
        var names = file.Stages.Select(stage => stage.From.Name).OfType<string>().ToList();
        var nearest = names.MinBy(known => EditDistance.Between(known, name, 3));
        return nearest is null ? " Its stages have no names."
            : EditDistance.Between(nearest, name, 2) <= 2 ? $" Did you mean '{nearest}'?"
            : $" It has {string.Join(", ", names.Select(known => $"'{known}'"))}.";
    }

    /// <summary>Whether a name is nearly that of a stage, and so probably meant to be.</summary>
    public bool IsNearlyAStage(string name) =>
        file.Stages.Any(stage => stage.From.Name is { } known && EditDistance.Between(known, name, 2) <= 2);

    private IEnumerable<(SourceText Source, SourceWord Word, Stage Stage)> NamedBy(Stage stage)
    {
        if (BaseOf(stage).Stage is { } from)
            yield return (file.Source, stage.From.Image, from);
        foreach (var instruction in stage.Instructions)
        {
            var words = instruction switch
            {
                CopySyntax copy => copy.Flags.All("from"),
                RunSyntax run => run.Flags.All("mount").Select(MountSyntax.FromOf).OfType<SourceWord>(),
                _ => [],
            };
            foreach (var word in words)
            {
                if (Find(instruction.Line.Source, word, stage) is { } other)
                    yield return (instruction.Line.Source, word, other);
            }
        }
    }

    private static bool Bears(Stage stage, string name) =>
        name.Equals(stage.From.Name, StringComparison.OrdinalIgnoreCase);

    private static bool TryNumber(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
