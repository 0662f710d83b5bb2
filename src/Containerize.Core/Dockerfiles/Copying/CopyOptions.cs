using System.Collections.Immutable;
using Containerize.Diagnostics;
using Containerize.Dockerfiles.Syntax;

namespace Containerize.Dockerfiles.Copying;

/// <summary>What a <c>COPY</c> or <c>ADD</c> says, its variables replaced.</summary>
internal sealed record CopyOptions
{
    /// <summary>The instruction.</summary>
    public required CopySyntax Syntax { get; init; }

    /// <summary>What is copied, with the words as they are written.</summary>
    public required ImmutableArray<(SourceWord Word, string Text)> Sources { get; init; }

    /// <summary>Where it goes, with a slash at its end if that is a folder in any case.</summary>
    public required string Destination { get; init; }

    /// <summary><c>--chown</c>; null for none.</summary>
    public string? Owner { get; init; }

    /// <summary><c>--chmod</c>; null for none.</summary>
    public ModeChange? Mode { get; init; }

    /// <summary><c>--link</c>.</summary>
    public bool IsLink { get; init; }

    /// <summary><c>--parents</c>.</summary>
    public bool KeepsParents { get; init; }

    /// <summary><c>--exclude</c>.</summary>
    public required DockerIgnore Exclusions { get; init; }

    /// <summary><c>--checksum</c>, of what a URL gives; null for none.</summary>
    public string? Checksum { get; init; }

    /// <summary><c>--checksum</c> of a repository: the beginning of its commit; null for none.</summary>
    public string? Commit { get; init; }

    /// <summary><c>--keep-git-dir</c>.</summary>
    public bool KeepsGitFolder { get; init; }

    /// <summary>Whether archives of the context are unpacked, and those that URLs give.</summary>
    public (bool Local, bool Remote) Unpacks { get; init; }

    /// <summary>The instruction on one line.</summary>
    public required string Text { get; init; }

    /// <summary>Replaces the variables of an instruction.</summary>
    /// <exception cref="ContainerizeException">CTZ0122, CTZ0125, CTZ0126.</exception>
    public static CopyOptions Of(CopySyntax syntax, Expansion expansion)
    {
        var flags = syntax.Flags;
        var sources = syntax
            .Sources.Select(word => (word, Heredoc.Parse(word) is null ? expansion.Word(word) : word.Text))
            .ToImmutableArray();
        var destination = expansion.Word(syntax.Destination);
        var options = new CopyOptions
        {
            Syntax = syntax,
            Sources = sources,
            Destination =
                destination.Length == 0 ? "./"
                : IsFolder(destination) && !destination.EndsWith('/') ? destination + "/"
                : destination,
            Owner = flags["chown"] is { } owner ? NullIfEmpty(expansion.Word(owner)) : null,
            Mode = flags["chmod"] is { } mode ? ParseMode(syntax, mode, expansion.Word(mode)) : null,
            IsLink = flags.IsOn("link"),
            KeepsParents = flags.IsOn("parents"),
            Exclusions = DockerIgnore.Of(
                flags.All("exclude").Select(expansion.Word),
                pattern =>
                    throw syntax.Line.Source.Error(
                        DiagnosticTable.PatternInvalid,
                        flags["exclude"]!.Value.Position,
                        $"--exclude={pattern} is no pattern: '!' needs a pattern after it, and '[' an end. "
                            + "Write '\\[' for a '[' in a name."
                    )
            ),
            KeepsGitFolder = flags.IsOn("keep-git-dir"),
            Commit =
                flags["checksum"] is { } commit && sources.Any(source => RemoteFile.IsGit(source.Item2))
                    ? ParseCommit(syntax, commit, expansion.Word(commit))
                    : null,
            Checksum =
                flags["checksum"] is { } checksum && !sources.Any(source => RemoteFile.IsGit(source.Item2))
                    ? ParseChecksum(syntax, checksum, expansion.Word(checksum))
                    : null,
            Unpacks = syntax.IsAdd
                ? (
                    flags["unpack"] is null && flags.Values.All(flag => flag.Name != "unpack") || flags.IsOn("unpack"),
                    flags.IsOn("unpack")
                )
                : default,
            Text = "",
        };
        CheckChecksum(options);
        return options with { Text = options.ToText(expansion) };
    }

    private static bool IsFolder(string destination) =>
        destination is "" or "." || destination.EndsWith('/') || destination.EndsWith("/.", StringComparison.Ordinal);

    private string ToText(Expansion expansion)
    {
        var flags = Syntax.Flags.Values.Select(flag =>
            flag.Value is { } value ? $"--{flag.Name}={expansion.Word(value)}" : $"--{flag.Name}"
        );
        return string.Join(
            ' ',
            [Syntax.IsAdd ? "ADD" : "COPY", .. flags, .. Sources.Select(source => source.Text), Destination]
        );
    }

    private static ModeChange? ParseMode(CopySyntax syntax, SourceWord word, string text) =>
        text.Length == 0
            ? null
            : ModeChange.Parse(text)
                ?? throw Wrong(
                    syntax,
                    word.Position,
                    $"--chmod is '{text}', which is no mode. Write octal digits, such as 0755, or changes, "
                        + "such as u=rwX,go=rX."
                );

    private static string ParseCommit(CopySyntax syntax, SourceWord word, string text) =>
        text.Length is >= 7 and <= 64 && text.All(char.IsAsciiHexDigitLower)
            ? text
            : throw Wrong(
                syntax,
                word.Position,
                $"--checksum is '{text}', which is no commit of a repository. Write its hexadecimal digits, "
                    + "seven at least."
            );

    private static string ParseChecksum(CopySyntax syntax, SourceWord word, string text) =>
        Images.Digest.TryParse(text, out _)
            ? text
            : throw Wrong(
                syntax,
                word.Position,
                $"--checksum is '{text}', which is no digest. Write sha256: and 64 hexadecimal digits."
            );

    /// <summary>An error of names, links or archives with a place in the Dockerfile; null for any other.</summary>
    /// <param name="exception">The error.</param>
    /// <param name="position">What it is about.</param>
    public ContainerizeException? Locate(ContainerizeException exception, SourcePosition position) =>
        exception.Diagnostic == DiagnosticTable.WhiteoutName
        || exception.Diagnostic == DiagnosticTable.InvalidPath
        || exception.Diagnostic == DiagnosticTable.LinksWithoutEnd
        || exception.Diagnostic == DiagnosticTable.CopyRefused
            ? Syntax.Line.Source.Error(exception.Diagnostic, position, exception.Message, exception)
            : null;

    private static void CheckChecksum(CopyOptions options)
    {
        if (options.Checksum is null)
            return;
        var position = options.Syntax.Flags["checksum"]!.Value.Position;
        if (options.Sources is not [var (word, text)])
            throw Wrong(options.Syntax, position, "--checksum is of one file. Write an ADD for each.");
        if (!RemoteFile.IsUrl(text))
            throw Wrong(
                options.Syntax,
                word.Position,
                $"--checksum is of what a URL gives, and '{text}' is a path. "
                    + "Leave it out: what lies in the context is what is copied."
            );
    }

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;

    private static ContainerizeException Wrong(CopySyntax syntax, SourcePosition position, string message) =>
        syntax.Line.Source.Error(DiagnosticTable.DockerfileSyntax, position, message);
}
