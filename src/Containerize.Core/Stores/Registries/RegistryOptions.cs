using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Containerize.IO;

namespace Containerize.Stores.Registries;

/// <summary>Everything that the registry client knows of the machine and the user. It reads nothing else.</summary>
public sealed record RegistryOptions
{
    /// <summary>
    /// Hosts, with or without a port, for which plain HTTP and unknown certificates are accepted, also with credentials.
    /// A host without a port stands for all its ports.
    /// </summary>
    public ImmutableHashSet<string> InsecureRegistries { get; init; } = [];

    /// <summary>Where credentials come from; asked only when a registry wants some.</summary>
    public ICredentialSource Credentials { get; init; } = NoCredentials.Instance;

    /// <summary>The certificates for a host with its port, such as <c>registry.example:5000</c>; null when there are none of its own.</summary>
    public Func<string, HostCertificates?> Certificates { get; init; } = _ => null;

    /// <summary>The proxy that requests go through; null for none.</summary>
    public IWebProxy? Proxy { get; init; }

    /// <summary>Where an image is pulled from, in order, the last being the registry itself.</summary>
    public Func<Images.ImageReference, ImmutableArray<Images.ImageReference>> Mirrors { get; init; } = reference => [reference];

    /// <summary>How long a connection may take to come about.</summary>
    public TimeSpan ConnectLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long nothing may move. A transfer that moves has no limit.</summary>
    public TimeSpan StallLimit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a registry may think about an upload once it has all its bytes; some hash or copy them then.</summary>
    public TimeSpan AnswerLimit { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How often something is tried in all when it fails in a way that may pass.</summary>
    public int Attempts { get; init; } = 5;

    /// <summary>The wait before the second attempt; it doubles with each further one, a quarter more or less.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait that a registry can ask for with <c>Retry-After</c>; one that asks for more ends the run.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How many blobs are uploaded at once.</summary>
    public int ParallelUploads { get; init; } = 4;

    /// <summary>The bytes of a chunk where a registry or a proxy takes a blob in no other way.</summary>
    public int ChunkSize { get; init; } = 5 * 1024 * 1024;

    /// <summary>Uploads in chunks from the start; for proxies that are known to limit the size of a body.</summary>
    public bool ForceChunks { get; init; }

    /// <summary>Told what is going on, a line at a time, without secrets: which credentials are used, what is retried and why.</summary>
    public Action<string> Log { get; init; } = _ => { };

    /// <summary>Told what a registry wants the user to know (<c>Warning</c> header of distribution-spec), each once.</summary>
    public Action<string> Warn { get; init; } = _ => { };

    /// <summary>Told how far what is fetched and sent is.</summary>
    public IProgress<WorkProgress> Progress { get; init; } = NoProgress.Instance;

    /// <summary>For waits, for the expiry of tokens and for dates in <c>Retry-After</c>.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}

/// <summary>Certificates for one host.</summary>
/// <param name="Authorities">Trusted besides the machine's own authorities.</param>
/// <param name="Client">What we show to the host when it asks; may be empty.</param>
public sealed record HostCertificates(X509Certificate2Collection Authorities, X509Certificate2Collection Client);
