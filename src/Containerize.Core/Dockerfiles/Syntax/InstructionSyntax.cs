using System.Collections.Immutable;

namespace Containerize.Dockerfiles.Syntax;

/// <summary>One instruction as it is written: nothing in it is expanded or looked up yet.</summary>
/// <param name="Line">Its text, with its place.</param>
public abstract record InstructionSyntax(LogicalLine Line)
{
    /// <summary>Where it begins.</summary>
    public SourcePosition Position => Line.Start;
}

/// <summary><c>ARG name[=default]…</c></summary>
public sealed record ArgSyntax(LogicalLine Line, ImmutableArray<PairSyntax> Arguments) : InstructionSyntax(Line);

/// <summary><c>ENV name=value…</c></summary>
public sealed record EnvSyntax(LogicalLine Line, ImmutableArray<PairSyntax> Variables) : InstructionSyntax(Line);

/// <summary><c>LABEL name=value…</c></summary>
public sealed record LabelSyntax(LogicalLine Line, ImmutableArray<PairSyntax> Labels) : InstructionSyntax(Line);

/// <summary><c>MAINTAINER text</c>: the author.</summary>
public sealed record MaintainerSyntax(LogicalLine Line, SourceWord Author) : InstructionSyntax(Line);

/// <summary><c>WORKDIR path</c></summary>
public sealed record WorkdirSyntax(LogicalLine Line, SourceWord Path) : InstructionSyntax(Line);

/// <summary><c>USER name[:group]</c></summary>
public sealed record UserSyntax(LogicalLine Line, SourceWord User) : InstructionSyntax(Line);

/// <summary><c>EXPOSE port[/protocol]…</c></summary>
public sealed record ExposeSyntax(LogicalLine Line, ImmutableArray<SourceWord> Ports) : InstructionSyntax(Line);

/// <summary><c>VOLUME path…</c></summary>
public sealed record VolumeSyntax(LogicalLine Line, ImmutableArray<SourceWord> Paths) : InstructionSyntax(Line);

/// <summary><c>STOPSIGNAL signal</c></summary>
public sealed record StopSignalSyntax(LogicalLine Line, SourceWord Signal) : InstructionSyntax(Line);

/// <summary><c>SHELL ["program", "argument"…]</c></summary>
public sealed record ShellSyntax(LogicalLine Line, ImmutableArray<string> Words) : InstructionSyntax(Line);

/// <summary><c>CMD</c></summary>
public sealed record CmdSyntax(LogicalLine Line, CommandSyntax Command) : InstructionSyntax(Line);

/// <summary><c>ENTRYPOINT</c></summary>
public sealed record EntrypointSyntax(LogicalLine Line, CommandSyntax Command) : InstructionSyntax(Line);

/// <summary><c>HEALTHCHECK</c></summary>
public sealed record HealthcheckSyntax(LogicalLine Line, CommandSyntax? Command, InstructionFlags Flags)
    : InstructionSyntax(Line);

/// <summary><c>ONBUILD instruction</c>: what is done when another file builds upon this image.</summary>
/// <param name="Line">Its text.</param>
/// <param name="Trigger">The instruction after the word, with its heredocs.</param>
public sealed record OnbuildSyntax(LogicalLine Line, string Trigger) : InstructionSyntax(Line);

/// <summary><c>RUN</c></summary>
public sealed record RunSyntax(LogicalLine Line, CommandSyntax Command, InstructionFlags Flags)
    : InstructionSyntax(Line);

/// <summary><c>COPY</c> and <c>ADD</c></summary>
/// <param name="Line">Its text.</param>
/// <param name="Sources">What is copied, one at least: paths, URLs, or the words of heredocs.</param>
/// <param name="Destination">Where it goes.</param>
/// <param name="Flags">Its options.</param>
/// <param name="IsAdd">Whether it is <c>ADD</c>, which unpacks archives and fetches URLs.</param>
public sealed record CopySyntax(
    LogicalLine Line,
    ImmutableArray<SourceWord> Sources,
    SourceWord Destination,
    InstructionFlags Flags,
    bool IsAdd
) : InstructionSyntax(Line);

/// <summary><c>FROM image [AS name]</c></summary>
/// <param name="Line">Its text.</param>
/// <param name="Image">The image or the stage.</param>
/// <param name="Name">The stage's name in small letters; null for none.</param>
/// <param name="Platform">What <c>--platform</c> says; null for nothing.</param>
public sealed record FromSyntax(LogicalLine Line, SourceWord Image, string? Name, SourceWord? Platform)
    : InstructionSyntax(Line)
{
    /// <summary>The word before the name as it is written; null for no name.</summary>
    public SourceWord? As { get; init; }

    /// <summary>The name as it is written; null for none.</summary>
    public SourceWord? WrittenName { get; init; }
}

/// <summary>A name with a value, both as they are written.</summary>
/// <param name="Name">The name.</param>
/// <param name="Value">The value; null for a name alone, which only <c>ARG</c> has.</param>
public sealed record PairSyntax(SourceWord Name, SourceWord? Value)
{
    /// <summary>Whether it is written as <c>name value</c>.</summary>
    public bool IsOldForm { get; init; }
}

/// <summary>A command: a list of words in JSON, or a line for the shell.</summary>
/// <param name="Words">The words of the list; null for a line.</param>
/// <param name="Text">The line; empty for a list.</param>
public sealed record CommandSyntax(ImmutableArray<string>? Words, string Text);
