using System.Collections.Concurrent;
using System.Net;
using Containerize.Diagnostics;
using Containerize.Http;
using Containerize.Images;
using Containerize.IO;

namespace Containerize.Stores.Registries.Client;

/// <summary>
/// All registries of a run: connections, tokens and what was uploaded already are shared by its sources and sinks.
/// </summary>
public sealed class RegistryClient : IDisposable
{
    private readonly ConcurrentDictionary<string, RegistryConnection> _connections = new(
        StringComparer.OrdinalIgnoreCase
    );
    private readonly ConcurrentDictionary<
        (string Registry, string Repository, Digest Digest),
        AsyncOnce<BlobReceipt>
    > _uploads = new();
    private readonly ConcurrentDictionary<string, bool> _warnings = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _uploadSlots;
    private readonly HttpTransport _transport;
    private readonly RedirectPolicy _rules;
    private readonly Retry _retry;
    private readonly RegistryClient? _whole;

    /// <summary>Creates the client of a run.</summary>
    public RegistryClient(RegistryOptions options)
    {
        Options = options with { Warn = WarnOnce };
        _rules = new RedirectPolicy(options.InsecureRegistries);
        _transport = new HttpTransport(Options, _rules);
        _retry = new Retry(Options);
        Services = new ServiceClient(Options, _transport, _rules, _retry);
        _uploadSlots = new SemaphoreSlim(options.ParallelUploads);

        void WarnOnce(string warning)
        {
            if (_warnings.TryAdd(warning, true))
                options.Warn(warning);
        }
    }

    // The same connections, for what the run can do without.
    private RegistryClient(RegistryClient whole, WaitLimit limit)
    {
        var stall = whole.Options.StallLimit;
        Options = whole.Options with
        {
            WaitLimit = limit,
            StallLimit = stall < whole.Options.DispensableLimit ? stall : whole.Options.DispensableLimit,
        };
        (_whole, _rules, _transport, _uploadSlots) = (whole, whole._rules, whole._transport, whole._uploadSlots);
        (_uploads, Services, _retry) = (whole._uploads, whole.Services, new Retry(Options));
    }

    internal RegistryOptions Options { get; }

    /// <summary>Requests to services that are no registries, over the same connections.</summary>
    internal ServiceClient Services { get; }

    public void Dispose()
    {
        if (_whole is not null)
            return;
        _transport.Dispose();
        _uploadSlots.Dispose();
    }

    /// <summary>This client for what the run can do without: it waits no longer than the limit, and need not be
    /// disposed of.</summary>
    internal RegistryClient Within(WaitLimit limit) => new(this, limit);

    internal RegistryConnection Connection(string registry) =>
        _whole?.Connection(registry)
        ?? _connections.GetOrAdd(registry, name => new RegistryConnection(name, _transport, _rules, Options));

    /// <summary>Runs the action with all its attempts.</summary>
    internal Task<T> RetryAsync<T>(Func<int, Task<T>> action, CancellationToken cancellationToken) =>
        _retry.RunAsync(action, cancellationToken);

    /// <summary>Gets a small document whole.</summary>
    /// <returns>The document; null for 404.</returns>
    internal Task<RegistryDocument?> GetAsync(
        string registry,
        RegistryRequest request,
        int cap,
        CancellationToken cancellationToken
    )
    {
        request = request with { WaitLimit = Options.WaitLimit };
        return RetryAsync<RegistryDocument?>(
            async _ =>
            {
                var connection = Connection(registry);
                using var response = await connection.SendAsync(request, cancellationToken).ConfigureAwait(false);
                if (response.StatusCode == HttpStatusCode.NotFound)
                    return null;
                if (response.StatusCode != HttpStatusCode.OK)
                    throw await connection
                        .RefusedAsync(response, request.Access, cancellationToken, request.WaitLimit)
                        .ConfigureAwait(false);
                var (bytes, more) = await ResponseBody
                    .ReadAsync(response, cap, Options, cancellationToken)
                    .ConfigureAwait(false);
                return more
                    ? throw new ContainerizeException(
                        DiagnosticTable.InvalidManifest,
                        $"{HttpErrors.Request(request.Method, response.RequestMessage!.RequestUri!)}: the "
                            + $"document is longer than {cap} bytes. No image needs that: check the reference."
                    )
                    : RegistryDocument.Read(bytes, response);
            },
            cancellationToken
        );
    }

    /// <summary>Uploads a blob once in the run, however many images hold it, and a few blobs at a time.</summary>
    /// <param name="registry">The registry as references name it.</param>
    /// <param name="repository">The repository.</param>
    /// <param name="blob">The digest of the blob.</param>
    /// <param name="upload">Uploads the blob.</param>
    /// <param name="cancellationToken">Cancels the upload.</param>
    internal async Task<BlobFate> UploadOnceAsync(
        string registry,
        string repository,
        Digest blob,
        Func<CancellationToken, Task<BlobFate>> upload,
        CancellationToken cancellationToken
    )
    {
        var receipt = await _uploads
            .GetOrAdd(
                (registry, repository, blob),
                _ => new AsyncOnce<BlobReceipt>(async token =>
                {
                    await _uploadSlots.WaitAsync(token).ConfigureAwait(false);
                    try
                    {
                        return new BlobReceipt(await upload(token).ConfigureAwait(false));
                    }
                    finally
                    {
                        _uploadSlots.Release();
                    }
                })
            )
            .GetAsync(cancellationToken)
            .ConfigureAwait(false);
        return receipt.Fate;
    }

    private sealed record BlobReceipt(BlobFate Fate);
}
