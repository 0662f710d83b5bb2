using Containerize.Diagnostics;
using Microsoft.Build.Evaluation;
using Microsoft.Build.Exceptions;
using Microsoft.Build.Framework;

namespace Containerize.Tasks;

/// <summary>
/// Reports the items that MSBuild dropped because their <c>Include</c> has a wildcard. MSBuild replaces <c>x=2.*</c> by
/// the files of that name before any target runs, so the item that a task gets is gone without a trace.
/// </summary>
/// <remarks>
/// Only an evaluation knows what stood in <c>Include</c> after properties were expanded, and it takes a fifth of a
/// second. It is done only when the project's own files have an item that could be concerned.
/// </remarks>
public sealed class CheckItems : Microsoft.Build.Utilities.Task
{
    /// <summary>The full path of the project.</summary>
    [Required]
    public string ProjectFile { get; set; } = "";

    /// <summary>The full paths of more files that belong to the project: <c>Directory.Build.props</c> and the
    /// like.</summary>
    public string[] ProjectFiles { get; set; } = [];

    /// <summary>The full path of the folder that NuGet unpacks packages into, or empty.</summary>
    public string PackageRoot { get; set; } = "";

    /// <summary>Logs CTZ0175 for each item that is gone: a warning for files, an error for everything else.</summary>
    public override bool Execute()
    {
        if (
            !new ProjectText(Path.GetDirectoryName(ProjectFile)!, PackageRoot).MayLoseItems([
                ProjectFile,
                .. ProjectFiles,
            ])
        )
            return true;
        try
        {
            var properties = BuildEngine is IBuildEngine6 engine ? engine.GetGlobalProperties() : null;
            // The parsed files of the running build are used again; a collection of its own keeps this evaluation apart
            // from it.
            using var collection = new ProjectCollection(
                properties?.ToDictionary(),
                null,
                null,
                ToolsetDefinitionLocations.Default,
                1,
                onlyLogCriticalEvents: false,
                loadProjectsReadOnly: true,
                useAsynchronousLogging: false,
                reuseProjectRootElementCache: true
            );
            foreach (var lost in LostItem.All(new Project(ProjectFile, null, null, collection)))
                Report(lost);
        }
        catch (InvalidProjectFileException exception)
        {
            // The build itself has evaluated the project, so this is a limit of evaluating it once more and no fault of
            // the user's.
            Log.LogMessage(
                MessageImportance.Low,
                "Containerize: items with wildcards were not checked: {0}",
                exception.Message
            );
        }

        return !Log.HasLoggedErrors;
    }

    private void Report(LostItem lost)
    {
        if (lost.IsFile)
            Log.WarnCoded(lost.File, DiagnosticTable.ItemLost, lost.Message, lost.Line);
        else
            Log.ErrorCoded(lost.File, new ContainerizeException(DiagnosticTable.ItemLost, lost.Message), lost.Line);
    }
}
