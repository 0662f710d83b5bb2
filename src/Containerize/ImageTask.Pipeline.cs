using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Reporting;
using Containerize.Stores;
using Microsoft.Build.Framework;

namespace Containerize.Tasks;

/// <summary>Outputs for the steps of a pipeline that come after, where the variables of one say that it runs us.</summary>
public abstract partial class ImageTask
{
    private void SetPipelineOutputs(Destinations destinations, ImageSet images)
    {
        var outputs = PipelineOutputs.Of(destinations.Names, images.Digest, InSolution ? AssemblyName : null);
        if (Says("TF_BUILD"))
        {
            foreach (var line in outputs.ToAzure())
                Log.LogMessage(MessageImportance.High, "{0}", line);
        }

        if (!Says("GITHUB_ACTIONS") || System.Environment.GetEnvironmentVariable("GITHUB_OUTPUT") is not { Length: > 0 } file)
            return;
        try
        {
            outputs.AppendToGitHubAsync(file, TimeProvider.System, _cancellation.Token).GetAwaiter().GetResult();
        }
        catch (ContainerizeException exception)
        {
            WarnCoded(exception.Diagnostic, exception.Message);
        }
    }

    private static bool Says(string variable) =>
        string.Equals(System.Environment.GetEnvironmentVariable(variable), "true", StringComparison.OrdinalIgnoreCase);
}
