using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Containerize.Http;

/// <summary>Everything that HTTP requests need to know of the machine and the user.</summary>
public abstract record HttpOptions
{
    /// <summary>The certificates for a host with its port, such as <c>registry.example:5000</c>; null when there are
    /// none of its own.</summary>
    public Func<string, HostCertificates?> Certificates { get; init; } = _ => null;

    /// <summary>The proxy that requests go through; null for none.</summary>
    public IWebProxy? Proxy { get; init; }

    /// <summary>How long a connection may take to come about.</summary>
    public TimeSpan ConnectLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long nothing may move. A transfer that moves has no limit.</summary>
    public TimeSpan StallLimit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a server may send not a byte of what the run can do without, such as a cache.</summary>
    public TimeSpan DispensableLimit { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The wait for such a thing; null for what is needed.</summary>
    internal WaitLimit? WaitLimit { get; init; }

    /// <summary>How long a server may think about an upload once it has all its bytes; some hash or copy them
    /// then.</summary>
    public TimeSpan AnswerLimit { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How often something is tried in all when it fails in a way that may pass.</summary>
    public int Attempts { get; init; } = 5;

    /// <summary>The wait before the second attempt; it doubles with each further one, a quarter more or less.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait that a server can ask for with <c>Retry-After</c>; one that asks for more ends the
    /// run.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Takes a line for each notable event, without secrets: which credentials are used, what is retried and
    /// why.</summary>
    public Action<string> Log { get; init; } = _ => { };

    /// <summary>For waits, for the expiry of tokens and for dates in <c>Retry-After</c>.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}

/// <summary>Certificates for one host.</summary>
/// <param name="Authorities">Trusted besides the machine's own authorities.</param>
/// <param name="Client">What we show to the host when it asks; may be empty.</param>
public sealed record HostCertificates(X509Certificate2Collection Authorities, X509Certificate2Collection Client);
