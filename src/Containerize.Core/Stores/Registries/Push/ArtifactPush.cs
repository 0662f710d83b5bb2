using System.Net;
using Containerize.Images;
using Containerize.Stores.Registries.Client;

namespace Containerize.Stores.Registries.Push;

/// <summary>Stores artifacts in a repository: their blobs, and a manifest under a tag or its digest.</summary>
/// <param name="registry">The registry as references name it.</param>
/// <param name="repository">The repository.</param>
/// <param name="client">The run's client.</param>
internal sealed class ArtifactPush(string registry, string repository, RegistryClient client)
{
    private readonly RegistryAccess _access = new(repository, Push: true);

    /// <summary>Sends what the artifact names and the repository lacks.</summary>
    /// <param name="artifact">The artifact.</param>
    /// <param name="cancellationToken">Ends the sending.</param>
    /// <param name="sendsAll">Whether blobs that the repository says it has are sent too.</param>
    public Task<BlobFate[]> PutBlobsAsync(
        Artifact artifact,
        CancellationToken cancellationToken,
        bool sendsAll = false
    ) =>
        Task.WhenAll(
            artifact.Blobs.Select(blob =>
                client.UploadOnceAsync(
                    registry,
                    repository,
                    blob.Descriptor.Digest,
                    token =>
                        new BlobUpload(client, registry, repository, blob, "document")
                        {
                            IsDoubted = sendsAll,
                        }.RunAsync(token),
                    cancellationToken
                )
            )
        );

    /// <summary>Whether the repository has the manifest; any answer but 200 means that it has not.</summary>
    /// <exception cref="Diagnostics.ContainerizeException">CTZ0030 to CTZ0039.</exception>
    public Task<bool> HasAsync(Artifact artifact, CancellationToken cancellationToken) =>
        client.RetryAsync(
            async _ =>
            {
                var request = new RegistryRequest(
                    HttpMethod.Head,
                    $"/v2/{repository}/manifests/{artifact.Descriptor.Digest}",
                    _access
                )
                {
                    Accept = [artifact.Descriptor.MediaType],
                };
                using var response = await client
                    .Connection(registry)
                    .SendAsync(request, cancellationToken)
                    .ConfigureAwait(false);
                return response.StatusCode == HttpStatusCode.OK;
            },
            cancellationToken
        );

    /// <summary>Stores a manifest or an index.</summary>
    /// <param name="name">The tag or the digest.</param>
    /// <param name="bytes">The document.</param>
    /// <param name="mediaType">Its type.</param>
    /// <param name="ifMatch">The version that is replaced; null for any.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="Diagnostics.ContainerizeException">CTZ0030 to CTZ0039.</exception>
    public Task<PutAnswer> PutAsync(
        string name,
        ReadOnlyMemory<byte> bytes,
        string mediaType,
        string? ifMatch,
        CancellationToken cancellationToken
    ) =>
        client.RetryAsync(
            async _ =>
            {
                var connection = client.Connection(registry);
                var request = new RegistryRequest(HttpMethod.Put, $"/v2/{repository}/manifests/{name}", _access)
                {
                    Content = _ => BlobContent.OfBytes(bytes, mediaType),
                    IfMatch = ifMatch,
                };
                using var response = await connection.SendAsync(request, cancellationToken).ConfigureAwait(false);
                if (ifMatch is not null && (int)response.StatusCode is 412 or 409)
                    return PutAnswer.Overtaken;
                if (!response.IsSuccessStatusCode)
                    throw await connection
                        .RefusedManifestAsync(response, _access, cancellationToken)
                        .ConfigureAwait(false);
                return response.Headers.NonValidated.Contains("OCI-Subject") ? PutAnswer.Listed : PutAnswer.Stored;
            },
            cancellationToken
        );
}

/// <summary>What a registry made of a manifest.</summary>
internal enum PutAnswer
{
    /// <summary>It is there.</summary>
    Stored,

    /// <summary>It is there, and the registry lists it with its subject.</summary>
    Listed,

    /// <summary>It is not: another writer came first.</summary>
    Overtaken,
}
