using Containerize.Dockerfiles.Syntax;

namespace Containerize.Dockerfiles.Checks;

/// <summary>What a check found.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Position">Where.</param>
/// <param name="Message">What it is, and what to write instead.</param>
public sealed record CheckFinding(CheckRule Rule, SourcePosition Position, string Message)
{
    /// <summary>The instruction because of which another one is found; null where they are the same.</summary>
    internal SourcePosition? Cause { get; init; }

    public override string ToString() => $"{Position}: {Rule.Name}: {Message}";
}
