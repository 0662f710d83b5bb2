using System.Collections.Immutable;
using Containerize.Dockerfiles.Execution.Requests;
using Containerize.Entries;

namespace Containerize.Dockerfiles.Execution.Sandboxing;

/// <summary>A command with all that was found out about it: numbers for names, and paths of the image with its links
/// followed.</summary>
internal sealed record SandboxRun
{
    public required ImmutableArray<string> Command { get; init; }

    /// <summary>The variables that are no secret.</summary>
    public required ImmutableArray<KeyValuePair<string, string>> Environment { get; init; }

    /// <summary>The variables that are secrets.</summary>
    public required ImmutableArray<KeyValuePair<string, string>> Secrets { get; init; }

    public required RunUser User { get; init; }

    public required ContainerPath WorkingDirectory { get; init; }

    public required ImmutableArray<SandboxMount> Mounts { get; init; }

    public required SandboxNetwork Network { get; init; }

    public RunResources Resources { get; init; } = RunResources.None;
}
