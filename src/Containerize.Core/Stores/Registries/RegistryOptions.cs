using System.Collections.Immutable;
using Containerize.Http;
using Containerize.IO;

namespace Containerize.Stores.Registries;

/// <summary>Everything that the registry client knows of the machine and the user. It reads nothing else.</summary>
public sealed record RegistryOptions : HttpOptions
{
    /// <summary>
    /// Hosts, with or without a port, for which plain HTTP and unknown certificates are accepted, also with
    /// credentials. A host without a port stands for all its ports.
    /// </summary>
    public ImmutableHashSet<string> InsecureRegistries { get; init; } = [];

    /// <summary>Where credentials come from; asked only when a registry wants some.</summary>
    public ICredentialSource Credentials { get; init; } = NoCredentials.Instance;

    /// <summary>Where an image is pulled from, in order, the last being the registry itself.</summary>
    public Func<Images.ImageReference, ImmutableArray<Images.ImageReference>> Mirrors { get; init; } =
        reference => [reference];

    /// <summary>How many blobs are uploaded at once.</summary>
    public int ParallelUploads { get; init; } = 4;

    /// <summary>The bytes of a chunk where a registry or a proxy takes a blob in no other way.</summary>
    public int ChunkSize { get; init; } = 5 * 1024 * 1024;

    /// <summary>Uploads in chunks from the start; for proxies that are known to limit the size of a body.</summary>
    public bool ForceChunks { get; init; }

    /// <summary>Receives what a registry wants the user to know (<c>Warning</c> header of distribution-spec), each
    /// once.</summary>
    public Action<string> Warn { get; init; } = _ => { };

    /// <summary>Receives the progress of transfers.</summary>
    public IProgress<WorkProgress> Progress { get; init; } = NoProgress.Instance;
}
