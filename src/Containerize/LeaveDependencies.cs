using Containerize.Diagnostics;
using Microsoft.Build.Framework;

namespace Containerize.Tasks;

/// <summary>Takes this package out of the list of the app's libraries, which the app reads when it runs.</summary>
public sealed class LeaveDependencies : Microsoft.Build.Utilities.Task
{
    private const string Package = "Containerize";

    [Required]
    public string ProjectFile { get; set; } = "";

    /// <summary>The absolute path of the list that the SDK has made for the publish.</summary>
    [Required]
    public string DependencyFile { get; set; } = "";

    public override bool Execute()
    {
        try
        {
            Publishing.Files.DependencyFile.RemoveAsync(DependencyFile, Package).GetAwaiter().GetResult();
        }
        catch (ContainerizeException exception)
        {
            Log.ErrorCoded(ProjectFile, exception);
        }

        return !Log.HasLoggedErrors;
    }
}
