using System.Collections.Immutable;
using Containerize.Diagnostics;
using Containerize.Entries;
using Containerize.Images;
using Containerize.Tar;

namespace Containerize.FileSystems;

/// <summary>
/// The files of an image as a container sees them: its layers laid over each other, read once. Contents stay in the
/// layers, and are read from there when somebody asks.
/// </summary>
public sealed partial class ImageFiles
{
    private readonly FileNode _root;
    private readonly Func<ContainerPath, bool> _keep;
    private readonly EntryBudget _budget;

    private ImageFiles(
        ImmutableArray<Layer> layers,
        FileNode root,
        Func<ContainerPath, bool> keep,
        EntryBudget? budget = null
    ) => (Layers, _root, _keep, _budget) = (layers, root, keep, budget ?? new EntryBudget());

    /// <summary>The layers that were read, lowest first.</summary>
    public ImmutableArray<Layer> Layers { get; }

    /// <summary>All that is there but the root itself, sorted by path.</summary>
    public IEnumerable<ImageFile> All => DescendantsOf(ContainerPath.Root);

    /// <summary>Reads the layers of an image.</summary>
    /// <param name="image">The image.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <param name="keep">Which files' bytes are kept in memory, so that asking for them costs no further reading of a
    /// layer; the accounts always are.</param>
    /// <exception cref="ContainerizeException">
    /// CTZ0024 or CTZ0022 when a layer is no tar or another than the image says, CTZ0140 or CTZ0010 for an entry that
    /// no layer may hold; the codes of its source.
    /// </exception>
    public static async Task<ImageFiles> ReadAsync(
        Image image,
        CancellationToken cancellationToken,
        Func<ContainerPath, bool>? keep = null
    )
    {
        var root = new FileNode(new ImageFile(ContainerPath.Root, EntryKind.Directory, FileKind.ExecutableMode));
        var files = new ImageFiles([], root, path => LayerListing.IsOfAccounts(path) || keep?.Invoke(path) == true);
        foreach (var layer in image.Layers)
            files = files.Overlay(
                files._root,
                layer,
                await LayerListing.ReadAsync(layer, files._keep, cancellationToken).ConfigureAwait(false)
            );
        return files;
    }

    /// <summary>The files of no layer at all: an empty root.</summary>
    internal static ImageFiles Empty { get; } =
        new(
            [],
            new FileNode(new ImageFile(ContainerPath.Root, EntryKind.Directory, FileKind.ExecutableMode)),
            LayerListing.IsOfAccounts
        );

    /// <summary>The files with one more layer over them.</summary>
    /// <exception cref="ContainerizeException">As for the layers of an image.</exception>
    public async Task<ImageFiles> WithAsync(Layer layer, CancellationToken cancellationToken) =>
        With([(layer, await LayerListing.ReadAsync(layer, _keep, cancellationToken).ConfigureAwait(false))]);

    /// <summary>The files with more layers over them, whose entries are known.</summary>
    /// <param name="layers">The layers, lowest first.</param>
    /// <exception cref="ContainerizeException">CTZ0140 or CTZ0010 for an entry that no layer may hold.</exception>
    internal ImageFiles With(IEnumerable<(Layer Layer, LayerListing Listing)> layers)
    {
        var files = this;
        var root = _root.Copy();
        foreach (var (layer, listing) in layers)
            files = files.Overlay(root, layer, listing);
        return files;
    }

    /// <summary>What lies at a path, no link followed; null for nothing.</summary>
    public ImageFile? Find(ContainerPath path) => Node(path)?.File;

    /// <summary>What a path leads to, links followed; null for nothing.</summary>
    /// <exception cref="ContainerizeException">CTZ0141 when the links lead in a circle.</exception>
    public ImageFile? Resolve(ContainerPath path) => Find(Follow(path));

    /// <summary>Where a path leads to, links followed as a process in the image follows them: never out of its
    /// root.</summary>
    /// <param name="path">The path; nothing need be there.</param>
    /// <param name="last">Whether a link at the path itself is followed, too.</param>
    /// <exception cref="ContainerizeException">CTZ0141 when the links lead in a circle.</exception>
    public ContainerPath Follow(ContainerPath path, bool last = true) =>
        LinkWalk.Follow(path, place => Find(place)?.LinkTarget, last);

    /// <summary>What lies in a folder, sorted by name; empty for a path that is not a folder.</summary>
    public IEnumerable<ImageFile> ChildrenOf(ContainerPath path) =>
        Node(path)?.Children.Select(child => child.File).OrderBy(file => file.Path) ?? Enumerable.Empty<ImageFile>();

    /// <summary>All that lies below a folder, sorted by path; empty for a path that is not a folder.</summary>
    public IEnumerable<ImageFile> DescendantsOf(ContainerPath path)
    {
        if (Node(path) is not { } node)
            return [];
        var (found, left) = (new List<ImageFile>(), new Stack<FileNode>(node.Children));
        while (left.TryPop(out var next))
        {
            found.Add(next.File);
            foreach (var child in next.Children)
                left.Push(child);
        }

        return found.OrderBy(file => file.Path);
    }

    private FileNode? Node(ContainerPath path)
    {
        var node = _root;
        foreach (var name in path.Text.Split('/', StringSplitOptions.RemoveEmptyEntries))
            node = node?.Child(name);
        return node;
    }

    /// <summary>A layer by itself, as the step that it is from the files below it: whiteouts for what it takes
    /// away.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="listing">Its entries.</param>
    /// <param name="lower">What it lies upon.</param>
    /// <exception cref="ContainerizeException">As for the layers of an image; CTZ0140 also for a further name of a file
    /// of a lower layer.</exception>
    internal static (ImageFiles Files, ImmutableArray<ContainerPath> Gone) Step(
        Layer layer,
        LayerListing listing,
        ImageFiles lower
    )
    {
        var root = new FileNode(lower._root.File);
        var overlay = new LayerOverlay(root, 0, new EntryBudget());
        foreach (var item in listing.Items)
            overlay.Add(item);
        var files = new ImageFiles([layer], root, _ => false);
        var emptied = overlay.OpaqueWhiteouts.Concat(
            overlay.Whiteouts.Where(path => files.Find(path)?.Kind == EntryKind.Directory)
        );
        var gone = emptied
            .SelectMany(folder => lower.ChildrenOf(folder).Select(file => file.Path))
            .Concat(overlay.Whiteouts)
            .Where(path => files.Find(path) is null && lower.Find(path) is not null);
        return (files, [.. gone.Distinct()]);
    }

    private ImageFiles Overlay(FileNode root, Layer layer, LayerListing listing)
    {
        var budget = _budget.Copy();
        var overlay = new LayerOverlay(root, Layers.Length, budget);
        foreach (var item in listing.Items)
            overlay.Add(item);
        return new ImageFiles(Layers.Add(layer), root, _keep, budget);
    }
}
