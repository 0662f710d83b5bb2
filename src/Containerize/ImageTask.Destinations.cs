using System.Runtime.InteropServices;
using Containerize.Caching;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Projects;
using Containerize.Publishing.Outputs;
using Containerize.Stores.Registries.Client;
using Microsoft.Build.Framework;

namespace Containerize.Tasks;

/// <summary>The translation of what says where images come from and go to.</summary>
public abstract partial class ImageTask
{
    private CacheFolder? _cache;

    private protected Destinations ReadDestinations() =>
        new DestinationOptions(AssemblyName)
        {
            Registry = Registry,
            Repository = Repository,
            ImageTag = ImageTag,
            ImageTags = ImageTags,
            Version = Version,
            ArchiveOutputPath = ArchiveOutputPath,
            OciLayoutPath = OciLayoutPath,
            LocalRegistry = LocalRegistry,
            NameRegistry = NameRegistry,
            DefaultOutputFolder = DefaultOutputFolder,
            PublishFolder = PublishFolder,
            Machine = Platform.OfProcessor(RuntimeInformation.OSArchitecture),
        }.Read();

    // Beside the metadata, under the assembly's name.
    private protected string DocumentStem =>
        Path.Combine(Path.GetDirectoryName(MetadataPath) ?? DefaultOutputFolder, AssemblyName);

    private protected string ReportFile => ReportPage.FileOf(ReportPath, AssemblyName);

    // One list for all publish folders of the project: the targets exclude what it names from the project's items.
    private protected void Remember(OwnOutputs outputs)
    {
        if (HistoryFolder.Length > 0)
            outputs.Remember(OutputsList, Path.GetDirectoryName(ProjectFile)!);
    }

    private string OutputsList => Path.Combine(HistoryFolder, "..", "outputs.txt");

    // An assembly's name is made valid in silence, for it was not written as a repository.
    private protected void WarnOfNames(Destinations destinations)
    {
        if (OutputPath.SaysCompressed(ArchiveOutputPath) && !Directory.Exists(ArchiveOutputPath))
            WarnCoded(
                DiagnosticTable.TarballUncompressed,
                $"ContainerArchiveOutputPath is '{ArchiveOutputPath}', and the tarball is not compressed as a whole, "
                    + "for its layers are: 'docker load' reads it, 'tar -z' does not. Write a path that ends with "
                    + "'.tar'."
            );
        if (Repository.Length > 0 && destinations.Repository != Repository)
            WarnCoded(
                DiagnosticTable.RepositoryChanged,
                $"ContainerRepository is '{Repository}', which is no repository's name; the image is called "
                    + $"'{destinations.Repository}'. Write it so."
            );
    }

    private protected ProjectSources SourcesOf(RegistryClient client) =>
        new(client, Cache, Path.GetDirectoryName(ProjectFile)!, IntermediateFolder)
        {
            CreateClient = Host.CreateClient,
            CreatePackageClient = CreatePackageClient,
            Engine = LocalRegistry.Length > 0 ? LocalRegistry : "Docker",
            Offline = Offline,
        };

    // In obj where no folder that outlives the project's own can be trusted.
    private protected CacheFolder Cache =>
        _cache ??= CachePlace.Choose(
            CacheDirectory,
            CachePlace.OfUser(Host.Variables, Host.Home),
            Path.GetTempPath(),
            () => Path.Combine(IntermediateFolder, "cache"),
            line => Log.LogMessage(MessageImportance.High, "{0}", line)
        );
}
