namespace Containerize.FileSystems;

/// <summary>A place in the tree of an image's files while layers are laid over it.</summary>
internal sealed class FileNode(ImageFile file)
{
    // Most nodes are files: only what gets a child pays for a table.
    private Dictionary<string, FileNode>? _children;

    public ImageFile File { get; set; } = file;

    /// <summary>The highest layer that has something here or below.</summary>
    public int TouchedBy { get; set; } = file.Layer;

    /// <summary>The bytes of a file that are kept in memory.</summary>
    public byte[]? Kept { get; set; }

    public IEnumerable<FileNode> Children => _children?.Values ?? Enumerable.Empty<FileNode>();

    public FileNode? Child(string name) => _children?.GetValueOrDefault(name);

    public void Add(FileNode child) => (_children ??= new(StringComparer.Ordinal))[child.File.Path.Name] = child;

    /// <summary>Takes away all below that no entry of this layer or a higher one has made.</summary>
    public void RemoveBelow(int layer)
    {
        foreach (var (name, child) in _children?.ToList() ?? [])
        {
            if (child.TouchedBy < layer)
                _children!.Remove(name);
            else
                child.RemoveBelow(layer);
        }
    }

    /// <summary>Takes away a child, or what lower layers have below it where this layer has replaced it.</summary>
    public void Remove(string name, int layer)
    {
        if (Child(name) is not { } child)
            return;
        if (child.TouchedBy < layer)
            _children!.Remove(name);
        else
            child.RemoveBelow(layer);
    }

    public FileNode Copy()
    {
        var copy = new FileNode(File) { TouchedBy = TouchedBy, Kept = Kept };
        foreach (var child in Children)
            copy.Add(child.Copy());
        return copy;
    }
}
