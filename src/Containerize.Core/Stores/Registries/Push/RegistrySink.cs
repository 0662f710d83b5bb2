using System.Collections.Immutable;
using System.Net;
using Containerize.Diagnostics;
using Containerize.Http;
using Containerize.Images;
using Containerize.Stores.Registries.Client;

namespace Containerize.Stores.Registries.Push;

/// <summary>
/// A repository in a registry (distribution-spec, "Push"). Blobs come first, then the manifest under its digest, then
/// its tags: a client that pulls a tag meanwhile gets the old image or the new one, whole.
/// </summary>
/// <param name="registry">The registry as references name it.</param>
/// <param name="repository">The repository.</param>
/// <param name="tags">The tags; none for an image that is part of an index only.</param>
/// <param name="client">The run's client.</param>
public sealed class RegistrySink(string registry, string repository, ImmutableArray<string> tags, RegistryClient client)
    : IImageSink
{
    private readonly RegistryConnection _connection = client.Connection(registry);
    private readonly RegistryAccess _access = new(repository, Push: true);

    /// <inheritdoc/>
    /// <exception cref="ContainerizeException">CTZ0030 to CTZ0039, and whatever the images' blobs fail
    /// with.</exception>
    public async Task<PushReport> PushAsync(ImageSet images, CancellationToken cancellationToken)
    {
        var fates = ImmutableDictionary.CreateBuilder<Digest, BlobFate>();
        foreach (var image in images.Images)
        {
            // What an earlier platform has sent is there for the next: the first word counts.
            foreach (var (digest, fate) in await StoreAsync(image, cancellationToken).ConfigureAwait(false))
                fates.TryAdd(digest, fate);
        }

        foreach (var artifact in images.Artifacts)
            await StoreAsync(artifact, cancellationToken).ConfigureAwait(false);
        if (images.Index is { } index)
            await PushAsync(index, cancellationToken).ConfigureAwait(false);
        else
            await TagAsync(images.Descriptor, images.Images[0].Manifest.Bytes, cancellationToken).ConfigureAwait(false);
        return new PushReport(Destination(images.Digest), fates.ToImmutable());
    }

    public ImageFreshness? FreshnessOf(ImageSet images) =>
        tags.IsEmpty
            ? null
            : new(
                [],
                [
                    .. tags.Select(tag => new NamedDigest(
                        new ImageReference(registry, repository, tag),
                        images.Digest,
                        ThroughMirrors: false
                    )),
                ]
            );

    /// <summary>Stores an index under all the tags. Its manifests must have been pushed to this repository
    /// before.</summary>
    /// <returns>Where the index is now, as the user would write it.</returns>
    /// <exception cref="ContainerizeException">CTZ0030 to CTZ0039.</exception>
    public async Task<string> PushAsync(ImageIndex index, CancellationToken cancellationToken)
    {
        if (!await HasAsync(index.Descriptor, cancellationToken).ConfigureAwait(false))
            await PutAsync(index.Descriptor, index.Bytes, index.Descriptor.Digest.ToString(), cancellationToken)
                .ConfigureAwait(false);
        await TagAsync(index.Descriptor, index.Bytes, cancellationToken).ConfigureAwait(false);
        return Destination(index.Descriptor.Digest);
    }

    // By its digest alone: the tags are for the whole.
    private async Task<ImmutableDictionary<Digest, BlobFate>> StoreAsync(
        Image image,
        CancellationToken cancellationToken
    )
    {
        var manifest = image.Manifest;
        if (await HasAsync(manifest.Descriptor, cancellationToken).ConfigureAwait(false))
            return image
                .Layers.Select(layer => layer.Blob.Descriptor.Digest)
                .Distinct()
                .ToImmutableDictionary(digest => digest, _ => BlobFate.AlreadyThere);
        var fates = await UploadAsync(image, cancellationToken).ConfigureAwait(false);
        await PutAsync(manifest.Descriptor, manifest.Bytes, manifest.Descriptor.Digest.ToString(), cancellationToken)
            .ConfigureAwait(false);
        return fates;
    }

    private async Task StoreAsync(Artifact artifact, CancellationToken cancellationToken)
    {
        if (await HasAsync(artifact.Descriptor, cancellationToken).ConfigureAwait(false))
            return;
        foreach (var blob in artifact.Blobs)
            await UploadAsync(blob, $"artifact {blob.Descriptor.Digest.Abbreviated}", cancellationToken)
                .ConfigureAwait(false);
        await PutAsync(artifact.Descriptor, artifact.Bytes, artifact.Descriptor.Digest.ToString(), cancellationToken)
            .ConfigureAwait(false);
    }

    private Task<BlobFate> UploadAsync(Blob blob, string name, CancellationToken cancellationToken) =>
        client.UploadOnceAsync(
            registry,
            repository,
            blob.Descriptor.Digest,
            token => new BlobUpload(client, registry, repository, blob, name).RunAsync(token),
            cancellationToken
        );

    private async Task<ImmutableDictionary<Digest, BlobFate>> UploadAsync(
        Image image,
        CancellationToken cancellationToken
    )
    {
        var layers = image.Layers.DistinctBy(layer => layer.Blob.Descriptor.Digest).ToArray();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var uploads = layers
            .Select(layer => UploadOrStopAsync(layer.Blob, layer.Title))
            .Append(UploadOrStopAsync(image.ConfigBlob, "config"))
            .ToArray();
        try
        {
            var fates = await Task.WhenAll(uploads).ConfigureAwait(false);
            return layers
                .Zip(fates)
                .ToImmutableDictionary(pair => pair.First.Blob.Descriptor.Digest, pair => pair.Second);
        }
        catch
        {
            // The first to fail is the reason; the others were only stopped by it.
            cancellationToken.ThrowIfCancellationRequested();
            if (uploads.FirstOrDefault(upload => upload.IsFaulted) is { } failed)
                await failed.ConfigureAwait(false);
            throw;
        }

        async Task<BlobFate> UploadOrStopAsync(Blob blob, string name)
        {
            try
            {
                return await UploadAsync(blob, name, stop.Token).ConfigureAwait(false);
            }
            catch
            {
                await stop.CancelAsync().ConfigureAwait(false);
                throw;
            }
        }
    }

    // What answers to HEAD with something else than our manifest's type may be a web site that answers to everything.
    private Task<bool> HasAsync(Descriptor manifest, CancellationToken cancellationToken) =>
        client.RetryAsync(
            async _ =>
            {
                using var response = await HeadAsync(manifest, manifest.Digest.ToString(), cancellationToken)
                    .ConfigureAwait(false);
                return response.StatusCode == HttpStatusCode.OK
                    && response.Content.Headers.ContentType?.MediaType == manifest.MediaType
                    && (RegistryDocument.Digest(response) ?? manifest.Digest.ToString()) == manifest.Digest.ToString();
            },
            cancellationToken
        );

    private Task<HttpResponseMessage> HeadAsync(
        Descriptor manifest,
        string name,
        CancellationToken cancellationToken
    ) =>
        _connection.SendAsync(
            new RegistryRequest(HttpMethod.Head, $"/v2/{repository}/manifests/{name}", _access)
            {
                Accept = [manifest.MediaType],
            },
            cancellationToken
        );

    private async Task TagAsync(Descriptor manifest, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        foreach (var tag in tags)
        {
            var named = new NamedDigest(
                new ImageReference(registry, repository, tag),
                manifest.Digest,
                ThroughMirrors: false
            );
            if (!await client.StillMeansAsync(named, _access, cancellationToken).ConfigureAwait(false))
                await PutAsync(manifest, bytes, tag, cancellationToken).ConfigureAwait(false);
        }
    }

    private Task<bool> PutAsync(
        Descriptor manifest,
        ReadOnlyMemory<byte> bytes,
        string name,
        CancellationToken cancellationToken
    ) =>
        client.RetryAsync(
            async _ =>
            {
                var request = new RegistryRequest(HttpMethod.Put, $"/v2/{repository}/manifests/{name}", _access)
                {
                    Content = _ => BlobContent.OfBytes(bytes, manifest.MediaType),
                };
                using var response = await _connection.SendAsync(request, cancellationToken).ConfigureAwait(false);
                if (!response.IsSuccessStatusCode)
                    throw await _connection
                        .RefusedManifestAsync(response, _access, cancellationToken)
                        .ConfigureAwait(false);
                // Under a tag a registry takes any manifest; one that was damaged on its way must not stay there.
                if (RegistryDocument.Digest(response) is { } stored && stored != manifest.Digest.ToString())
                    throw new TransientException(
                        new ContainerizeException(
                            DiagnosticTable.DigestMismatch,
                            $"PUT {registry}/v2/{repository}/manifests/{name}: the registry stored "
                                + $"{SingleLineText.Of(stored)} where {manifest.Digest} was sent. "
                                + "A proxy or the registry changes what passes through it: try again, or go around it."
                        )
                    );
                return true;
            },
            cancellationToken
        );

    private string Destination(Digest digest) =>
        tags.IsEmpty
            ? $"{registry}/{repository}@{digest}"
            : string.Join(", ", tags.Select(tag => $"{registry}/{repository}:{tag}"));
}
