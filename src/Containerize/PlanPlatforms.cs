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

    [Required]
    public string[] RuntimeIdentifiers { get; set; } = [];

    /// <summary><c>ContainerBaseImage</c>; empty where the base is inferred, which is then one for all of them.</summary>
    public string BaseImage { get; set; } = "";

    public override bool Execute()
    {
        try
        {
            var rids = RuntimeIdentifiers.ToImmutableArray();
            if (BaseImage.Length == 0)
                DefaultBase.AreMusl(rids);
            var twice = rids.Distinct().GroupBy(Platform.FromRuntimeIdentifier).FirstOrDefault(group => group.Count() > 1);
            if (twice is not null)
                throw new ContainerizeException(DiagnosticTable.PlatformTwice,
                    $"The runtime identifiers {string.Join(" and ", twice)} are both for {twice.Key}, and an index has one image for each platform. " +
                    "Leave one of them out of ContainerRuntimeIdentifiers, or publish it under another tag.");
        }
        catch (ContainerizeException exception)
        {
            Log.ErrorCoded(ProjectFile, exception);
        }

        return !Log.HasLoggedErrors;
    }
}
