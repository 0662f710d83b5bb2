using Microsoft.Build.Framework;

namespace Containerize.Tasks;

/// <summary>
/// The task behind the target <c>Containerize</c>: MSBuild's words in, MSBuild's words out. The properties are the
/// <c>Container*</c> properties and items of the project, by the names that users know without the prefix.
/// </summary>
public sealed partial class BuildImage : LayeredTask
{
    /// <summary>Whether the project makes something that runs: not a library, not a test.</summary>
    public bool ProjectCanRun { get; set; }

    /// <summary>Static web assets, which are no <c>ResolvedFileToPublish</c>: their sources, with
    /// <c>TargetPath</c>.</summary>
    public ITaskItem[] StaticAssets { get; set; } = [];

    public string BaseImage { get; set; } = "";

    public string Family { get; set; } = "";

    public string SdkVersion { get; set; } = "";

    public string TargetFrameworkVersion { get; set; } = "";

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

    public string User { get; set; } = "";

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

    /// <summary>Where the public key is that the base image has to be signed by: a file, or <c>env://NAME</c>; or
    /// empty.</summary>
    public string BaseImageKey { get; set; } = "";

    /// <summary>The identity that the base image has to be signed by, instead of a key; or empty.</summary>
    public string BaseImageIdentity { get; set; } = "";

    /// <summary>The issuer of that identity; or empty.</summary>
    public string BaseImageIssuer { get; set; } = "";

    /// <summary>The file with the authorities and logs that certify it; or empty.</summary>
    public string BaseImageTrustedRoot { get; set; } = "";

    /// <summary>The full path of the Dockerfile whose last stage is the base, or empty.</summary>
    public string Dockerfile { get; set; } = "";

    /// <summary>Another stage of it, or empty.</summary>
    public string DockerfileTarget { get; set; } = "";

    /// <summary>The full path of its context; empty for the folder that it lies in.</summary>
    public string DockerfileContextPath { get; set; } = "";

    /// <summary><c>ContainerDockerfileNetwork</c>: <c>default</c>, <c>none</c> or <c>host</c> for its
    /// <c>RUN</c>.</summary>
    public string DockerfileNetwork { get; set; } = "";

    /// <summary><c>ContainerDockerfileCacheFrom</c>: caches of its steps in registries, with semicolons between
    /// them.</summary>
    public string DockerfileCacheFrom { get; set; } = "";

    /// <summary><c>ContainerDockerfileCacheTo</c>: caches that its steps are added to.</summary>
    public string DockerfileCacheTo { get; set; } = "";

    /// <summary>The items <c>ContainerDockerfileArgument</c>: values for its <c>ARG</c>.</summary>
    public ITaskItem[] DockerfileArguments { get; set; } = [];

    /// <summary>The items <c>ContainerPackage</c>: <c>name</c>, with <c>Version</c> or as
    /// <c>name=version</c>.</summary>
    public ITaskItem[] Packages { get; set; } = [];

    /// <summary>The items <c>ContainerPackageSource</c>, with <c>Suites</c>, <c>Components</c> and
    /// <c>SignedBy</c>.</summary>
    public ITaskItem[] PackageSources { get; set; } = [];

    /// <summary>The items <c>ContainerPackageMirror</c>, with <c>Url</c>.</summary>
    public ITaskItem[] PackageMirrors { get; set; } = [];

    /// <summary><c>runtime</c> or <c>full</c>.</summary>
    public string PackageClosure { get; set; } = "";

    /// <summary>Globs of what is left out; empty for the usual ones.</summary>
    public string PackageExclude { get; set; } = "";

    /// <summary>The full path of <c>project.assets.json</c>, or empty.</summary>
    public string AssetsFile { get; set; } = "";

    /// <summary>The project's <c>TargetFramework</c>.</summary>
    public string TargetFramework { get; set; } = "";

    /// <summary>The runtime identifier that the project is published for; empty for any.</summary>
    public string PublishRuntimeIdentifier { get; set; } = "";

    /// <summary><c>Release</c> or <c>Debug</c>.</summary>
    public string Configuration { get; set; } = "";

    /// <summary>The items of <c>ResolvedRuntimePack</c>.</summary>
    public ITaskItem[] ResolvedRuntimePacks { get; set; } = [];

    /// <summary>The files that a single-file publish put into its program.</summary>
    public ITaskItem[] BundledFiles { get; set; } = [];

    /// <summary>The licences that packages may be under: SPDX ids with <c>;</c> between them; empty for any.</summary>
    public string AllowedLicenses { get; set; } = "";

    /// <summary>The items <c>ContainerLicenseException</c>, each with a <c>Reason</c>.</summary>
    public ITaskItem[] LicenseExceptions { get; set; } = [];

    /// <summary>Paths below the publish folder of published files that are neither.</summary>
    public string[] OtherPublishedFiles { get; set; } = [];

    /// <summary>The items of <c>FileWrites</c>: what targets say they wrote. Those below the folder count.</summary>
    public ITaskItem[] FileWrites { get; set; } = [];

    /// <summary>Whether the debug symbols of a program compiled ahead of time are part of the image.</summary>
    public bool IncludeNativeSymbols { get; set; }

    /// <summary>The full paths of the projects whose assemblies are published with this one's.</summary>
    public string[] ReferencedProjects { get; set; } = [];

    /// <summary>Whether compiled code is meant to be free of this machine's folders
    /// (<c>ContainerizeMapPaths</c>).</summary>
    public bool MapPaths { get; set; }

    /// <summary>Whether to say what would be done, and do nothing.</summary>
    public bool PlanOnly { get; set; }

    /// <summary>The base, in the words of <c>ContainerBaseImage</c>; of a registry by its digest.</summary>
    [Output]
    public string GeneratedBase { get; private set; } = "";
}
