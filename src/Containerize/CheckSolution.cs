using Containerize.Diagnostics;
using Containerize.Publishing.Outputs;
using Containerize.Reporting;
using Microsoft.Build.Framework;

namespace Containerize.Tasks;

/// <summary>Refuses a project whose image another project of the solution would overwrite, before either is
/// stored.</summary>
public sealed class CheckSolution : Microsoft.Build.Utilities.Task
{
    [Required]
    public string ProjectFile { get; set; } = "";

    /// <summary>
    /// The solution's projects that can be containerized, with the properties that say where their images go as
    /// metadata.
    /// </summary>
    [Required]
    public ITaskItem[] Projects { get; set; } = [];

    /// <summary>The first of them, which all of them agree upon.</summary>
    [Output]
    public string First { get; private set; } = "";

    /// <summary>How many there are.</summary>
    [Output]
    public int Count { get; private set; }

    /// <summary>Whether a pipeline runs this build and takes outputs.</summary>
    public bool IsInPipeline { get; set; } = ImageTask.IsInPipeline;

    public override bool Execute()
    {
        try
        {
            var ours = Projects.Single(project => project.GetMetadata("FullPath") == ProjectFile);
            var destinations = Read(ours);
            (First, Count) = (Projects[0].GetMetadata("FullPath"), Projects.Length);
            RefuseSharedPage(ours);
            foreach (var other in Projects.Where(project => project != ours))
            {
                if (TryRead(other) is { } theirs && destinations.With(theirs) is { } shared)
                    throw new ContainerizeException(
                        DiagnosticTable.NameTwice,
                        $"'{ProjectFile}' and '{other.GetMetadata("FullPath")}' of this solution would both write "
                            + $"{shared}, and the second would replace the first. "
                            + "Give each a ContainerRepository of its own in its project file, or set IsPublishable "
                            + "to false in one."
                    );
            }

            RefuseSharedOutputs(ours);
        }
        catch (ContainerizeException exception)
        {
            Log.ErrorCoded(ProjectFile, exception);
        }

        return !Log.HasLoggedErrors;
    }

    // A path on the command line is one path for all projects.
    private void RefuseSharedPage(ITaskItem ours)
    {
        using var mine = new SolutionProject(ours);
        foreach (var other in Projects.Where(project => project != ours))
        {
            using var theirs = new SolutionProject(other);
            if (mine.Page.Length > 0 && mine.Page == theirs.Page)
                throw new ContainerizeException(
                    DiagnosticTable.PageTwice,
                    $"'{ProjectFile}' and '{theirs.ProjectFile}' of this solution would both write the page "
                        + $"'{mine.Page}', and the second would replace the first. Set ContainerReportPath to a "
                        + "folder, with '/' at its end: each project writes the page that is called as its "
                        + "AssemblyName there."
                );
        }
    }

    // A digest that another project's replaces would deploy the wrong image. Names of variables know no case in Azure
    // Pipelines.
    private void RefuseSharedOutputs(ITaskItem ours)
    {
        var prefix = PipelineOutputs.PrefixOf(ours.GetMetadata("AssemblyName"));
        if (
            IsInPipeline
            && Projects.FirstOrDefault(other =>
                other != ours
                && PipelineOutputs
                    .PrefixOf(other.GetMetadata("AssemblyName"))
                    .Equals(prefix, StringComparison.OrdinalIgnoreCase)
            )
                is { } twin
        )
            throw new ContainerizeException(
                DiagnosticTable.OutputsTwice,
                $"The outputs '{prefix}image' and '{prefix}digest' of this pipeline's step would be those of "
                    + $"'{ProjectFile}' and of '{twin.GetMetadata("FullPath")}', and the second would replace the "
                    + "first. Give one of the projects another AssemblyName, or publish the two in steps of their own."
            );
    }

    // What is wrong with another project is for that one to say.
    private static Destinations? TryRead(ITaskItem project)
    {
        try
        {
            return Read(project);
        }
        catch (ContainerizeException)
        {
            return null;
        }
    }

    private static Destinations Read(ITaskItem project)
    {
        using var task = new SolutionProject(project);
        return task.ReadDestinations();
    }

    // Destinations are read in one way only, by the tasks that store.
    private sealed class SolutionProject : ImageTask
    {
        public SolutionProject(ITaskItem project)
        {
            ProjectFile = project.GetMetadata("FullPath");
            AssemblyName = project.GetMetadata("AssemblyName");
            Registry = project.GetMetadata("Registry");
            Repository = project.GetMetadata("Repository");
            ImageTag = project.GetMetadata("ImageTag");
            ImageTags = project.GetMetadata("ImageTags");
            Version = project.GetMetadata("Version");
            ArchiveOutputPath = project.GetMetadata("ArchiveOutputPath");
            OciLayoutPath = project.GetMetadata("OciLayoutPath");
            LocalRegistry = project.GetMetadata("LocalRegistry");
            DefaultOutputFolder = project.GetMetadata("DefaultOutputFolder");
            ReportPath = project.GetMetadata("ReportPath");
        }

        /// <summary>The absolute path of the page; empty for none.</summary>
        public string Page => ReportFile;

        private protected override IEnumerable<string> BaseLocations => [];

        private protected override System.Threading.Tasks.Task RunAsync(CancellationToken cancellationToken) =>
            throw new InvalidOperationException("This project is read and not run.");
    }
}
