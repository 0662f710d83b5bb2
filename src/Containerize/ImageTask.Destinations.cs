using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Containerize.Caching;
using Containerize.Images;
using Containerize.Packages.Systems;
using Containerize.Stores;
using Containerize.Stores.Engines;
using Containerize.Stores.Registries;

namespace Containerize.Tasks;

/// <summary>The translation of what says where images come from and go to.</summary>
public abstract partial class ImageTask
{
    private CacheFolder? _cache;

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

    // One list for all publish folders of the project: the targets exclude what it names from the project's items.
    private protected void Remember(OwnOutputs outputs) =>
        outputs.Remember(Path.Combine(HistoryFolder, "..", "outputs.txt"), Path.GetDirectoryName(ProjectFile)!);

    private protected async Task<IImageSource> OpenSourceAsync(string location, RegistryClient client, CancellationToken cancellationToken)
    {
        var source = await ImageSources.OpenAsync(PackagesBase.SourceOf(location), Path.GetDirectoryName(ProjectFile)!, IntermediateFolder,
            LocalEngine.Parse(LocalRegistry.Length > 0 ? LocalRegistry : "Docker"), client, cancellationToken).ConfigureAwait(false);
        return source is RegistrySource registry ? Cached(registry, client) : source;
    }

    private protected CachedSource Cached(RegistrySource source, RegistryClient client) => new(source, client, Cache, Offline, TimeProvider.System);

    private protected string CacheFolderPath => CacheDirectory.Length > 0 ? CacheDirectory : Host.CacheFolder;

    private protected CacheFolder Cache => _cache ??= new CacheFolder(CacheFolderPath);

    private protected static ImmutableArray<string> Split(string list) =>
        [.. list.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
}
