using Microsoft.Build.Framework;

namespace Containerize.Tasks;

/// <summary>
/// What the tasks that store images have in common: where the images go and what they are called there, and what
/// MSBuild learns of them.
/// </summary>
public abstract partial class ImageTask : Microsoft.Build.Utilities.Task, ICancelableTask
{
    [Required]
    public string ProjectFile { get; set; } = "";

    /// <summary>The full path of the publish folder.</summary>
    [Required]
    public string PublishFolder { get; set; } = "";

    /// <summary>The full path of a folder of ours below <c>obj</c>.</summary>
    [Required]
    public string IntermediateFolder { get; set; } = "";

    [Required]
    public string AssemblyName { get; set; } = "";

    /// <summary>One or more registries, <c>;</c> between them.</summary>
    public string Registry { get; set; } = "";

    public string Repository { get; set; } = "";

    public string ImageTag { get; set; } = "";

    public string ImageTags { get; set; } = "";

    /// <summary>The project's version, for the tag <c>semver</c>.</summary>
    public string Version { get; set; } = "";

    public string ArchiveOutputPath { get; set; } = "";

    public string OciLayoutPath { get; set; } = "";

    /// <summary><c>Docker</c> or <c>Podman</c> to load the image into; or empty.</summary>
    public string LocalRegistry { get; set; } = "";

    /// <summary>Whether a profile for containers publishes, which loads the image into an engine where no output is
    /// named.</summary>
    public bool PublishesByProfile { get; set; }

    /// <summary>The registry in the image's name where it is pushed to none; empty for Docker Hub.</summary>
    public string NameRegistry { get; set; } = "";

    /// <summary>The full path of the folder for a tarball without a path of its own.</summary>
    [Required]
    public string DefaultOutputFolder { get; set; } = "";

    /// <summary>The full path of the cache, or empty for the platform's cache folder.</summary>
    public string CacheDirectory { get; set; } = "";

    /// <summary>Whether the network is left alone.</summary>
    public bool Offline { get; set; }

    /// <summary>The full path of the JSON that says what was made, or empty.</summary>
    public string MetadataPath { get; set; } = "";

    /// <summary>The full path of the page of the image, or of a folder for it; or empty.</summary>
    public string ReportPath { get; set; } = "";

    /// <summary>The formats of the SBOM that is written beside that: <c>spdx</c>, <c>cyclonedx</c>, both,
    /// <c>none</c>.</summary>
    public string Sbom { get; set; } = "";

    /// <summary>Whether the documents go along: <c>auto</c>, <c>always</c>, <c>never</c>, <c>index</c>; empty for the
    /// first.</summary>
    public string Attestations { get; set; } = "";

    /// <summary>Whether the provenance is written beside it; <c>false</c> for not, empty for true.</summary>
    public string Provenance { get; set; } = "";

    /// <summary>
    /// The full path of the folder of ours that remembers what was published into this publish folder; empty for tasks
    /// that store nothing.
    /// </summary>
    public string HistoryFolder { get; set; } = "";

    /// <summary>Whether this is one of the projects of a solution, each of which ends with one line.</summary>
    public bool InSolution { get; set; }

    /// <summary>The manifest's JSON; of several platforms empty.</summary>
    [Output]
    public string GeneratedManifest { get; protected set; } = "";

    /// <summary>The config's JSON; of several platforms empty.</summary>
    [Output]
    public string GeneratedConfiguration { get; protected set; } = "";

    /// <summary>The manifest's digest; of several platforms that of the index.</summary>
    [Output]
    public string GeneratedDigest { get; protected set; } = "";

    [Output]
    public string GeneratedMediaType { get; protected set; } = "";

    /// <summary>The full path of the tarball, or empty.</summary>
    [Output]
    public string GeneratedArchive { get; protected set; } = "";

    /// <summary>One item for each image, with its manifest, config and digest.</summary>
    [Output]
    public ITaskItem[] GeneratedContainers { get; protected set; } = [];

    /// <summary>The closing message in one line, for the summary of a solution; else empty.</summary>
    [Output]
    public string ClosingLine { get; protected set; } = "";

    /// <summary>The full names that the image has.</summary>
    [Output]
    public ITaskItem[] GeneratedNames { get; protected set; } = [];
}
