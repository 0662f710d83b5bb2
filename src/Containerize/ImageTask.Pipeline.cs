using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Reporting;
using Microsoft.Build.Framework;

namespace Containerize.Tasks;

/// <summary>Outputs for the steps of a pipeline that come after, where the variables of one say that it runs us.</summary>
public abstract partial class ImageTask
{
    /// <summary>Whether a pipeline runs this build, and hears of outputs.</summary>
    internal static bool IsInPipeline => Says("TF_BUILD") || (Says("GITHUB_ACTIONS") && !string.IsNullOrEmpty(System.Environment.GetEnvironmentVariable("GITHUB_OUTPUT")));

    private void SetPipelineOutputs()
    {
        var (isAzure, file) = (Says("TF_BUILD"), Says("GITHUB_ACTIONS") ? System.Environment.GetEnvironmentVariable("GITHUB_OUTPUT") : null);
        if ((!isAzure && string.IsNullOrEmpty(file)) || GeneratedNames.Length == 0)
            return;
        var outputs = PipelineOutputs.Of(
            [.. GeneratedNames.Select(name => ImageReference.Parse(name.ItemSpec))], Digest.Parse(GeneratedDigest), InSolution ? AssemblyName : null);
        foreach (var line in isAzure ? outputs.ToAzure() : [])
            Log.LogMessage(MessageImportance.High, "{0}", line);
        if (string.IsNullOrEmpty(file))
            return;
        try
        {
            outputs.AppendToGitHubAsync(file, TimeProvider.System, _cancellation.Token).GetAwaiter().GetResult();
        }
        catch (ContainerizeException exception)
        {
            Log.WarnCoded(ProjectFile, exception.Diagnostic, exception.Message);
        }
    }

    private static bool Says(string variable) =>
        string.Equals(System.Environment.GetEnvironmentVariable(variable), "true", StringComparison.OrdinalIgnoreCase);
}
