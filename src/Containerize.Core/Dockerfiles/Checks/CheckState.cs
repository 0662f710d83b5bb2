using System.Collections.Immutable;
using Containerize.Dockerfiles.Syntax.Shell;

namespace Containerize.Dockerfiles.Checks;

/// <summary>What is known after the instructions of a stage that were checked.</summary>
/// <param name="Variables">What instructions see.</param>
/// <param name="Arguments">The names that <c>ARG</c> declared, with a value or without.</param>
internal sealed record CheckState(ShellVariables Variables, ImmutableHashSet<string> Arguments)
{
    /// <summary>Whether <c>SHELL</c> was set, so that lines are run by it on purpose.</summary>
    public bool HasShell { get; init; }

    /// <summary>Whether <c>WORKDIR</c> was set.</summary>
    public bool HasFolder { get; init; }

    /// <summary>What <c>ONBUILD</c> keeps for a stage upon this one.</summary>
    public ImmutableArray<string> Triggers { get; init; } = [];
}
