using Containerize.Images;

namespace Containerize.Projects;

/// <summary>Where a project is and where its files lie; all paths are full.</summary>
/// <param name="ProjectFile">The project file.</param>
/// <param name="PublishFolder">The publish folder.</param>
/// <param name="IntermediateFolder">A folder of ours below <c>obj</c>.</param>
/// <param name="RuntimeIdentifier">What the project is published for.</param>
public sealed record ProjectPaths(
    string ProjectFile,
    string PublishFolder,
    string IntermediateFolder,
    string RuntimeIdentifier
)
{
    /// <summary>The folder that remembers what was published into the publish folder; or empty.</summary>
    public string HistoryFolder { get; init; } = "";

    /// <summary>The layout that one of several platforms waits in, as its only output; or empty.</summary>
    public string PlatformLayout { get; init; } = "";

    /// <summary>The folder for the Dockerfile with its context, or empty.</summary>
    public string DockerfilePath { get; init; } = "";

    /// <summary>The JSON that describes what was made, or empty.</summary>
    public string MetadataPath { get; init; } = "";

    /// <summary>The page of the image, or empty.</summary>
    public string ReportPath { get; init; } = "";

    /// <summary>The documents beside the metadata, without the ends of their names.</summary>
    public required string DocumentStem { get; init; }

    public string ProjectFolder => Path.GetDirectoryName(ProjectFile)!;

    public Platform Platform => Platform.FromRuntimeIdentifier(RuntimeIdentifier);

    /// <summary>Whether the image is for one of several platforms, and waits for the others.</summary>
    public bool IsOneOfSeveral => PlatformLayout.Length > 0;

    /// <summary>The text of the equivalent Dockerfile.</summary>
    public string DockerfileText => Path.Combine(IntermediateFolder, "Dockerfile");

    /// <summary>The list of all outputs of all publish folders of the project.</summary>
    public string OutputsList => Path.Combine(HistoryFolder, "..", "outputs.txt");
}
