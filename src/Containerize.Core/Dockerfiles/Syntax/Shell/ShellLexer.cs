using System.Collections.Immutable;

namespace Containerize.Dockerfiles.Syntax.Shell;

/// <summary>
/// Quotes and variables in the words of a Dockerfile. It looks like the shell's syntax and is BuildKit's: double quotes
/// keep the escape but before a quote, a dollar sign and itself; outside of quotes it takes away the meaning of what
/// follows.
/// </summary>
/// <param name="Escape">The escape: a backslash, or what the directive <c>escape</c> says.</param>
/// <param name="Variables">The values of variables.</param>
public sealed record ShellLexer(char Escape, ShellVariables Variables)
{
    /// <summary>Whether quotes stay in the result.</summary>
    public bool KeepsQuotes { get; init; }

    /// <summary>Whether escapes stay in the result.</summary>
    public bool KeepsEscapes { get; init; }

    /// <summary>Whether quotes are letters like any other, as in the text of a heredoc.</summary>
    public bool IgnoresQuotes { get; init; }

    /// <summary>Whether a variable that is not set stays as it is written.</summary>
    public bool KeepsUnset { get; init; }

    /// <summary>Takes the name of each variable that is read, and whether it is set.</summary>
    public Action<string, bool> Seen { get; init; } = (_, _) => { };

    /// <summary>The text as one word.</summary>
    /// <exception cref="ShellSyntaxException">For quotes that do not end, and variables that cannot be
    /// replaced.</exception>
    public string Expand(string text) => new ShellReader(this, text).ReadAll().Text;

    /// <summary>The words of the text: spaces outside of quotes part them, also those in the values of
    /// variables.</summary>
    /// <exception cref="ShellSyntaxException">For quotes that do not end, and variables that cannot be
    /// replaced.</exception>
    public ImmutableArray<string> Words(string text) => new ShellReader(this, text).ReadAll().Words();
}
