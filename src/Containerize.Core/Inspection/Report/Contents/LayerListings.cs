using System.Collections.Immutable;
using Containerize.Entries;
using Containerize.FileSystems;
using Containerize.Images;

namespace Containerize.Inspection.Report.Contents;

/// <summary>The layers of the images of one report, each read once however many of them have it.</summary>
internal sealed class LayerListings
{
    // Records of packages are some megabytes at most; an image that has more of them is shown without those packages.
    private const long MostOfOne = 16 << 20;
    private const long MostOfAll = 96 << 20;

    private readonly Dictionary<Digest, LayerListing> _read = [];
    private readonly HashSet<(Digest Layer, ContainerPath Path)> _kept = [];
    private long _keptBytes;

    /// <summary>The entries of each layer of an image, lowest first.</summary>
    /// <exception cref="Diagnostics.ContainerizeException">As of <see cref="LayerListing.ReadAsync"/>.</exception>
    public async Task<ImmutableArray<(Layer Layer, LayerListing Listing)>> ReadAsync(
        Image image,
        CancellationToken cancellationToken
    )
    {
        var layers = ImmutableArray.CreateBuilder<(Layer, LayerListing)>();
        foreach (var layer in image.Layers)
        {
            if (!_read.TryGetValue(layer.DiffId, out var listing))
            {
                listing = await LayerListing
                    .ReadKeepingAsync(layer, (path, size) => Keep(layer, path, size), cancellationToken)
                    .ConfigureAwait(false);
                _read.Add(layer.DiffId, listing);
            }

            layers.Add((layer, listing));
        }

        return layers.ToImmutable();
    }

    /// <summary>
    /// The bytes of a file that says what is installed; null for another, and for one that is too large.
    /// </summary>
    /// <param name="files">The files of an image that was read.</param>
    /// <param name="file">One of them.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<byte[]?> BytesAsync(ImageFiles files, ImageFile file, CancellationToken cancellationToken) =>
        _kept.Contains((files.Layers[file.ContentLayer].DiffId, file.HardLinkTarget ?? file.Path))
            ? await files.ReadBytesAsync(file, cancellationToken).ConfigureAwait(false)
            : null;

    private bool Keep(Layer layer, ContainerPath path, long size)
    {
        if (!PackageRecords.IsRecord(path) || size > MostOfOne || _keptBytes + size > MostOfAll)
            return false;
        _keptBytes += size;
        return _kept.Add((layer.DiffId, path)) || true;
    }
}
