using System.Collections.Immutable;
using Containerize.Bases;
using Containerize.Diagnostics;
using Containerize.Images;
using Microsoft.Build.Framework;

namespace Containerize.Tasks;

/// <summary>Looks at the runtime identifiers of a publish for several platforms before any of them is published.</summary>
public sealed class PlanPlatforms : Microsoft.Build.Utilities.Task
{
    [Required]
    public string ProjectFile { get; set; } = "";

    /// <summary>The runtime identifiers, <c>;</c> between them, which on a command line MSBuild does not split.</summary>
    [Required]
    public string RuntimeIdentifiers { get; set; } = "";

    /// <summary><c>ContainerBaseImage</c>; empty where the base is inferred, which is then one for all of them.</summary>
    public string BaseImage { get; set; } = "";

    /// <summary>The full path of NuGet's <c>project.assets.json</c>, in which a restore notes the platforms it was for; or empty.</summary>
    public string AssetsFile { get; set; } = "";

    /// <summary>Each of the runtime identifiers once.</summary>
    [Output]
    public string[] Platforms { get; private set; } = [];

    public override bool Execute()
    {
        try
        {
            ImmutableArray<string> rids = [.. RuntimeIdentifiers.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct()];
            if (BaseImage.Length == 0)
                DefaultBase.AreMusl(rids);
            var twice = rids.GroupBy(Platform.FromRuntimeIdentifier).FirstOrDefault(group => group.Count() > 1);
            if (twice is not null)
                throw new ContainerizeException(DiagnosticTable.PlatformTwice,
                    $"The runtime identifiers {string.Join(" and ", twice)} are both for {twice.Key}, and an index has one image for each platform. " +
                    "Leave one of them out of ContainerRuntimeIdentifiers, or publish it under another tag.");
            CheckRestored(rids);
            Platforms = [.. rids];
        }
        catch (ContainerizeException exception)
        {
            Log.ErrorCoded(ProjectFile, exception);
        }

        return !Log.HasLoggedErrors;
    }

    // A restore in the middle of a build comes too late: the SDK reads the file once for each process.
    private void CheckRestored(ImmutableArray<string> rids)
    {
        if (!File.Exists(AssetsFile))
            return;
        var assets = File.ReadAllText(AssetsFile);
        if (rids.FirstOrDefault(rid => !assets.Contains($"/{rid}\":", StringComparison.Ordinal)) is { } missing)
            throw new ContainerizeException(DiagnosticTable.PlatformNotRestored,
                $"'{missing}' is one of ContainerRuntimeIdentifiers, and the project was restored without it. " +
                $"Set RuntimeIdentifiers to {string.Join(';', rids)} in the project file.");
    }
}
