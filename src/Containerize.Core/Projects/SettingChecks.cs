using System.Collections.Immutable;
using Containerize.Diagnostics;

namespace Containerize.Projects;

/// <summary>Settings that have no effect, and names that hold a value.</summary>
/// <param name="BaseImage"><c>ContainerBaseImage</c>, or empty.</param>
/// <param name="Dockerfile"><c>ContainerDockerfile</c>, or empty.</param>
/// <param name="Family"><c>ContainerFamily</c>, or empty.</param>
public sealed record SettingChecks(string BaseImage, string Dockerfile, string Family)
{
    /// <summary>The settings that only a Dockerfile has a use for, and whether they are set.</summary>
    public ImmutableArray<(string Setting, bool IsSet)> OfDockerfile { get; init; } = [];

    /// <summary>Kinds of items, each with the names and values of its items.</summary>
    public ImmutableArray<(string Kind, ImmutableArray<KeyValuePair<string, string>> Items)> Pairs { get; init; } = [];

    /// <summary>Reports them as warnings.</summary>
    public void Report(IProjectLog log)
    {
        foreach (var (setting, why) in WithoutEffect())
            log.Warn(DiagnosticTable.SettingWithoutEffect, $"{setting} has no effect: {why}.");
        foreach (var (kind, items) in Pairs)
        {
            foreach (var (name, value) in items)
                WarnOfValueInName(kind, name, value, log);
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

    // The name of a variable is checked elsewhere; those of labels may hold any letter.
    private static void WarnOfValueInName(string kind, string item, string value, IProjectLog log)
    {
        // What follows '=' may be a password.
        if (value.Length == 0 && item.Split('=', 2) is [{ Length: > 0 } name, _])
            log.Warn(
                DiagnosticTable.ValueInName,
                $"{kind} '{name}=…' has no Value, and what follows '=' is a part of its name. Write "
                    + $"<{kind} Include=\"{name}\" Value=\"…\" />."
            );
    }
}
