using System.Collections.Immutable;
using System.Globalization;
using Containerize.Diagnostics;
using Containerize.Dockerfiles.Syntax;
using Containerize.Dockerfiles.Syntax.Shell;

namespace Containerize.Dockerfiles.Stages;

/// <summary>Which stage is meant by a name or a number, and which are needed.</summary>
/// <param name="file">The Dockerfile.</param>
/// <param name="globals">What <c>FROM</c> sees.</param>
internal sealed class StageGraph(Dockerfile file, ShellVariables globals)
{
    /// <summary>The stage to build.</summary>
    /// <param name="target">Its name or number; null for the last.</param>
    /// <exception cref="ContainerizeException">CTZ0127.</exception>
    public Stage Target(string? target)
    {
        if (target is null)
            return file.Stages[^1];
        return file.Stages.LastOrDefault(stage => Bears(stage, target))
            ?? (TryNumber(target, out var number) && number < file.Stages.Length ? file.Stages[number]
            : throw new ContainerizeException(DiagnosticTable.UnknownStage, $"{file.Source.File} has no stage '{target}' to build.{Suggest(target)}"));
    }

    /// <summary>The image or stage that a stage is from, its variables replaced.</summary>
    /// <exception cref="ContainerizeException">CTZ0122 for an empty name, CTZ0125, CTZ0126.</exception>
    public (string Text, Stage? Stage) BaseOf(Stage stage)
    {
        var text = new Expansion(file.Source, file.Directives.Escape, globals).Word(stage.From.Image);
        if (text.Length == 0)
            throw file.Source.Error(DiagnosticTable.DockerfileSyntax, stage.From.Image.Position,
                $"'{stage.From.Image}' is empty, so there is no base. Give its ARG a default above the first FROM, or a value with --build-arg.");
        return (text, file.Stages.Take(stage.Number).LastOrDefault(earlier => Bears(earlier, text)));
    }

    /// <summary>The stage that <c>--from</c> means in a stage; null for an image.</summary>
    /// <exception cref="ContainerizeException">CTZ0127 for a number that is none, CTZ0128 for the stage itself and later ones.</exception>
    public Stage? Find(SourceText source, SourceWord from, Stage within)
    {
        var stage = file.Stages.Take(within.Number).LastOrDefault(earlier => Bears(earlier, from.Text))
            ?? file.Stages.FirstOrDefault(any => Bears(any, from.Text));
        if (stage is null && TryNumber(from.Text, out var number))
            stage = number < file.Stages.Length ? file.Stages[number] : throw source.Error(DiagnosticTable.UnknownStage, from.Position,
                $"there is no stage {number}: the file has {file.Stages.Length}, and the first is 0.");
        if (stage?.Number == within.Number)
            throw source.Error(DiagnosticTable.StageCycle, from.Position, $"the stage '{within.DisplayName}' cannot be copied from while it is built.");
        if (stage?.Number > within.Number)
            throw source.Error(DiagnosticTable.StageCycle, from.Position,
                $"the stage '{stage.DisplayName}' stands below this one. A stage can use those above it only: move its FROM and all that belongs to it up.");
        return stage;
    }

    /// <summary>The stages that a stage needs, itself among them, in the file's order.</summary>
    /// <exception cref="ContainerizeException">CTZ0127, CTZ0128, also for stages that are not needed.</exception>
    public ImmutableArray<Stage> NeededBy(Stage target)
    {
        var needs = file.Stages.ToImmutableDictionary(stage => stage.Number, stage => NeedsOf(stage).ToImmutableArray());
        var (needed, left) = (new SortedDictionary<int, Stage>(), new Stack<Stage>([target]));
        while (left.TryPop(out var stage))
        {
            if (!needed.TryAdd(stage.Number, stage))
                continue;
            foreach (var other in needs[stage.Number])
                left.Push(other);
        }

        return [.. needed.Values];
    }

    /// <summary>The numbers of the stages whose layers a stage has: itself, and those that it is from.</summary>
    public ImmutableHashSet<int> Below(Stage target)
    {
        var below = ImmutableHashSet<int>.Empty;
        for (var stage = target; stage is not null; stage = BaseOf(stage).Stage)
            below = below.Add(stage.Number);
        return below;
    }

    /// <summary>What to say after the name of a stage that there is not.</summary>
    public string Suggest(string name)
    {
        var names = file.Stages.Select(stage => stage.From.Name).OfType<string>().ToList();
        var nearest = names.MinBy(known => EditDistance.Between(known, name, 3));
        return nearest is null ? " Its stages have no names." : EditDistance.Between(nearest, name, 2) <= 2 ? $" Did you mean '{nearest}'?"
            : $" It has {string.Join(", ", names.Select(known => $"'{known}'"))}.";
    }

    /// <summary>Whether a name is nearly that of a stage, and so probably meant to be.</summary>
    public bool IsNearlyAStage(string name) => file.Stages.Any(stage => stage.From.Name is { } known && EditDistance.Between(known, name, 2) <= 2);

    private IEnumerable<Stage> NeedsOf(Stage stage)
    {
        if (BaseOf(stage).Stage is { } from)
            yield return from;
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
                    yield return other;
            }
        }
    }

    private static bool Bears(Stage stage, string name) => name.Equals(stage.From.Name, StringComparison.OrdinalIgnoreCase);

    private static bool TryNumber(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
