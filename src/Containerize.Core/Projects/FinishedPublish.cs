using Containerize.Attestations;
using Containerize.Entries;
using Containerize.Packages;
using Containerize.Publishing;
using Containerize.Recipes;

namespace Containerize.Projects;

/// <summary>A project that is published.</summary>
/// <param name="Publish">How.</param>
/// <param name="Result">What was made.</param>
/// <param name="Documents">The documents about it.</param>
/// <param name="Base">The base, in the words of <c>ContainerBaseImage</c>; of a registry by its digest.</param>
public sealed record FinishedPublish(
    ProjectPublish Publish,
    ContainerBuildResult Result,
    ImageDocuments Documents,
    string Base
)
{
    /// <summary>Whether nothing is left to do: a registry that refused the documents gets them from the next
    /// run.</summary>
    public bool IsWhole { get; init; } = true;

    /// <summary>Full paths of files that a run without changes finds as they are.</summary>
    public IEnumerable<string> Watched
    {
        get
        {
            var paths = Publish.Plan.Paths;
            string[] beside = paths.IsOneOfSeveral
                ? [PackageReport.PathOf(paths.PlatformLayout), .. Documents.Files(paths.PlatformLayout)]
                :
                [
                    .. Documents.Files(paths.DocumentStem),
                    .. paths.ReportPath.Length > 0 ? [paths.ReportPath] : Array.Empty<string>(),
                ];
            var assets = Publish.Documents.Facts.AssetsFile;
            return
            [
                paths.DockerfileText,
                .. paths.DockerfilePath.Length > 0 ? DockerfileContext.Files(paths.DockerfilePath, Result.Recipe) : [],
                .. beside,
                .. assets.Length > 0 ? [assets] : Array.Empty<string>(),
            ];
        }
    }

    /// <summary>Full paths of the files that the project adds to the published ones.</summary>
    public IEnumerable<string> Added =>
        Publish.Plan.Settings.Files.Where(file => file.Kind == EntryKind.File).Select(file => file.SourcePath);
}
