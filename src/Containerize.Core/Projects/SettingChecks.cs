using System.Collections.Immutable;
using Containerize.Diagnostics;

namespace Containerize.Projects;

/// <summary>Settings that have no effect, names that hold a value, and items without one.</summary>
/// <param name="BaseImage"><c>ContainerBaseImage</c>, or empty.</param>
/// <param name="Dockerfile"><c>ContainerDockerfile</c>, or empty.</param>
/// <param name="Family"><c>ContainerFamily</c>, or empty.</param>
public sealed record SettingChecks(string BaseImage, string Dockerfile, string Family)
{
    /// <summary>The kind of items that are environment variables; <see cref="ProjectVariables"/> checks their
    /// names.</summary>
    public const string Variable = "ContainerEnvironmentVariable";

    /// <summary>The settings that only a Dockerfile has a use for, and whether they are set.</summary>
    public ImmutableArray<(string Setting, bool IsSet)> OfDockerfile { get; init; } = [];

    /// <summary>Kinds of items, each with the names and values of its items; null for a value that is not
    /// written.</summary>
    public ImmutableArray<(string Kind, ImmutableArray<KeyValuePair<string, string?>> Items)> Pairs { get; init; } = [];

    /// <summary>Reports them as warnings.</summary>
    public void Report(IProjectLog log)
    {
        foreach (var (setting, why) in WithoutEffect())
            log.Warn(DiagnosticTable.SettingWithoutEffect, $"{setting} has no effect: {why}.");
        foreach (var (kind, items) in Pairs)
        {
            foreach (var (name, value) in items)
                WarnOfValue(kind, name, value, log);
        }
    }

    private IEnumerable<(string Setting, string Why)> WithoutEffect()
    {
        if (Family.Length > 0 && BaseImage.Length + Dockerfile.Length > 0)
            yield return (
                "ContainerFamily",
                (BaseImage.Length > 0 ? $"ContainerBaseImage is '{BaseImage}'" : "ContainerDockerfile makes the base")
                    + ", and the family is that of a base which follows from the project. Remove one of the two"
            );
        if (Dockerfile.Length > 0)
            yield break;
        foreach (var (setting, _) in OfDockerfile.Where(one => one.IsSet))
            yield return (setting, "ContainerDockerfile is not set. Name the Dockerfile with it");
    }

    // Labels may have any letter in their names.
    private static void WarnOfValue(string kind, string item, string? value, IProjectLog log)
    {
        if (item.Split('=', 2) is [{ Length: > 0 } name, _])
        {
            // What follows '=' may be a password.
            if (string.IsNullOrEmpty(value) && kind != Variable)
                log.Warn(
                    DiagnosticTable.ValueInName,
                    $"{kind} '{name}=…' has no Value, and what follows '=' is a part of its name. Write "
                        + $"<{kind} Include=\"{name}\" Value=\"…\" />."
                );
        }
        else if (value is null)
        {
            log.Warn(
                DiagnosticTable.ValueMissing,
                $"{kind} '{item}' has no Value, so it is empty. Write <{kind} Include=\"{item}\" Value=\"…\" />, or "
                    + "Value=\"\" where it is to be empty."
            );
        }
    }
}
