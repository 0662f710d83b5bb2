using System.Collections.Immutable;
using Containerize.Diagnostics;
using Containerize.Images;

namespace Containerize.Publishing.Bases;

/// <summary>The runtime identifiers of an image for several platforms, looked at before anything is
/// published.</summary>
public static class PlatformList
{
    /// <summary>The property of the project that often names more than what containers are for.</summary>
    public const string OfProject = "RuntimeIdentifiers";

    private const string SetThoseForContainers =
        "RuntimeIdentifiers belongs to the whole project: set ContainerRuntimeIdentifiers to the ones for "
        + "containers, such as 'linux-x64;linux-arm64'.";

    /// <summary>Refuses a list that no one index can be made of.</summary>
    /// <param name="rids">The runtime identifiers, each once.</param>
    /// <param name="hasBase">Whether the project names its base image; one that is inferred serves all
    /// platforms.</param>
    /// <param name="isOfProject">Whether the list is the project's <c>RuntimeIdentifiers</c>, and no other setting
    /// names those for the container.</param>
    /// <exception cref="ContainerizeException">CTZ0041, CTZ0042, CTZ0043, CTZ0202.</exception>
    public static void Check(ImmutableArray<string> rids, bool hasBase, bool isOfProject)
    {
        try
        {
            var platforms = rids.ToLookup(Platform.FromRuntimeIdentifier);
            if (isOfProject && platforms.Select(platform => platform.Key.Os).Distinct().Count() > 1)
                throw new ContainerizeException(
                    DiagnosticTable.PlatformsMixed,
                    $"RuntimeIdentifiers is '{string.Join(';', rids)}', which names Windows and Linux, and "
                        + "containers are for one of them."
                );
            if (!hasBase)
                DefaultBase.AreMusl(rids);
            if (platforms.FirstOrDefault(group => group.Count() > 1) is { } twice)
                throw new ContainerizeException(
                    DiagnosticTable.PlatformTwice,
                    $"The runtime identifiers {string.Join(" and ", twice)} are both for {twice.Key}, and an index "
                        + "has one image for each platform. "
                        + "Leave one of them out of ContainerRuntimeIdentifiers, or publish it under another tag."
                );
        }
        catch (ContainerizeException exception) when (isOfProject)
        {
            throw new ContainerizeException(
                exception.Diagnostic,
                $"{exception.Message} {SetThoseForContainers}",
                exception
            );
        }
    }
}
