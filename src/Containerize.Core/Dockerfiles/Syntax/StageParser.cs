using System.Collections.Immutable;
using Containerize.Diagnostics;

namespace Containerize.Dockerfiles.Syntax;

/// <summary>Parts the instructions of a Dockerfile into stages.</summary>
internal static class StageParser
{
    private const string OwnComment = "containerize:";
    private const string PackagesSetting = "packages=";

    public static Dockerfile Parse(
        SourceText source,
        Directives directives,
        ImmutableArray<InstructionSyntax> instructions
    )
    {
        var first = instructions.TakeWhile(instruction => instruction is not FromSyntax).ToImmutableArray();
        if (first.FirstOrDefault(instruction => instruction is not ArgSyntax) is { } early)
            throw source.Error(
                DiagnosticTable.DockerfileSyntax,
                early.Position,
                "nothing but ARG may stand before the first FROM. Put FROM with the base image above it, or "
                    + "FROM scratch."
            );
        if (first.Length == instructions.Length)
            throw source.Error(
                DiagnosticTable.DockerfileSyntax,
                source.At(0, 0),
                "there is no FROM in the file, so there is nothing to build. Begin with FROM and the base "
                    + "image, or FROM scratch."
            );
        var stages = ImmutableArray.CreateBuilder<Stage>();
        foreach (var instruction in instructions.Skip(first.Length))
        {
            if (instruction is FromSyntax from)
                stages.Add(new Stage(stages.Count, from, []) { Packages = ReadPackages(from.Line) });
            else
                stages[^1] = stages[^1] with { Instructions = stages[^1].Instructions.Add(instruction) };
        }

        return new Dockerfile(source, directives, [.. first.Cast<ArgSyntax>()], stages.ToImmutable());
    }

    // Any other builder sees a comment.
    private static ImmutableArray<SourceWord> ReadPackages(LogicalLine from)
    {
        var packages = ImmutableArray.CreateBuilder<SourceWord>();
        foreach (
            var comment in from.Comments.Where(comment => comment.Text.StartsWith(OwnComment, StringComparison.Ordinal))
        )
        {
            var setting = comment.Text[OwnComment.Length..].Trim();
            if (!setting.StartsWith(PackagesSetting, StringComparison.Ordinal))
                throw from.Source.Error(
                    DiagnosticTable.DockerfileSyntax,
                    comment.Position,
                    $"'{setting}' after '# {OwnComment}' means nothing. '# {OwnComment} packages=curl,tzdata' "
                        + "installs packages."
                );
            packages.AddRange(
                setting[PackagesSetting.Length..]
                    .Split([',', ' '], StringSplitOptions.RemoveEmptyEntries)
                    .Select(name => new SourceWord(name, comment.Position))
            );
        }

        return packages.ToImmutable();
    }
}
