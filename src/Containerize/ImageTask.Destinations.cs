using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Containerize.Caching;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Packages;
using Containerize.Publishing.Outputs;
using Containerize.Stores;
using Containerize.Stores.Addresses;
using Containerize.Stores.Engines;
using Containerize.Stores.Registries.Client;
using Containerize.Stores.Registries.Pull;
using Microsoft.Build.Framework;

namespace Containerize.Tasks;

/// <summary>The translation of what says where images come from and go to.</summary>
public abstract partial class ImageTask
{
    private CacheFolder? _cache;

    internal Destinations ReadDestinations() =>
        new()
        {
            Repository =
                Repository.Length > 0 ? RepositoryName.Parse(Repository) : RepositoryName.Normalize(AssemblyName),
            Tags =
                ImageTag.Length > 0 || ImageTags.Length > 0
                    ? Destinations.ParseTags(ImageTag, ImageTags, Version)
                    : ["latest"],
            Registries = Split(Registry),
            NameRegistry = NameRegistry.Length > 0 ? NameRegistry : ImageReference.DockerHub,
            Archive = ArchiveOutputPath,
            Layout = OciLayoutPath,
            Engine = LocalRegistry,
            DefaultFolder = DefaultOutputFolder,
            PublishPath = PublishFolder,
            Machine = Platform.OfProcessor(RuntimeInformation.OSArchitecture),
        };

    // Beside the metadata, under the assembly's name.
    private protected string DocumentStem =>
        Path.Combine(Path.GetDirectoryName(MetadataPath) ?? DefaultOutputFolder, AssemblyName);

    // One list for all publish folders of the project: the targets exclude what it names from the project's items.
    private protected void Remember(OwnOutputs outputs)
    {
        if (HistoryFolder.Length > 0)
            outputs.Remember(Path.Combine(HistoryFolder, "..", "outputs.txt"), Path.GetDirectoryName(ProjectFile)!);
    }

    // An assembly's name is made valid in silence, for it was not written as a repository.
    private protected void WarnOfChangedName(Destinations destinations)
    {
        if (Repository.Length > 0 && destinations.Repository != Repository)
            WarnCoded(
                DiagnosticTable.RepositoryChanged,
                $"ContainerRepository is '{Repository}', which is no repository's name; the image is called "
                    + $"'{destinations.Repository}'. Write it so."
            );
    }

    private protected async Task<IImageSource> OpenSourceAsync(
        string location,
        RegistryClient client,
        CancellationToken cancellationToken
    )
    {
        var source = await ImageSources
            .OpenAsync(
                PackagesBase.SourceOf(location),
                Path.GetDirectoryName(ProjectFile)!,
                IntermediateFolder,
                LocalEngine.Parse(LocalRegistry.Length > 0 ? LocalRegistry : "Docker"),
                client,
                cancellationToken
            )
            .ConfigureAwait(false);
        return source is RegistrySource registry ? Cached(registry, client) : source;
    }

    private protected CachedSource Cached(RegistrySource source, RegistryClient client) =>
        new(source, client, Cache, Offline, TimeProvider.System);

    private protected string CacheFolderPath => Cache.Path;

    // In obj where no folder that outlives the project's own can be trusted.
    private protected CacheFolder Cache =>
        _cache ??= CachePlace.Choose(
            CacheDirectory,
            Host.CacheFolder,
            Path.GetTempPath(),
            () => Path.Combine(IntermediateFolder, "cache"),
            line => Log.LogMessage(MessageImportance.High, "{0}", line)
        );

    private protected static ImmutableArray<string> Split(string list) =>
        [.. list.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
}
