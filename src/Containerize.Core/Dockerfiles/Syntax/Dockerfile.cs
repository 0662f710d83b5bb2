using System.Collections.Immutable;

namespace Containerize.Dockerfiles.Syntax;

/// <summary>A Dockerfile as it is written (docs.docker.com, "Dockerfile reference"; what it leaves open is as BuildKit
/// has it).</summary>
/// <param name="Source">Its text.</param>
/// <param name="Directives">Its directives.</param>
/// <param name="Arguments">The <c>ARG</c> before the first <c>FROM</c>, for <c>FROM</c> itself.</param>
/// <param name="Stages">Its stages, one at least.</param>
public sealed record Dockerfile(
    SourceText Source,
    Directives Directives,
    ImmutableArray<ArgSyntax> Arguments,
    ImmutableArray<Stage> Stages
)
{
    /// <summary>Reads a Dockerfile.</summary>
    /// <param name="file">What the user calls it.</param>
    /// <param name="text">Its content.</param>
    /// <exception cref="Diagnostics.ContainerizeException">CTZ0121 to CTZ0124, each with its place.</exception>
    public static Dockerfile Parse(string file, string text)
    {
        var source = new SourceText(file, text);
        var directives = Directives.Read(source);
        var instructions = new LogicalLines(source, directives)
            .ReadAll()
            .Select(line => InstructionParser.Parse(line, directives.Escape));
        return StageParser.Parse(source, directives, [.. instructions]);
    }

    /// <summary>Reads an <c>ONBUILD</c> trigger of the base of a stage. Errors name the image that has it, and not this
    /// file.</summary>
    public static IEnumerable<InstructionSyntax> ParseTrigger(Stage stage, string trigger) =>
        Parse($"ONBUILD of {stage.From.Image}", "FROM scratch\n" + trigger).Stages[0].Instructions;
}

/// <summary>A stage: <c>FROM</c> and what follows it up to the next.</summary>
/// <param name="Number">Its number, from 0.</param>
/// <param name="From">Its first instruction.</param>
/// <param name="Instructions">The others, in order.</param>
public sealed record Stage(int Number, FromSyntax From, ImmutableArray<InstructionSyntax> Instructions)
{
    /// <summary>The operating-system packages that <c># containerize: packages=…</c> above it names.</summary>
    public ImmutableArray<SourceWord> Packages { get; init; } = [];

    /// <summary>What messages call it: its name, or its number.</summary>
    public string DisplayName => From.Name ?? Number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
