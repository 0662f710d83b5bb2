using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores.Contents;
using Containerize.Stores.Registries.Client;

namespace Containerize.Stores.Registries.Pull;

/// <summary>What a reference stands for in a registry (distribution-spec, "Pull").</summary>
/// <param name="place">The reference.</param>
/// <param name="client">The run's client.</param>
internal sealed class RegistryContents(ImageReference place, RegistryClient client) : IImageContents
{
    private (Descriptor Descriptor, byte[] Bytes)? _root;

    public string Where => place.ToString();

    public async Task<Descriptor> ResolveAsync(CancellationToken cancellationToken)
    {
        if (_root is { } known)
            return known.Descriptor;
        var document =
            await GetAsync(place.TagOrDigest, cancellationToken).ConfigureAwait(false)
            ?? throw new ContainerizeException(
                DiagnosticTable.ImageNotFound,
                $"{place} does not exist: {place.Registry} answered 404 to GET "
                    + $"/v2/{place.Repository}/manifests/{place.TagOrDigest}. Check the name, the tag and your "
                    + "rights."
            );
        document.Verify(place.Digest, null, Where);
        var descriptor = new Descriptor(
            document.ManifestType(Where),
            place.Digest ?? Digest.Of(document.Bytes),
            document.Bytes.Length
        );
        _root = (descriptor, document.Bytes);
        return descriptor;
    }

    public async Task<Stream?> OpenAsync(Descriptor descriptor, CancellationToken cancellationToken)
    {
        if (_root is { } root && root.Descriptor == descriptor)
            return new MemoryStream(root.Bytes, writable: false);
        if (MediaTypes.IsManifest(descriptor.MediaType) || MediaTypes.IsIndex(descriptor.MediaType))
            return await GetAsync(descriptor.Digest.ToString(), cancellationToken).ConfigureAwait(false) is { } document
                ? new MemoryStream(document.Bytes, writable: false)
                : null;
        var stream = new BlobStream(client, place, descriptor);
        try
        {
            await stream.OpenAsync(cancellationToken).ConfigureAwait(false);
            return stream;
        }
        catch (ContainerizeException exception) when (exception.Diagnostic == DiagnosticTable.ImageNotFound)
        {
            return null;
        }
    }

    public Blob Blob(Descriptor descriptor) =>
        new(
            descriptor,
            async cancellationToken =>
            {
                var stream = new BlobStream(client, place, descriptor);
                await stream.OpenAsync(cancellationToken).ConfigureAwait(false);
                return new VerifyingStream(stream, descriptor, place.ToString());
            }
        )
        {
            Origin = place,
        };

    private Task<RegistryDocument?> GetAsync(string name, CancellationToken cancellationToken) =>
        client.GetAsync(
            place.Registry,
            new RegistryRequest(
                HttpMethod.Get,
                $"/v2/{place.Repository}/manifests/{name}",
                new RegistryAccess(place.Repository, Push: false)
            )
            {
                Accept = RegistryDocument.Accepted,
            },
            RegistrySource.LargestManifest,
            cancellationToken
        );
}
