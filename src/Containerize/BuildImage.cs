using Microsoft.Build.Framework;

namespace Containerize.Tasks;

/// <summary>
/// The task behind the target <c>Containerize</c>: MSBuild's words in, MSBuild's words out. The properties are the
/// <c>Container*</c> properties and items of the project, by the names that users know without the prefix.
/// </summary>
public sealed partial class BuildImage : ImageTask
{
    /// <summary>Whether the project makes something that runs: not a library, not a test.</summary>
    public bool ProjectCanRun { get; set; }

    /// <summary>The items of <c>ResolvedFileToPublish</c>.</summary>
    public ITaskItem[] PublishedFiles { get; set; } = [];

    /// <summary>Static web assets, which are no <c>ResolvedFileToPublish</c>: their sources, with
    /// <c>TargetPath</c>.</summary>
    public ITaskItem[] StaticAssets { get; set; } = [];

    /// <summary>Full paths of the folders that NuGet keeps packages in.</summary>
    public string[] PackageFolders { get; set; } = [];

    /// <summary>How many layers published files are split into at most, or empty.</summary>
    public string LayerBudget { get; set; } = "";

    /// <summary>The ids of the packages that the .NET runtime of a self-contained publish comes from.</summary>
    public string[] RuntimePacks { get; set; } = [];

    public string BaseImage { get; set; } = "";

    public string Family { get; set; } = "";

    public string SdkVersion { get; set; } = "";

    public string TargetFrameworkVersion { get; set; } = "";

    [Required]
    public string RuntimeIdentifier { get; set; } = "";

    public ITaskItem[] FrameworkReferences { get; set; } = [];

    public bool SelfContained { get; set; }

    public bool PublishAot { get; set; }

    public bool PublishTrimmed { get; set; }

    public bool PublishSingleFile { get; set; }

    public bool InvariantGlobalization { get; set; }

    [Required]
    public string TargetFileName { get; set; } = "";

    /// <summary>The full path of a folder for the Dockerfile with its context, or empty.</summary>
    public string DockerfilePath { get; set; } = "";

    public string WorkingDirectory { get; set; } = "";

    public string User { get; set; } = "";

    /// <summary>An ISO 8601 time, or empty.</summary>
    public string Created { get; set; } = "";

    /// <summary>Seconds since 1970 (reproducible-builds.org), or empty.</summary>
    public string SourceDateEpoch { get; set; } = "";

    public ITaskItem[] Environment { get; set; } = [];

    public ITaskItem[] Labels { get; set; } = [];

    /// <summary>Of <c>Created</c>, <c>BaseName</c> and <c>BaseDigest</c> those that the image gets a label
    /// of.</summary>
    public string[] GeneratedLabels { get; set; } = [];

    public ITaskItem[] Ports { get; set; } = [];

    /// <summary>Folders that data is kept in, with <c>Owner</c> and <c>Mode</c>.</summary>
    public ITaskItem[] Volumes { get; set; } = [];

    /// <summary>Empty folders that are made, with <c>Owner</c> and <c>Mode</c>.</summary>
    public ITaskItem[] Folders { get; set; } = [];

    public ITaskItem[] Annotations { get; set; } = [];

    public string StopSignal { get; set; } = "";

    /// <summary>A line for the shell, or <c>NONE</c>; or empty.</summary>
    public string HealthcheckCommand { get; set; } = "";

    public string HealthcheckInterval { get; set; } = "";

    public string HealthcheckTimeout { get; set; } = "";

    public string HealthcheckStartPeriod { get; set; } = "";

    public string HealthcheckRetries { get; set; } = "";

    public string ImageFormat { get; set; } = "";

    public string Compression { get; set; } = "";

    public string CompressionLevel { get; set; } = "";

    /// <summary>Layers of the project's own: the name, and <c>Files</c> with globs relative to the publish
    /// folder.</summary>
    public ITaskItem[] Layers { get; set; } = [];

    /// <summary>Files and folders beside the published ones, with <c>TargetPath</c>, <c>Mode</c>, <c>Owner</c> and
    /// <c>Layer</c>.</summary>
    public ITaskItem[] Files { get; set; } = [];

    /// <summary>References of images whose layers need not be made again, beside those that the image's own names
    /// hold.</summary>
    public string[] ReuseFrom { get; set; } = [];

    public string AppCommandInstruction { get; set; } = "";

    public ITaskItem[] AppCommand { get; set; } = [];

    public ITaskItem[] AppCommandArgs { get; set; } = [];

    public ITaskItem[] Entrypoint { get; set; } = [];

    public ITaskItem[] EntrypointArgs { get; set; } = [];

    public ITaskItem[] DefaultArgs { get; set; } = [];

    /// <summary>
    /// For one of several platforms: the full path of the layout that the image waits in, which is then its only
    /// output; or empty.
    /// </summary>
    public string PlatformLayout { get; set; } = "";

    /// <summary>The base, in the words of <c>ContainerBaseImage</c>; of a registry by its digest.</summary>
    [Output]
    public string GeneratedBase { get; private set; } = "";
}
