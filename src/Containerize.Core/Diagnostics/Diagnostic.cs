namespace Containerize.Diagnostics;

/// <summary>A kind of problem that a user can cause and cure: its code and its title.</summary>
/// <param name="Code"><c>CTZ</c> and four digits; never given to another problem once released.</param>
/// <param name="Title">What is wrong, in a few words; also the title of the code's page in
/// <c>docs/diagnostics</c>.</param>
public sealed record Diagnostic(string Code, string Title)
{
    /// <summary>The page that says what happened, why, and what to do; from the root of the repository and of the
    /// package.</summary>
    public string Page => $"docs/diagnostics/{Code}.md";
}
