using Containerize.Caching;
using Containerize.Packages;
using Containerize.Stores;
using Containerize.Stores.Addresses;
using Containerize.Stores.Engines;
using Containerize.Stores.Registries.Client;
using Containerize.Stores.Registries.Pull;

namespace Containerize.Projects;

/// <summary>Opens the images that a project names.</summary>
/// <param name="Client">Reaches registries.</param>
/// <param name="Cache">Keeps what registries gave.</param>
/// <param name="ProjectFolder">The full path of the folder that paths are relative to.</param>
/// <param name="TemporaryFolder">The full path of a folder for what an engine writes.</param>
public sealed record ProjectSources(
    RegistryClient Client,
    CacheFolder Cache,
    string ProjectFolder,
    string TemporaryFolder
)
{
    /// <summary>Makes a client for what is fetched by its URL.</summary>
    public required Func<HttpClient> CreateClient { get; init; }

    /// <summary>Makes a client that asks package sources as the machine's apt does.</summary>
    public required Func<HttpClient> CreatePackageClient { get; init; }

    /// <summary>The engine that an image without another place comes from.</summary>
    public string Engine { get; init; } = "Docker";

    /// <summary>Whether the network is left alone.</summary>
    public bool Offline { get; init; }

    /// <summary>Opens an image; one of a registry is kept in the cache.</summary>
    /// <param name="location">The words of <c>ContainerBaseImage</c>.</param>
    /// <param name="cancellationToken">Ends the opening.</param>
    /// <exception cref="Diagnostics.ContainerizeException">There is no such image.</exception>
    public async Task<IImageSource> OpenAsync(string location, CancellationToken cancellationToken)
    {
        var source = await ImageSources
            .OpenAsync(
                PackagesBase.SourceOf(location),
                ProjectFolder,
                TemporaryFolder,
                LocalEngine.Parse(Engine),
                Client,
                cancellationToken
            )
            .ConfigureAwait(false);
        return source is RegistrySource registry ? Cached(registry) : source;
    }

    /// <summary>The same image, kept in the cache.</summary>
    public CachedSource Cached(RegistrySource source) => new(source, Client, Cache, Offline, TimeProvider.System);
}
