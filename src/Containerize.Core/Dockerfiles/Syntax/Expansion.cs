using System.Collections.Immutable;
using Containerize.Diagnostics;
using Containerize.Dockerfiles.Syntax.Shell;

namespace Containerize.Dockerfiles.Syntax;

/// <summary>Replaces the variables of an instruction, and says where that does not work.</summary>
/// <param name="Source">The Dockerfile.</param>
/// <param name="Escape">The escape.</param>
/// <param name="Variables">The values.</param>
internal sealed record Expansion(SourceText Source, char Escape, ShellVariables Variables)
{
    /// <summary>Takes the name of each variable that is read, and whether it is set.</summary>
    public Action<string, bool> Seen { get; init; } = (_, _) => { };

    /// <summary>The text as one word.</summary>
    /// <exception cref="ContainerizeException">CTZ0125, CTZ0126.</exception>
    public string Word(SourceWord word) => Guard(word, () => Lexer.Expand(word.Text));

    /// <summary>The text as one word, or as it is written where it cannot be expanded.</summary>
    public string WordOrText(SourceWord word)
    {
        try
        {
            return Word(word);
        }
        catch (ContainerizeException)
        {
            return word.Text;
        }
    }

    /// <summary>The words of the text: the value of a variable may be several.</summary>
    /// <exception cref="ContainerizeException">CTZ0125, CTZ0126.</exception>
    public ImmutableArray<string> Words(SourceWord word) => Guard(word, () => Lexer.Words(word.Text));

    /// <summary>The text of a heredoc: quotes mean nothing in it, and the escape is a backslash whatever the file
    /// says.</summary>
    /// <exception cref="ContainerizeException">CTZ0125, CTZ0126.</exception>
    public string Text(Heredoc heredoc) =>
        !heredoc.Expands
            ? heredoc.Content
            : Guard(
                new SourceWord(heredoc.Content, heredoc.Position),
                () => (Lexer with { Escape = '\\', IgnoresQuotes = true }).Expand(heredoc.Content)
            );

    private ShellLexer Lexer => new(Escape, Variables) { Seen = Seen };

    private T Guard<T>(SourceWord word, Func<T> expand)
    {
        try
        {
            return expand();
        }
        catch (ShellSyntaxException exception)
        {
            var position = word.Position with
            {
                Column =
                    word.Position.Column + (word.Text.Contains('\n', StringComparison.Ordinal) ? 0 : exception.Offset),
            };
            throw exception.IsMissingValue
                ? Source.Error(
                    DiagnosticTable.VariableRequired,
                    position,
                    $"{exception.Message}. Give it a value with --build-arg, ARG or ENV.",
                    exception
                )
                : Source.Error(
                    DiagnosticTable.InvalidExpansion,
                    position,
                    $"'{word.Text.Trim()}' cannot be understood: {exception.Message}.",
                    exception
                );
        }
    }
}
