using System.Collections.Immutable;
using Containerize.Caching;
using Containerize.Images;
using Containerize.Layers;
using Containerize.Layers.Caching;

namespace Containerize.Packages;

/// <summary>
/// The layer of operating-system packages by what it follows from: the same packages upon the same base are neither
/// fetched nor unpacked again.
/// </summary>
/// <param name="folder">The cache.</param>
/// <param name="layers">Makes the layer where it is not known.</param>
/// <param name="encoding">How layers are stored.</param>
/// <param name="time">The clock that files in the cache are marked by.</param>
public sealed class PackagesLayerCache(CacheFolder folder, LayerCache layers, LayerEncoding encoding, TimeProvider time)
{
    private const string Kind = "packages-layers";

    /// <summary>The layer, and the packages with maintainer scripts whose effect is missing.</summary>
    /// <exception cref="Diagnostics.ContainerizeException">The codes of
    /// <see cref="PackageInstallation.UnpackAsync"/>.</exception>
    public async Task<(CachedLayer Layer, ImmutableArray<string> UnrunScripts)> GetAsync(
        PackageInstallation installation,
        CancellationToken cancellationToken
    )
    {
        var key = $"{installation.Key}-{encoding.Format}";
        if (
            folder.ReadRecord(Kind, key, time)?.Split('\n') is [var first, var scripts]
            && LayerRecord.Parse(first) is { } record
            && folder.Has(encoding.Describe(record.Digest, record.Size))
        )
        {
            folder.Touch(record.Digest, time);
            return (
                new CachedLayer(Lazily(installation, record), LayerOrigin.Cache),
                [.. scripts.Split(' ', StringSplitOptions.RemoveEmptyEntries)]
            );
        }

        var (layer, unrun) = await MakeAsync(installation, cancellationToken).ConfigureAwait(false);
        var descriptor = layer.Layer.Blob.Descriptor;
        folder.WriteRecord(
            Kind,
            key,
            $"{new LayerRecord(layer.Layer.DiffId, descriptor.Digest, descriptor.Size)}\n{string.Join(' ', unrun)}"
        );
        return (layer, unrun);
    }

    private async Task<(CachedLayer Layer, ImmutableArray<string> UnrunScripts)> MakeAsync(
        PackageInstallation installation,
        CancellationToken cancellationToken
    )
    {
        var unpacked = await installation.UnpackAsync(cancellationToken).ConfigureAwait(false);
        return (await layers.GetAsync(unpacked.Plan, cancellationToken).ConfigureAwait(false), unpacked.UnrunScripts);
    }

    // As with other layers, a damaged or missing file of the cache is made again and must come out the same.
    private Layer Lazily(PackageInstallation installation, LayerRecord record)
    {
        var descriptor = encoding.Describe(record.Digest, record.Size);
        return new Layer(new Blob(descriptor, OpenAsync), record.DiffId, LayerNames.Packages);

        async Task<Stream> OpenAsync(CancellationToken cancellationToken)
        {
            if (folder.Open(descriptor) is { } stream)
                return stream;
            var (again, _) = await MakeAsync(installation, cancellationToken).ConfigureAwait(false);
            return new Images.VerifyingStream(
                await again.Layer.Blob.OpenAsync(cancellationToken).ConfigureAwait(false),
                descriptor,
                "The layer of packages"
            );
        }
    }
}
