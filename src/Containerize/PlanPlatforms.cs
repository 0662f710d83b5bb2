using System.Collections.Immutable;
using Containerize.Diagnostics;
using Containerize.Publishing.Bases;
using Microsoft.Build.Framework;

namespace Containerize.Tasks;

/// <summary>Looks at the runtime identifiers of a publish for several platforms before any of them is
/// published.</summary>
public sealed class PlanPlatforms : Microsoft.Build.Utilities.Task
{
    [Required]
    public string ProjectFile { get; set; } = "";

    /// <summary>The runtime identifiers, <c>;</c> between them, which on a command line MSBuild does not
    /// split.</summary>
    [Required]
    public string RuntimeIdentifiers { get; set; } = "";

    /// <summary>The property that the list comes from, for messages.</summary>
    [Required]
    public string Setting { get; set; } = "";

    /// <summary>The project's <c>RuntimeIdentifier</c>, which this build publishes for; or empty.</summary>
    public string RuntimeIdentifier { get; set; } = "";

    /// <summary><c>ContainerBaseImage</c>; empty where the base is inferred, which is then one for all of
    /// them.</summary>
    public string BaseImage { get; set; } = "";

    /// <summary>The full path of NuGet's <c>project.assets.json</c>, in which a restore notes the platforms it was for;
    /// or empty.</summary>
    public string AssetsFile { get; set; } = "";

    /// <summary>Each of the runtime identifiers once.</summary>
    [Output]
    public string[] Platforms { get; private set; } = [];

    public override bool Execute()
    {
        try
        {
            ImmutableArray<string> rids = [.. SettingList.Parse(RuntimeIdentifiers).Distinct()];
            RefuseContradiction(rids);
            PlatformList.Check(rids, hasBase: BaseImage.Length > 0, isOfProject: Setting == PlatformList.OfProject);
            CheckRestored(rids);
            Platforms = [.. rids];
        }
        catch (ContainerizeException exception)
        {
            Log.ErrorCoded(ProjectFile, exception);
        }

        return !Log.HasLoggedErrors;
    }

    // A RuntimeIdentifier of the project gives way to the one for the container; one that was given with the command is
    // meant.
    private void RefuseContradiction(ImmutableArray<string> rids)
    {
        if (
            Setting != "ContainerRuntimeIdentifier"
            || BuildEngine is not IBuildEngine6 engine
            || !engine.GetGlobalProperties().ContainsKey("RuntimeIdentifier")
        )
            return;
        throw new ContainerizeException(
            DiagnosticTable.PublishedForOther,
            $"RuntimeIdentifier is '{RuntimeIdentifier}' (-r, --os and --arch set it) and "
                + $"ContainerRuntimeIdentifier is '{rids[0]}', and an image holds what was published for it. "
                + $"Leave out one of the two, or set both to '{rids[0]}'."
        );
    }

    // A restore in the middle of a build comes too late: the SDK reads the file once for each process.
    private void CheckRestored(ImmutableArray<string> rids)
    {
        if (!File.Exists(AssetsFile))
            return;
        var assets = File.ReadAllText(AssetsFile);
        if (rids.FirstOrDefault(rid => !assets.Contains($"/{rid}\":", StringComparison.Ordinal)) is { } missing)
            throw new ContainerizeException(
                DiagnosticTable.PlatformNotRestored,
                $"{Setting} has '{missing}', and the project was restored without it. "
                    + $"Set RuntimeIdentifiers to {string.Join(';', rids)} in the project "
                    + $"file{(rids.Length == 1 ? $", or publish with -r {missing}" : "")}."
            );
    }
}
