using System.Collections.Immutable;
using Containerize.Entries;
using Containerize.FileSystems;
using Containerize.Images;

namespace Containerize.Inspection.Diff;

/// <summary>All in which two images differ.</summary>
/// <param name="A">The first image.</param>
/// <param name="B">The second image.</param>
internal sealed record ImageComparison(Image A, Image B)
{
    /// <summary>Members of the manifest and the config, by name.</summary>
    public required ImmutableArray<MemberDifference> Members { get; init; }

    /// <summary>Layers, from the lowest.</summary>
    public required ImmutableArray<LayerDifference> Layers { get; init; }

    /// <summary>Files as containers see them, sorted by path.</summary>
    public required ImmutableArray<FileDifference> Files { get; init; }

    /// <summary>Whether nothing that counts differs.</summary>
    public bool AreSame => Members.IsEmpty && Layers.IsEmpty && Files.IsEmpty;

    /// <summary>Compares two images; layers that both have at the bottom are read once, and none where all are the
    /// same.</summary>
    /// <exception cref="Diagnostics.ContainerizeException">The codes of the sources, and of layers that cannot be
    /// read.</exception>
    public static async Task<ImageComparison> RunAsync(
        Image a,
        Image b,
        ComparisonSettings settings,
        CancellationToken cancellationToken
    ) =>
        new(a, b)
        {
            Members = MemberComparison.Of(a, b, settings),
            Layers = settings.Layers ? CompareLayers(a, b) : [],
            Files = await CompareFilesAsync(a, b, settings, cancellationToken).ConfigureAwait(false),
        };

    /// <summary>Compares two images whose files are known.</summary>
    internal static ImageComparison Of(
        Image a,
        ImageFiles left,
        Image b,
        ImageFiles right,
        ComparisonSettings settings
    ) =>
        new(a, b)
        {
            Members = MemberComparison.Of(a, b, settings),
            Layers = settings.Layers ? CompareLayers(a, b) : [],
            Files = CompareFiles(
                left.All.ToDictionary(file => file.Path),
                right.All.ToDictionary(file => file.Path),
                settings
            ),
        };

    private static ImmutableArray<LayerDifference> CompareLayers(Image a, Image b) =>
        [
            .. Enumerable
                .Range(0, Math.Max(a.Layers.Length, b.Layers.Length))
                .Select(i => new LayerDifference(i, a.Layers.ElementAtOrDefault(i), b.Layers.ElementAtOrDefault(i)))
                .Where(pair => pair.A?.Blob.Descriptor != pair.B?.Blob.Descriptor || pair.A?.DiffId != pair.B?.DiffId),
        ];

    private static async Task<ImmutableArray<FileDifference>> CompareFilesAsync(
        Image a,
        Image b,
        ComparisonSettings settings,
        CancellationToken cancellationToken
    )
    {
        var common = a.Layers.Zip(b.Layers).TakeWhile(pair => pair.First.DiffId == pair.Second.DiffId).Count();
        if (common == a.Layers.Length && common == b.Layers.Length)
            return [];
        var shared = await ImageFiles
            .ReadAsync(Image.Scratch(a.Config.Platform), cancellationToken)
            .ConfigureAwait(false);
        foreach (var layer in a.Layers.Take(common))
            shared = await shared.WithAsync(layer, cancellationToken).ConfigureAwait(false);
        var left = await OverAsync(shared, a.Layers.Skip(common), cancellationToken).ConfigureAwait(false);
        var right = await OverAsync(shared, b.Layers.Skip(common), cancellationToken).ConfigureAwait(false);
        return CompareFiles(left, right, settings);
    }

    private static ImmutableArray<FileDifference> CompareFiles(
        Dictionary<ContainerPath, ImageFile> left,
        Dictionary<ContainerPath, ImageFile> right,
        ComparisonSettings settings
    ) =>
        [
            .. left
                .Keys.Union(right.Keys)
                .Order()
                .Select(path =>
                    FileDifference.Of(path, left.GetValueOrDefault(path), right.GetValueOrDefault(path), settings.Times)
                )
                .OfType<FileDifference>(),
        ];

    private static async Task<Dictionary<ContainerPath, ImageFile>> OverAsync(
        ImageFiles files,
        IEnumerable<Layer> layers,
        CancellationToken cancellationToken
    )
    {
        foreach (var layer in layers)
            files = await files.WithAsync(layer, cancellationToken).ConfigureAwait(false);
        return files.All.ToDictionary(file => file.Path);
    }
}
