using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Containerize.Caching;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.IO;
using Containerize.Stores.Registries.Client;

namespace Containerize.Stores.Registries.Pull;

/// <summary>
/// An image in a registry of which nothing is fetched twice on this machine. A tag is asked what it means, which
/// fetches nothing; what has a digest is taken from the cache where it is there. Offline no registry is asked.
/// </summary>
/// <param name="inner">The image in the registry.</param>
/// <param name="client">Asks what tags mean.</param>
/// <param name="folder">The cache.</param>
/// <param name="isOffline">Whether the network is left alone.</param>
/// <param name="time">The clock that files in the cache are marked by.</param>
public sealed class CachedSource(
    IImageSource inner,
    RegistryClient client,
    CacheFolder folder,
    bool isOffline,
    TimeProvider time
) : IImageSource
{
    private const string Kind = "images";

    private ImageFreshness? _freshness;

    public string Name => inner.Name;

    public ImageReference? Reference => inner.Reference;

    public ImageFreshness? Freshness => _freshness;

    /// <inheritdoc/>
    /// <exception cref="ContainerizeException">CTZ0113 for what is not in the cache offline; and the
    /// registry's.</exception>
    public async Task<Image> PullAsync(Platform platform, CancellationToken cancellationToken)
    {
        var key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Name} {platform}")));
        var pull = new AsyncOnce<Image>(token => isOffline ? throw Offline() : inner.PullAsync(platform, token));
        if (
            await ReadAsync(key, cancellationToken).ConfigureAwait(false) is (var known, var freshness)
            && (
                isOffline
                || freshness.Names.IsEmpty
                || await client.StillMeanAsync(freshness.Names, cancellationToken).ConfigureAwait(false)
            )
        )
        {
            _freshness = freshness;
            return Image.Of(
                known.Manifest,
                known.Config,
                known.Manifest.Layers.Select(layer => Cached(layer, pull)),
                Name
            );
        }

        var image = await pull.GetAsync(cancellationToken).ConfigureAwait(false);
        _freshness = inner.Freshness;
        await KeepAsync(key, image).ConfigureAwait(false);
        return Image.Of(image.Manifest, image.Config, image.Manifest.Layers.Select(layer => Cached(layer, pull)), Name);
    }

    // Fetched once into the cache and read from there, however many ask for it at a time; straight from the registry
    // where the cache does not take it.
    private Blob Cached(Descriptor layer, AsyncOnce<Image> pull)
    {
        var fetch = new AsyncOnce<Image>(cancellationToken => FetchAsync(layer, pull, cancellationToken));
        return new(
            layer,
            async cancellationToken =>
            {
                if (folder.Open(layer) is { } stream)
                {
                    folder.Touch(layer.Digest, time);
                    return stream;
                }

                var image = await fetch.GetAsync(cancellationToken, _ => folder.Has(layer)).ConfigureAwait(false);
                return folder.Open(layer)
                    ?? await BlobOf(image, layer).OpenAsync(cancellationToken).ConfigureAwait(false);
            }
        )
        {
            Origin = Reference,
            BringAsync = cancellationToken =>
                folder.Has(layer) ? Task.CompletedTask : fetch.GetAsync(cancellationToken, _ => folder.Has(layer)),
        };
    }

    private async Task<Image> FetchAsync(Descriptor layer, AsyncOnce<Image> pull, CancellationToken cancellationToken)
    {
        var image = await pull.GetAsync(cancellationToken).ConfigureAwait(false);
        Exception? failure = null;
        await folder
            .MakeAsync(
                async file =>
                {
                    try
                    {
                        await using var fetched = await BlobOf(image, layer)
                            .OpenAsync(cancellationToken)
                            .ConfigureAwait(false);
                        await CopyAsync(fetched, file, cancellationToken).ConfigureAwait(false);
                        return true;
                    }
                    catch (ContainerizeException exception)
                    {
                        failure = exception;
                        return false;
                    }
                },
                isWhole => isWhole ? layer.Digest : null
            )
            .ConfigureAwait(false);
        if (failure is not null)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        return image;
    }

    private static Blob BlobOf(Image image, Descriptor layer) =>
        image.Layers.First(its => its.Blob.Descriptor == layer).Blob;

    // Faults of the registry's side are kept apart from those of the cache: only the latter are forgiven.
    private async Task CopyAsync(Stream fetched, Stream file, CancellationToken cancellationToken)
    {
        var buffer = new byte[1 << 17];
        int read;
        while ((read = await ReadAsync(fetched, buffer, cancellationToken).ConfigureAwait(false)) > 0)
            await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
    }

    private async Task<int> ReadAsync(Stream fetched, byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await fetched.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException exception)
        {
            throw new ContainerizeException(
                DiagnosticTable.FileUnreadable,
                $"A layer of {Name} cannot be read: {exception.Message}",
                exception
            );
        }
    }

    private async Task<((Manifest Manifest, ImageConfig Config) Known, ImageFreshness Freshness)?> ReadAsync(
        string key,
        CancellationToken cancellationToken
    )
    {
        if (
            folder.ReadRecord(Kind, key, time)?.Split('\n')
                is not [var name, var digest, var mediaType, var manifestDigest, var manifestSize, ..]
            || !Digest.TryParse(manifestDigest, out var parsed)
            || !long.TryParse(manifestSize, out var size)
        )
            return null;
        try
        {
            var where = $"The manifest of {Name}";
            if (
                await BytesAsync(new Descriptor(mediaType, parsed, size), cancellationToken).ConfigureAwait(false)
                is not { } bytes
            )
                return null;
            var manifest = Manifest.Parse(bytes, mediaType, where);
            if (await BytesAsync(manifest.Config, cancellationToken).ConfigureAwait(false) is not { } config)
                return null;
            var names =
                name.Length == 0
                    ? ImmutableArray<NamedDigest>.Empty
                    : [new NamedDigest(ImageReference.Parse(name), Digest.Parse(digest), ThroughMirrors: true)];
            return ((manifest, ImageConfig.Parse(config, where)), new ImageFreshness([], names));
        }
        catch (ContainerizeException)
        {
            return null;
        }
    }

    private async Task<byte[]?> BytesAsync(Descriptor descriptor, CancellationToken cancellationToken)
    {
        await using var stream = folder.Open(descriptor);
        if (stream is null)
            return null;
        folder.Touch(descriptor.Digest, time);
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes, cancellationToken).ConfigureAwait(false);
        return bytes.ToArray();
    }

    private async Task KeepAsync(string key, Image image)
    {
        var named = _freshness?.Names.FirstOrDefault();
        var manifest = image.Manifest.Descriptor;
        await folder.KeepAsync(manifest.Digest, image.Manifest.Bytes).ConfigureAwait(false);
        await folder.KeepAsync(image.Config.Digest, image.Config.Bytes).ConfigureAwait(false);
        // All of it is checked when it is read, and had again then.
        folder.WriteBytes(
            Kind,
            key,
            Encoding.UTF8.GetBytes(
                FormattableString.Invariant(
                    $"{named?.Name}\n{named?.Digest}\n{manifest.MediaType}\n{manifest.Digest}\n{manifest.Size}\n"
                )
            )
        );
    }

    private ContainerizeException Offline() =>
        new(
            DiagnosticTable.BaseOffline,
            $"ContainerOffline is set and {Name} is not in the cache '{folder.Path}' with all that is needed of it. "
                + "Publish once with a network, or set ContainerCacheDirectory to a cache that has it."
        );
}
