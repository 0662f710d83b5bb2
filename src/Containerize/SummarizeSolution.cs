using Containerize.Reporting;
using Microsoft.Build.Framework;

namespace Containerize.Tasks;

/// <summary>The last of a solution's projects says what became of all of them.</summary>
public sealed class SummarizeSolution : Microsoft.Build.Utilities.Task
{
    [Required]
    public string ProjectFile { get; set; } = "";

    /// <summary>The solution, which the summary is of; empty where it is not known.</summary>
    public string SolutionFile { get; set; } = "";

    /// <summary>The line about the project's image.</summary>
    [Required]
    public string Line { get; set; } = "";

    /// <summary>The full path of a folder that the projects of this build share, and no other build.</summary>
    [Required]
    public string Folder { get; set; } = "";

    /// <summary>How many projects make an image.</summary>
    public int Count { get; set; }

    public override bool Execute()
    {
        if (
            Count > 1
            && SolutionSummary.Add(
                Folder,
                ProjectFile,
                Line,
                Count,
                SolutionFile.Length > 0 ? Path.GetFileName(SolutionFile) : null
            )
                is { } summary
        )
            Log.LogResult(ProjectFile, summary);
        return true;
    }
}
