using System.Collections.Immutable;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Reporting;
using Microsoft.Build.Framework;

namespace Containerize.Tasks;

/// <summary>Outputs for the steps of a pipeline that come after, where the variables of one say that it runs
/// us.</summary>
public abstract partial class ImageTask
{
    /// <summary>Whether a pipeline runs this build and takes outputs.</summary>
    internal static bool IsInPipeline =>
        Says("TF_BUILD")
        || (
            Says("GITHUB_ACTIONS") && !string.IsNullOrEmpty(System.Environment.GetEnvironmentVariable("GITHUB_OUTPUT"))
        );

    private void SetPipelineOutputs()
    {
        var (isAzure, file) = (Says("TF_BUILD"), OfGitHub("GITHUB_OUTPUT"));
        // What was pushed nowhere is no artifact that others could fetch.
        var artifacts = Registry.Length > 0 ? OfGitHub("GITHUB_ARTIFACTS") : null;
        if ((!isAzure && file is null && artifacts is null) || GeneratedNames.Length == 0)
            return;
        ImmutableArray<ImageReference> names = [.. GeneratedNames.Select(name => ImageReference.Parse(name.ItemSpec))];
        var outputs = PipelineOutputs.Of(names, Digest.Parse(GeneratedDigest), InSolution ? AssemblyName : null);
        foreach (var line in isAzure ? outputs.ToAzure() : [])
            Log.LogMessage(MessageImportance.High, "{0}", line);
        try
        {
            if (file is not null)
                outputs.AppendToGitHubAsync(file, TimeProvider.System, _cancellation.Token).GetAwaiter().GetResult();
            if (artifacts is not null)
                PipelineOutputs
                    .AppendArtifactsAsync(
                        names,
                        Digest.Parse(GeneratedDigest),
                        artifacts,
                        TimeProvider.System,
                        _cancellation.Token
                    )
                    .GetAwaiter()
                    .GetResult();
        }
        catch (ContainerizeException exception)
        {
            Log.WarnCoded(ProjectFile, exception.Diagnostic, exception.Message);
        }
    }

    private static string? OfGitHub(string variable) =>
        Says("GITHUB_ACTIONS") && System.Environment.GetEnvironmentVariable(variable) is { Length: > 0 } path
            ? path
            : null;

    private static bool Says(string variable) =>
        string.Equals(System.Environment.GetEnvironmentVariable(variable), "true", StringComparison.OrdinalIgnoreCase);
}
