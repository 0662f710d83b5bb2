using System.Collections.Immutable;
using Containerize.Entries;
using Containerize.FileSystems;
using Containerize.Images;
using Containerize.Tar;

namespace Containerize.Inspection.Report.Contents;

/// <summary>An image with all that its layers say.</summary>
/// <param name="Image">The image.</param>
/// <param name="Files">What containers see.</param>
/// <param name="Layers">Its layers with the files that each stores.</param>
/// <param name="Packages">Its packages.</param>
/// <param name="Mask">Masks its secrets.</param>
internal sealed record ImageContents(
    Image Image,
    ImageFiles Files,
    ImmutableArray<ReportedLayer> Layers,
    ImmutableArray<ReportedPackage> Packages,
    SecretMask Mask
)
{
    public static async Task<ImageContents> ReadAsync(
        Image image,
        LayerListings listings,
        CancellationToken cancellationToken
    )
    {
        var read = await listings.ReadAsync(image, cancellationToken).ConfigureAwait(false);
        var files = ImageFiles.Empty.With(read);
        var records = await PackageRecords
            .ReadAsync(files, listings, image.Config.Platform, cancellationToken)
            .ConfigureAwait(false);
        var mask = new SecretMask(image.Config);
        var (titles, history) = (LayerTitles.Of(image), image.Config.LayerHistory);
        var layers = read.Select(
                (pair, i) =>
                {
                    var (layer, listing) = pair;
                    return new ReportedLayer(
                        i,
                        titles[i].Name,
                        titles[i].Kind,
                        layer.Blob.Descriptor.Digest,
                        layer.DiffId,
                        layer.Compression.ToString().ToLowerInvariant(),
                        layer.Blob.Descriptor.Size,
                        history.Length == read.Length && history[i] is { } instruction ? mask.Text(instruction) : null
                    )
                    {
                        Files = FilesOf(listing, i, layer.Blob.Descriptor.Size, files, records),
                        Removals = listing.Items.Count(item => LayerOverlay.IsWhiteout(NameOf(item))),
                    };
                }
            )
            .ToImmutableArray();
        return new ImageContents(image, files, layers, PackagesOf(layers, records), mask);
    }

    private static ImmutableArray<ReportedFile> FilesOf(
        LayerListing listing,
        int layer,
        long bytes,
        ImageFiles files,
        PackageRecords records
    )
    {
        var stored = listing
            .Items.Where(item => item.Item.Type == TarItem.File && !LayerOverlay.IsWhiteout(NameOf(item)))
            .ToList();
        var shares = CompressedShares.Of([.. stored.Select(item => item.Item.Size)], bytes);
        return
        [
            .. stored.Select(
                (item, i) =>
                {
                    var path = ContainerPath.Root.Combine(string.Join('/', LayerOverlay.Names(item.Item.Name)));
                    var isSeen =
                        files.Find(path) is { } seen && seen.ContentLayer == layer && seen.Offset == item.Item.Offset;
                    return new ReportedFile(path.Text, item.Item.Size, shares[i], records.Find(path), !isSeen);
                }
            ),
        ];
    }

    private static string NameOf(ListedItem item) => LayerOverlay.Names(item.Item.Name).LastOrDefault() ?? "";

    private static ImmutableArray<ReportedPackage> PackagesOf(
        ImmutableArray<ReportedLayer> layers,
        PackageRecords records
    )
    {
        var files = layers
            .SelectMany(layer => layer.Files.Select(file => (Layer: layer.Index, File: file)))
            .Where(pair => pair.File.Package is not null)
            .ToLookup(pair => pair.File.Package!);
        return
        [
            .. records
                .All.OrderBy(package => package.Kind)
                .ThenBy(package => package.Name, StringComparer.Ordinal)
                .ThenBy(package => package.Version, StringComparer.Ordinal)
                .Select(package => new ReportedPackage(
                    package,
                    files[package].Sum(pair => pair.File.Size),
                    files[package].Sum(pair => pair.File.Bytes),
                    files[package].Count(),
                    [.. files[package].Select(pair => pair.Layer).Distinct()]
                )
                {
                    License = records.LicenseOf(package),
                }),
        ];
    }
}
