using Containerize.Diagnostics;
using Containerize.Entries;
using Containerize.Tar;

namespace Containerize.FileSystems;

/// <summary>
/// Lays a layer over a tree (image-spec, layer.md, "Applying Changesets"). Links are never followed: an entry below
/// what is a link in a lower layer makes a folder in the link's place, as it does where each layer is unpacked by
/// itself.
/// </summary>
/// <param name="root">The tree, which is changed.</param>
/// <param name="layer">The number of the layer.</param>
/// <param name="budget">How much the tree may still grow: a path of two thousand folders is a megabyte of their
/// paths.</param>
internal sealed class LayerOverlay(FileNode root, int layer, EntryBudget budget)
{
    private const string Whiteout = ".wh.";
    private const string Metadata = ".wh..wh.";
    private const string Opaque = ".wh..wh..opq";

    /// <summary>The paths whose content in lower layers the layer takes away, and with them themselves.</summary>
    public HashSet<ContainerPath> Whiteouts { get; } = [];

    /// <summary>The folders whose content in lower layers the layer takes away.</summary>
    public HashSet<ContainerPath> OpaqueWhiteouts { get; } = [];

    /// <summary>Takes in one entry.</summary>
    /// <exception cref="ContainerizeException">CTZ0140 for what no layer may hold, CTZ0010 for a path that is
    /// none.</exception>
    public void Add(ListedItem listed)
    {
        var item = listed.Item;
        var names = Names(item.Name);
        if (names.Length == 0)
        {
            if (item.Type == TarItem.Directory)
                root.File = File(item, ContainerPath.Root);
            return;
        }

        var (parent, name) = (Touch(names[..^1]), names[^1]);
        if (name == Opaque)
        {
            OpaqueWhiteouts.Add(parent.File.Path);
            parent.RemoveBelow(layer);
        }
        else if (name == Whiteout || name.StartsWith(Metadata, StringComparison.Ordinal))
            return;
        else if (name.StartsWith(Whiteout, StringComparison.Ordinal))
        {
            Whiteouts.Add(parent.File.Path.Combine(name[Whiteout.Length..]));
            parent.Remove(name[Whiteout.Length..], layer);
        }
        else
            Place(parent, parent.File.Path.Combine(name), listed);
    }

    /// <summary>The names of a path between the root and itself.</summary>
    /// <exception cref="ContainerizeException">CTZ0140 when it leads out of the root.</exception>
    internal static string[] Names(string path)
    {
        var names = new List<string>();
        foreach (var name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (name == "..")
            {
                if (names.Count == 0)
                    throw Refused(path, "leads out of the image");
                names.RemoveAt(names.Count - 1);
            }
            else if (name != ".")
                names.Add(name);
        }

        return [.. names];
    }

    /// <summary>Whether a path is of something that takes away what lies in lower layers, and no file.</summary>
    internal static bool IsWhiteout(string name) => name.StartsWith(Whiteout, StringComparison.Ordinal);

    internal static ContainerizeException Refused(string path, string why) =>
        new(
            DiagnosticTable.LayerEntryRefused,
            $"A layer of the image holds '{path}', which {why}. No builder writes that: do not use the image."
        );

    // The folders on the way to an entry, made where they are missing.
    private FileNode Touch(string[] names)
    {
        var node = root;
        node.TouchedBy = layer;
        foreach (var name in names)
        {
            if (node.Child(name) is not { } child || child.File.Kind != EntryKind.Directory)
                Add(
                    node,
                    child = new(
                        new ImageFile(node.File.Path.Combine(name), EntryKind.Directory, FileKind.ExecutableMode)
                        {
                            Layer = layer,
                            IsImplied = true,
                        }
                    )
                );
            child.TouchedBy = layer;
            node = child;
        }

        return node;
    }

    private void Place(FileNode parent, ContainerPath path, ListedItem listed)
    {
        var item = listed.Item;
        if (item.Type == TarItem.HardLink)
        {
            var target = Target(item);
            Add(
                parent,
                new(
                    target.File with
                    {
                        Path = path,
                        Layer = layer,
                        HardLinkTarget = target.File.HardLinkTarget ?? target.File.Path,
                    }
                )
                {
                    Kept = target.Kept,
                }
            );
            return;
        }

        var file = File(item, path) with { Digest = listed.Digest };
        if (file.Kind == EntryKind.Directory && parent.Child(path.Name) is { File.Kind: EntryKind.Directory } folder)
        {
            Count(file);
            (folder.File, folder.TouchedBy) = (file, layer);
        }
        else
            Add(parent, new(file) { Kept = listed.Kept });
    }

    private void Add(FileNode parent, FileNode child)
    {
        Count(child.File);
        parent.Add(child);
    }

    private void Count(ImageFile file)
    {
        var text =
            (long)file.Path.Text.Length
            + (file.LinkTarget?.Length ?? 0)
            + file.ExtendedAttributes.Sum(attribute => attribute.Key.Length + (long)attribute.Value.Length);
        if (budget.Take(text) is { } excess)
            throw new ContainerizeException(
                DiagnosticTable.LayerEntryRefused,
                $"The image's files cannot be kept in memory: {excess}, counted with all folders on the way. "
                    + "Use another image."
            );
    }

    private FileNode Target(TarItem item)
    {
        var node = root;
        foreach (var name in Names(item.LinkName))
            node = node?.Child(name);
        return node is not null && node.File.Kind != EntryKind.Directory
            ? node
            : throw Refused(item.Name, $"is a further name of '{item.LinkName}', and there is no such file");
    }

    private ImageFile File(TarItem item, ContainerPath path)
    {
        var kind = item.Type switch
        {
            TarItem.File => EntryKind.File,
            TarItem.Directory => EntryKind.Directory,
            TarItem.SymbolicLink => EntryKind.SymbolicLink,
            TarItem.CharacterDevice => EntryKind.CharacterDevice,
            TarItem.BlockDevice => EntryKind.BlockDevice,
            TarItem.Fifo => EntryKind.Fifo,
            _ => throw Refused(item.Name, $"is of an unknown kind ('{item.Type}')"),
        };
        return new ImageFile(path, kind, item.Mode)
        {
            Uid = item.Uid,
            Gid = item.Gid,
            ModificationTime = item.ModificationTime,
            Size = item.Size,
            LinkTarget = kind == EntryKind.SymbolicLink ? item.LinkName : null,
            Device = kind is EntryKind.CharacterDevice or EntryKind.BlockDevice
                ? (item.DeviceMajor, item.DeviceMinor)
                : (0, 0),
            ExtendedAttributes = item.ExtendedAttributes,
            Layer = layer,
            ContentLayer = layer,
            Offset = item.Offset,
        };
    }
}
