using Containerize.Diagnostics;
using Containerize.Images;

namespace Containerize.Publishing.Outputs;

/// <summary>Where an image goes, in the words of a project.</summary>
/// <param name="AssemblyName">The name of the repository where the project names none.</param>
public sealed record DestinationOptions(string AssemblyName)
{
    /// <summary>One or more registries, <c>;</c> between them; or empty.</summary>
    public string Registry { get; init; } = "";

    /// <summary><c>ContainerRepository</c>, or empty.</summary>
    public string Repository { get; init; } = "";

    /// <summary><c>ContainerImageTag</c>, or empty.</summary>
    public string ImageTag { get; init; } = "";

    /// <summary><c>ContainerImageTags</c>, or empty.</summary>
    public string ImageTags { get; init; } = "";

    /// <summary>The project's version, for the tag <c>semver</c>.</summary>
    public string Version { get; init; } = "";

    /// <summary>The full path of a tarball or of a folder for it; or empty.</summary>
    public string ArchiveOutputPath { get; init; } = "";

    /// <summary>The full path of a layout; or empty.</summary>
    public string OciLayoutPath { get; init; } = "";

    /// <summary><c>Docker</c> or <c>Podman</c>; or empty.</summary>
    public string LocalRegistry { get; init; } = "";

    /// <summary>The registry in the name of an image that is pushed to none; empty for Docker Hub.</summary>
    public string NameRegistry { get; init; } = "";

    /// <summary>The full path of the folder for a tarball without a path of its own.</summary>
    public string DefaultOutputFolder { get; init; } = "";

    /// <summary>The full path of the publish folder; or empty.</summary>
    public string PublishFolder { get; init; } = "";

    /// <summary>What this machine's engines run; null for any.</summary>
    public Platform? Machine { get; init; }

    /// <summary>Reads the words.</summary>
    /// <exception cref="Diagnostics.ContainerizeException">CTZ0002 for the repository, CTZ0003 and CTZ0004 for
    /// tags.</exception>
    public Destinations Read() =>
        new()
        {
            Repository =
                Repository.Length > 0 ? RepositoryName.Parse(Repository) : RepositoryName.Normalize(AssemblyName),
            Tags =
                ImageTag.Length + ImageTags.Length > 0
                    ? Destinations.ParseTags(ImageTag, ImageTags, Version)
                    : ["latest"],
            Registries = SettingList.Parse(Registry),
            NameRegistry = NameRegistry.Length > 0 ? NameRegistry : ImageReference.DockerHub,
            Archive = ArchiveOutputPath,
            Layout = OciLayoutPath,
            Engine = LocalRegistry,
            DefaultFolder = DefaultOutputFolder,
            PublishPath = PublishFolder,
            Machine = Machine,
        };
}
