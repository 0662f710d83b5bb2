using Microsoft.Build.Framework;

namespace Containerize.Tasks;

/// <summary>
/// The task behind the target <c>Containerize</c>: MSBuild's words in, MSBuild's words out. The properties are the
/// <c>Container*</c> properties and items of the project, by the names that users know without the prefix.
/// </summary>
public sealed partial class BuildImage : Microsoft.Build.Utilities.Task, ICancelableTask
{
    [Required]
    public string ProjectFile { get; set; } = "";

    /// <summary>Whether the project makes something that runs: not a library, not a test.</summary>
    public bool ProjectCanRun { get; set; }

    /// <summary>The full path of the publish folder.</summary>
    [Required]
    public string PublishFolder { get; set; } = "";

    /// <summary>The items of <c>ResolvedFileToPublish</c>.</summary>
    public ITaskItem[] PublishedFiles { get; set; } = [];

    /// <summary>The ids of the packages that the .NET runtime of a self-contained publish comes from.</summary>
    public string[] RuntimePacks { get; set; } = [];

    /// <summary>The full path of a folder of ours below <c>obj</c>.</summary>
    [Required]
    public string IntermediateFolder { get; set; } = "";

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

    public bool InvariantGlobalization { get; set; }

    [Required]
    public string AssemblyName { get; set; } = "";

    [Required]
    public string TargetFileName { get; set; } = "";

    /// <summary>One or more registries, <c>;</c> between them.</summary>
    public string Registry { get; set; } = "";

    public string Repository { get; set; } = "";

    public string ImageTag { get; set; } = "";

    public string ImageTags { get; set; } = "";

    public string ArchiveOutputPath { get; set; } = "";

    public string OciLayoutPath { get; set; } = "";

    /// <summary>The full path of the folder for a tarball that nobody asked for by name.</summary>
    [Required]
    public string DefaultOutputFolder { get; set; } = "";

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

    /// <summary>Of <c>Created</c>, <c>BaseName</c> and <c>BaseDigest</c> those that the image gets a label of.</summary>
    public string[] GeneratedLabels { get; set; } = [];

    public ITaskItem[] Ports { get; set; } = [];

    public string[] Volumes { get; set; } = [];

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

    /// <summary>Layers of the project's own: the name, and <c>Files</c> with globs relative to the publish folder.</summary>
    public ITaskItem[] Layers { get; set; } = [];

    /// <summary>Files beside the published ones, with <c>TargetPath</c>, <c>Mode</c>, <c>Owner</c> and <c>Layer</c>.</summary>
    public ITaskItem[] Files { get; set; } = [];

    /// <summary>The project's version, for the tag <c>semver</c>.</summary>
    public string Version { get; set; } = "";

    /// <summary>The full path of the JSON that says what was made, or empty.</summary>
    public string MetadataPath { get; set; } = "";

    /// <summary>References of images whose layers need not be made again, beside those that the image's own names hold.</summary>
    public string[] ReuseFrom { get; set; } = [];

    /// <summary><c>Docker</c> or <c>Podman</c> to load the image into; or empty.</summary>
    public string LocalRegistry { get; set; } = "";

    public string AppCommandInstruction { get; set; } = "";

    public ITaskItem[] AppCommand { get; set; } = [];

    public ITaskItem[] AppCommandArgs { get; set; } = [];

    public ITaskItem[] Entrypoint { get; set; } = [];

    public ITaskItem[] EntrypointArgs { get; set; } = [];

    public ITaskItem[] DefaultArgs { get; set; } = [];

    /// <summary>The manifest's JSON.</summary>
    [Output]
    public string GeneratedManifest { get; private set; } = "";

    /// <summary>The config's JSON.</summary>
    [Output]
    public string GeneratedConfiguration { get; private set; } = "";

    /// <summary>The manifest's digest.</summary>
    [Output]
    public string GeneratedDigest { get; private set; } = "";

    [Output]
    public string GeneratedMediaType { get; private set; } = "";

    /// <summary>The full path of the tarball, or empty.</summary>
    [Output]
    public string GeneratedArchive { get; private set; } = "";

    /// <summary>One item for the image, with its manifest, config and digest.</summary>
    [Output]
    public ITaskItem[] GeneratedContainers { get; private set; } = [];

    /// <summary>The full names that the image has.</summary>
    [Output]
    public ITaskItem[] GeneratedNames { get; private set; } = [];
}
