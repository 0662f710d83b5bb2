using System.Collections.Immutable;
using Containerize.Recipes;

namespace Containerize.Layers;

/// <summary>Published files as entries of layers: modes and times from content and kind, never from the host.</summary>
internal sealed class PublishedEntries(PublishFolder folder, ContainerSettings settings)
{
    private const int LinkMode = 0b111_111_111;

    private readonly SymbolicLinks _links = new(folder);
    private readonly ContainerPath _workingDirectory = settings.WorkingDirectory;

    // The root has no name in a tar, and an entry for what lies above the working directory would reset the mode and owner
    // that the base gave it. Windows makes no folder that has no entry, and rights there follow from the folder above.
    private readonly ContainerPath _top = settings.IsWindows ? ContainerPath.Root : settings.WorkingDirectory;

    /// <summary>The entries of some of the folder's files, and of every folder from the working directory down to them; in a Windows layer from its root.</summary>
    /// <param name="files">Files and symbolic links.</param>
    /// <param name="extras">Files beside the published ones; folders above the working directory get no entry for them.</param>
    /// <param name="withEmptyFolders">Whether folders that hold nothing are among them.</param>
    public ImmutableArray<LayerEntry> For(IEnumerable<PublishFolderEntry> files, IEnumerable<ExtraFile> extras, bool withEmptyFolders)
    {
        var entries = files.Select(Entry).Concat(extras.DistinctBy(extra => extra.Path).Select(extra => extra.ToEntry(settings.Created))).ToList();
        var below = entries.Select(entry => entry.Path.Parent!);
        if (withEmptyFolders)
            below = below.Concat(EmptyFolders().Select(empty => _workingDirectory.Combine(empty.RelativePath)));
        var folders = below.SelectMany(FoldersDownTo).Distinct()
            .Select(path => new LayerEntry(path, EntryKind.Directory, FileKind.ExecutableMode) { ModificationTime = settings.Created });
        ImmutableArray<LayerEntry> sorted = [.. entries.Concat(folders).OrderBy(entry => entry.Path)];
        return settings.IsWindows && !sorted.IsEmpty ? WindowsFiles.Complete(sorted) : sorted;
    }

    private IEnumerable<ContainerPath> FoldersDownTo(ContainerPath path)
    {
        for (var at = path; at != ContainerPath.Root && _top.Contains(at); at = at.Parent!)
            yield return at;
    }

    /// <summary>The symbolic links that lead to nothing.</summary>
    public ImmutableArray<string> DanglingLinks() => [.. folder.Entries
        .Where(entry => entry.Kind == EntryKind.SymbolicLink && !_links.LeadsSomewhere(entry))
        .Select(entry => entry.RelativePath)];

    private LayerEntry Entry(PublishFolderEntry entry)
    {
        var path = _workingDirectory.Combine(entry.RelativePath);
        if (entry.Kind == EntryKind.SymbolicLink)
            return new LayerEntry(path, EntryKind.SymbolicLink, LinkMode) { LinkTarget = entry.LinkTarget, ModificationTime = settings.Created };
        var content = StaticAssetEndpoints.IsManifest(entry.RelativePath)
            ? StaticAssetEndpoints.WithTimes(FileContent.FromFile(entry.FullPath), TimeOfAsset)
            : FileContent.FromFile(entry.FullPath);
        return new LayerEntry(path, EntryKind.File, FileKind.ModeOf(content)) { Content = content, ModificationTime = Time(entry, content) };
    }

    private DateTimeOffset Time(PublishFolderEntry entry, FileContent content) =>
        entry.RelativePath.StartsWith(AssetTime.Folder, StringComparison.Ordinal) ? AssetTime.Of(content) : settings.Created;

    private DateTimeOffset? TimeOfAsset(string pathBelowAssets)
    {
        var path = Path.Combine(folder.Path, AssetTime.Folder, pathBelowAssets);
        return File.Exists(path) ? AssetTime.Of(FileContent.FromFile(path)) : null;
    }

    private IEnumerable<PublishFolderEntry> EmptyFolders()
    {
        var parents = folder.Entries.Select(entry => Path.GetDirectoryName(entry.FullPath)).ToHashSet(StringComparer.Ordinal);
        return folder.Entries.Where(entry => entry.Kind == EntryKind.Directory && !parents.Contains(entry.FullPath));
    }
}
