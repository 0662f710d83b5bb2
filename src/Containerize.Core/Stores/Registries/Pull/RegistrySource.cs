using System.Collections.Immutable;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores.Contents;
using Containerize.Stores.Registries.Client;

namespace Containerize.Stores.Registries.Pull;

/// <summary>An image in a registry (distribution-spec, "Pull").</summary>
/// <param name="reference">Which one.</param>
/// <param name="client">The run's client.</param>
public sealed class RegistrySource(ImageReference reference, RegistryClient client) : IContentSource
{
    internal const int LargestManifest = 4 * 1024 * 1024;
    internal const int LargestConfig = 20 * 1024 * 1024;

    private Digest? _named;

    public string Name => reference.ToString();

    public ImageReference? Reference => reference;

    /// <summary>Nothing for a reference by digest; for a tag what it meant when it was asked.</summary>
    public ImageFreshness? Freshness =>
        reference.Digest is not null ? ImageFreshness.None
        : _named is { } digest ? new ImageFreshness([], [new NamedDigest(reference, digest, ThroughMirrors: true)])
        : null;

    /// <inheritdoc/>
    /// <exception cref="ContainerizeException">CTZ0020 to CTZ0024 for what is there, CTZ0030 to CTZ0039 for how the
    /// registry behaves.</exception>
    public Task<Image> PullAsync(Platform platform, CancellationToken cancellationToken) =>
        FromMirrorsAsync(place => PullAsync(place, platform, cancellationToken));

    /// <inheritdoc/>
    public Task<IImageContents> OpenContentsAsync(CancellationToken cancellationToken) =>
        FromMirrorsAsync<IImageContents>(async place =>
        {
            var contents = new RegistryContents(place, client);
            await contents.ResolveAsync(cancellationToken).ConfigureAwait(false);
            return contents;
        });

    private async Task<T> FromMirrorsAsync<T>(Func<ImageReference, Task<T>> read)
    {
        var places = client.Options.Mirrors(reference);
        foreach (var mirror in places[..^1])
        {
            try
            {
                return await read(mirror).ConfigureAwait(false);
            }
            catch (ContainerizeException exception)
            {
                client.Options.Log($"The mirror {mirror.Registry} does not help with {reference}: {exception.Message}");
            }
        }

        return await read(places[^1]).ConfigureAwait(false);
    }

    private async Task<Image> PullAsync(ImageReference place, Platform platform, CancellationToken cancellationToken)
    {
        var manifest = await ManifestAsync(place, platform, cancellationToken).ConfigureAwait(false);
        var where = $"The config of {place}";
        var config = await DocumentAsync(
                place,
                $"blobs/{manifest.Config.Digest}",
                [],
                LargestConfig,
                where,
                cancellationToken
            )
            .ConfigureAwait(false);
        config.Verify(manifest.Config.Digest, manifest.Config.Size, where);
        var parsed = ImageConfig.Parse(config.Bytes, where);
        if (!platform.Matches(parsed.Platform))
            throw new ContainerizeException(
                DiagnosticTable.PlatformMissing,
                $"{place} is an image for {parsed.Platform} and not for {platform}. Choose another base image "
                    + "or another ContainerRuntimeIdentifier."
            );
        return Image.Of(manifest, parsed, manifest.Layers.Select(layer => LayerBlob(place, layer)), place.ToString());
    }

    private async Task<Manifest> ManifestAsync(
        ImageReference place,
        Platform platform,
        CancellationToken cancellationToken
    )
    {
        var (wanted, size, asked) = (place.Digest, (long?)null, place.TagOrDigest);
        var walk = new DocumentWalk(place.ToString());
        for (var depth = 0; ; depth++)
        {
            var where = $"The manifest {asked} of {place.Name}";
            var document = await DocumentAsync(
                    place,
                    $"manifests/{asked}",
                    RegistryDocument.Accepted,
                    LargestManifest,
                    where,
                    cancellationToken
                )
                .ConfigureAwait(false);
            document.Verify(wanted, size, where);
            if (depth == 0)
                _named = Digest.Of(document.Bytes);
            var mediaType = document.ManifestType(where);
            if (!MediaTypes.IsIndex(mediaType))
                return Manifest.Parse(document.Bytes, mediaType, where);
            var chosen = ImageIndex.Parse(document.Bytes, mediaType, where).Select(platform, place.ToString());
            walk.Enter(chosen, depth);
            (wanted, size, asked) = (chosen.Digest, chosen.Size, chosen.Digest.ToString());
        }
    }

    private async Task<RegistryDocument> DocumentAsync(
        ImageReference place,
        string path,
        ImmutableArray<string> accepted,
        int cap,
        string where,
        CancellationToken cancellationToken
    ) =>
        await client
            .GetAsync(
                place.Registry,
                new RegistryRequest(
                    HttpMethod.Get,
                    $"/v2/{place.Repository}/{path}",
                    new RegistryAccess(place.Repository, Push: false)
                )
                {
                    Accept = accepted,
                },
                cap,
                cancellationToken
            )
            .ConfigureAwait(false)
        ?? throw new ContainerizeException(
            DiagnosticTable.ImageNotFound,
            $"{where} does not exist: {place.Registry} answered 404 to GET /v2/{place.Repository}/{path}. "
                + "Check the name, the tag and your rights."
        );

    private Blob LayerBlob(ImageReference place, Descriptor layer) => new RegistryContents(place, client).Blob(layer);
}
