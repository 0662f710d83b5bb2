using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Containerize.Diagnostics;

namespace Containerize.Dockerfiles.Syntax;

/// <summary>Reads one instruction.</summary>
internal static partial class InstructionParser
{
    private static readonly string[] Names =
    [
        "ADD",
        "ARG",
        "CMD",
        "COPY",
        "ENTRYPOINT",
        "ENV",
        "EXPOSE",
        "FROM",
        "HEALTHCHECK",
        "LABEL",
        "MAINTAINER",
        "ONBUILD",
        "RUN",
        "SHELL",
        "STOPSIGNAL",
        "USER",
        "VOLUME",
        "WORKDIR",
    ];

    /// <summary>Reads an instruction.</summary>
    /// <param name="line">Its text.</param>
    /// <param name="escape">The escape.</param>
    /// <exception cref="ContainerizeException">CTZ0121, CTZ0122, CTZ0124.</exception>
    public static InstructionSyntax Parse(LogicalLine line, char escape)
    {
        var word = line.Words(0)[0];
        var flags = InstructionFlags.Read(line, word.Text.Length, escape);
        var name = word.Text.ToUpperInvariant();
        return name switch
        {
            "FROM" => ParseFrom(flags.Check(name)),
            "RUN" => new RunSyntax(line, ParseCommand(line, flags.End), flags.Check(name)),
            "COPY" or "ADD" => ParseCopy(flags.Check(name), name),
            "HEALTHCHECK" => ParseHealthcheck(flags),
            "ONBUILD" => ParseOnbuild(line, flags.Check(name).End, escape),
            _ when Names.Contains(name) => ParsePlain(line, name, flags.Check(name).End, escape),
            _ => throw line.Source.Error(
                DiagnosticTable.UnknownInstruction,
                word.Position,
                $"'{word}' is no instruction of a Dockerfile.{Suggestion(name)}"
            ),
        };
    }

    private static InstructionSyntax ParsePlain(LogicalLine line, string name, int start, char escape) =>
        name switch
        {
            "ARG" => new ArgSyntax(line, PairReader.ReadArguments(line, start, escape)),
            "ENV" => new EnvSyntax(line, PairReader.ReadPairs(line, start, escape, name)),
            "LABEL" => new LabelSyntax(line, PairReader.ReadPairs(line, start, escape, name)),
            "MAINTAINER" => new MaintainerSyntax(line, Rest(line, start, name)),
            "WORKDIR" => new WorkdirSyntax(line, Rest(line, start, name)),
            "USER" => new UserSyntax(line, Rest(line, start, name)),
            "STOPSIGNAL" => new StopSignalSyntax(line, Rest(line, start, name)),
            "SHELL" => new ShellSyntax(line, JsonForm.Require(line, start, name)),
            "EXPOSE" => new ExposeSyntax(line, AtLeastOne(line, line.Words(start), name)),
            "VOLUME" => ParseVolume(line, AtLeastOne(line, WordsOrList(line, start), name)),
            "CMD" => new CmdSyntax(line, ParseCommand(line, start)),
            _ => new EntrypointSyntax(line, ParseCommand(line, start)),
        };

    private static CommandSyntax ParseCommand(LogicalLine line, int start) =>
        JsonForm.Read(line, start) is { } words
            ? new CommandSyntax(words, "")
            : new CommandSyntax(null, line.Text[start..]);

    private static VolumeSyntax ParseVolume(LogicalLine line, ImmutableArray<SourceWord> paths)
    {
        var trimmed = paths.Select(path => path with { Text = path.Text.Trim() }).ToImmutableArray();
        return trimmed.FirstOrDefault(path => path.Text.Length == 0) is { Text: not null } empty
            ? throw Wrong(line, empty.Position, "VOLUME is followed by paths, and one of them is empty.")
            : new VolumeSyntax(line, trimmed);
    }

    private static FromSyntax ParseFrom(InstructionFlags flags)
    {
        var (line, words) = (flags.Line, flags.Line.Words(flags.End));
        if (words is [var image])
            return new FromSyntax(line, image, null, flags["platform"]);
        if (
            words is not [var named, var between, var name]
            || !between.Text.Equals("AS", StringComparison.OrdinalIgnoreCase)
        )
            throw Wrong(
                line,
                words.Length > 1 ? words[1].Position : line.Start,
                "FROM is followed by one image, and a name if you like: FROM image AS name."
            );
        return StageName().IsMatch(name.Text.ToLowerInvariant())
            ? new FromSyntax(line, named, name.Text.ToLowerInvariant(), flags["platform"])
            {
                As = between,
                WrittenName = name,
            }
            : throw Wrong(
                line,
                name.Position,
                $"'{name}' cannot be a stage's name: it begins with a letter, and letters, digits, '-', '_' "
                    + "and '.' follow."
            );
    }

    private static CopySyntax ParseCopy(InstructionFlags flags, string name)
    {
        var words = WordsOrList(flags.Line, flags.End);
        if (words.Length < 2)
            throw Wrong(flags.Line, flags.Line.Start, $"{name} needs what to copy and where to: {name} file /folder/.");
        if (Heredoc.Parse(words[^1]) is not null)
            throw Wrong(
                flags.Line,
                words[^1].Position,
                $"the text '{words[^1]}' cannot be where {name} copies to. Name a path as the last word."
            );
        return new CopySyntax(flags.Line, words[..^1], words[^1], flags, name == "ADD");
    }

    private static HealthcheckSyntax ParseHealthcheck(InstructionFlags flags)
    {
        var line = flags.Line;
        if (line.Words(flags.End) is not [var kind, ..] words)
            throw Wrong(
                line,
                line.Start,
                "HEALTHCHECK needs a command or NONE: HEALTHCHECK CMD curl -f http://localhost/."
            );
        var isNone = kind.Text.Equals("NONE", StringComparison.OrdinalIgnoreCase);
        if (isNone ? words.Length > 1 : !kind.Text.Equals("CMD", StringComparison.OrdinalIgnoreCase))
            throw Wrong(
                line,
                words[isNone ? 1 : 0].Position,
                "HEALTHCHECK is followed by CMD and a command, or by NONE alone."
            );
        if (!isNone && words.Length == 1)
            throw Wrong(line, kind.Position, "HEALTHCHECK CMD needs a command.");
        var start = line.Text.IndexOf(kind.Text, flags.End, StringComparison.Ordinal) + kind.Text.Length;
        var command = isNone
            ? null
            : ParseCommand(line, line.Text.Length - line.Text.AsSpan(start).TrimStart(" \t\v\f\r").Length);
        if (command is { Words: [] })
            throw Wrong(line, kind.Position, "HEALTHCHECK CMD needs a command, and the list is empty.");
        // As in BuildKit, NONE needs no option and none is looked at.
        return new HealthcheckSyntax(line, command, isNone ? flags : flags.Check("HEALTHCHECK"));
    }

    private static OnbuildSyntax ParseOnbuild(LogicalLine line, int start, char escape)
    {
        var rest = line.Text[start..];
        if (rest.Length == 0)
            throw Wrong(line, line.Start, "ONBUILD needs an instruction: ONBUILD COPY . /app.");
        var trigger = line with
        {
            Text = rest,
            Pieces =
            [
                .. line.Pieces.Select(piece => piece with { Offset = piece.Offset - (line.Text.Length - rest.Length) }),
            ],
        };
        return Parse(trigger, escape) is OnbuildSyntax or FromSyntax or MaintainerSyntax
            ? throw Wrong(
                line,
                trigger.Start,
                $"{trigger.Words(0)[0].Text.ToUpperInvariant()} cannot be an instruction of ONBUILD."
            )
            : new OnbuildSyntax(
                line,
                rest
                    + line.Tail
                    + string.Concat(line.Heredocs.Select(heredoc => "\n" + heredoc.RawContent + heredoc.Name))
            );
    }

    private static ImmutableArray<SourceWord> WordsOrList(LogicalLine line, int start) =>
        JsonForm.Read(line, start) is { } words
            ? [.. words.Select(word => new SourceWord(word, line.PositionAt(start)))]
            : line.Words(start);

    private static SourceWord Rest(LogicalLine line, int start, string name) =>
        start < line.Text.Length
            ? line.Slice(start, line.Text.Length)
            : throw Wrong(line, line.Start, $"{name} needs an argument.");

    private static ImmutableArray<SourceWord> AtLeastOne(
        LogicalLine line,
        ImmutableArray<SourceWord> words,
        string name
    ) => !words.IsEmpty ? words : throw Wrong(line, line.Start, $"{name} needs an argument.");

    private static ContainerizeException Wrong(LogicalLine line, SourcePosition position, string message) =>
        line.Source.Error(DiagnosticTable.DockerfileSyntax, position, message);

    private static string Suggestion(string name)
    {
        var nearest = Names.MinBy(known => EditDistance.Between(known, name, 3))!;
        return EditDistance.Between(nearest, name, 2) <= 2
            ? $" Did you mean {nearest}?"
            : $" There are {string.Join(", ", Names)}.";
    }

    [GeneratedRegex(@"^[a-z][a-z0-9-_.]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex StageName();
}
