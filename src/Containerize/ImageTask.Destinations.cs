using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Containerize.Images;
using Containerize.Stores;

namespace Containerize.Tasks;

/// <summary>The translation of what says where images go.</summary>
public abstract partial class ImageTask
{
    internal Destinations ReadDestinations() => new()
    {
        Repository = RepositoryName.Normalize(Repository.Length > 0 ? Repository : AssemblyName),
        Tags = ImageTag.Length > 0 || ImageTags.Length > 0 ? Destinations.ParseTags(ImageTag, ImageTags, Version) : ["latest"],
        Registries = Split(Registry),
        NameRegistry = NameRegistry.Length > 0 ? NameRegistry : ImageReference.DockerHub,
        Archive = ArchiveOutputPath,
        Layout = OciLayoutPath,
        Engine = LocalRegistry,
        DefaultFolder = DefaultOutputFolder,
        PublishPath = PublishFolder,
        Machine = Platform.OfProcessor(RuntimeInformation.OSArchitecture),
    };

    private protected static ImmutableArray<string> Split(string list) =>
        [.. list.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
}
