using System.Collections.Immutable;

namespace Containerize.Inspection.Report;

/// <summary>How a container of an image is run, with values masked that look like secrets.</summary>
public sealed record ReportedConfig
{
    /// <summary>The user; empty for root.</summary>
    public required string User { get; init; }

    /// <summary>The folder that the command starts in; empty for the root.</summary>
    public required string WorkingDirectory { get; init; }

    /// <summary>The command without its last part, which a user may replace.</summary>
    public required ImmutableArray<string> Entrypoint { get; init; }

    /// <summary>The part of the command that a user may replace.</summary>
    public required ImmutableArray<string> Command { get; init; }

    /// <summary>The ports, such as <c>8080/tcp</c>.</summary>
    public required ImmutableArray<string> Ports { get; init; }

    /// <summary>The folders whose content outlives a container.</summary>
    public required ImmutableArray<string> Volumes { get; init; }

    /// <summary>The signal that ends a container; null for the usual one.</summary>
    public required string? StopSignal { get; init; }

    /// <summary>The health check as JSON; null without one.</summary>
    public required string? Healthcheck { get; init; }

    /// <summary>The environment in its order.</summary>
    public required ImmutableArray<ReportedVariable> Environment { get; init; }

    /// <summary>The labels, sorted by name.</summary>
    public required ImmutableArray<ReportedVariable> Labels { get; init; }
}

/// <summary>A variable or a label.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value, with stars for what looks like a secret.</param>
/// <param name="IsMasked">Whether the value is not the true one.</param>
public sealed record ReportedVariable(string Name, string Value, bool IsMasked);
