using System.Collections.Immutable;
using Containerize.Entries;
using Containerize.Publishing.Files;
using Containerize.Publishing.Settings;

namespace Containerize.Publishing.Layering;

/// <summary>Published files as entries of layers: modes and times from content and kind, never from the host.</summary>
internal sealed class PublishedEntries
{
    private readonly PublishFolder _folder;
    private readonly FileTimes _times;
    private readonly SymbolicLinks _links;
    private readonly ContainerPath _workingDirectory;
    private readonly ContainerPath _assets;
    private readonly Dictionary<string, ExtraFile> _extras;
    private readonly bool _isWindows;

    // The root has no name in a tar, and an entry for what lies above the working directory would reset the mode and
    // owner that the base gave it. Windows makes no folder that has no entry, and rights there follow from the folder
    // above.
    private readonly ContainerPath _top;

    /// <param name="folder">What was published.</param>
    /// <param name="settings">Where it lies in the container, and what lies beside it.</param>
    /// <param name="hashOf">The SHA-256 of a content in hexadecimal; null to compute it.</param>
    public PublishedEntries(PublishFolder folder, ContainerSettings settings, Func<FileContent, string>? hashOf)
    {
        _folder = folder;
        _times = new FileTimes(settings.Created, hashOf);
        _links = new SymbolicLinks(folder);
        _workingDirectory = settings.WorkingDirectory;
        _assets = settings.WorkingDirectory.Combine(FileTimes.Assets);
        _isWindows = settings.IsWindows;
        _top = settings.IsWindows ? ContainerPath.Root : settings.WorkingDirectory;
        _extras = settings
            .Files.DistinctBy(file => file.Path)
            .ToDictionary(file => file.Path.Text, StringComparer.Ordinal);
    }

    /// <summary>The entries of some of the folder's files, and of every folder from the working directory down to them;
    /// in a Windows layer from its root.</summary>
    /// <param name="files">Files and symbolic links.</param>
    /// <param name="extras">Files beside the published ones; folders above the working directory get no entry for
    /// them.</param>
    /// <param name="withEmptyFolders">Whether folders that hold nothing are among them.</param>
    public ImmutableArray<LayerEntry> For(
        IEnumerable<PublishFolderEntry> files,
        IEnumerable<ExtraFile> extras,
        bool withEmptyFolders
    )
    {
        var own = extras
            .DistinctBy(extra => extra.Path)
            .Select(extra => extra.ToEntry(_times, _assets.Contains(extra.Path)));
        var entries = files.Select(Entry).Concat(own).ToList();
        var below = entries.Select(entry => entry.Path.Parent!);
        if (withEmptyFolders)
            below = below.Concat(EmptyFolders().Select(empty => _workingDirectory.Combine(empty.RelativePath)));
        var folders = below.SelectMany(FoldersDownTo).Except(entries.Select(entry => entry.Path)).Select(Folder);
        ImmutableArray<LayerEntry> sorted = [.. entries.Concat(folders).OrderBy(entry => entry.Path)];
        return _isWindows && !sorted.IsEmpty ? WindowsFiles.Complete(sorted, _times.Created) : sorted;
    }

    private IEnumerable<ContainerPath> FoldersDownTo(ContainerPath path)
    {
        for (var at = path; at != ContainerPath.Root && _top.Contains(at); at = at.Parent!)
            yield return at;
    }

    // A folder that the project names is the same in every layer that has something in it: the highest would win.
    private LayerEntry Folder(ContainerPath path) =>
        _extras.TryGetValue(path.Text, out var extra) && extra.Kind == EntryKind.Directory
            ? extra.ToEntry(_times, isAsset: false)
            : new LayerEntry(path, EntryKind.Directory, FileKind.ExecutableMode) { ModificationTime = _times.Created };

    /// <summary>The symbolic links that lead to nothing.</summary>
    public ImmutableArray<string> DanglingLinks() =>
        [
            .. _folder
                .Entries.Where(entry => entry.Kind == EntryKind.SymbolicLink && _links.Follow(entry) is null)
                .Select(entry => entry.RelativePath),
        ];

    private LayerEntry Entry(PublishFolderEntry entry)
    {
        var path = _workingDirectory.Combine(entry.RelativePath);
        if (entry.Kind == EntryKind.SymbolicLink)
            return new LayerEntry(path, EntryKind.SymbolicLink, LayerEntry.LinkMode)
            {
                LinkTarget = entry.LinkTarget,
                ModificationTime = TimeOf(entry),
            };
        var content = ContentOf(entry);
        var kind = FileKind.Of(content);
        return new LayerEntry(path, EntryKind.File, kind.Mode)
        {
            Content = content,
            ModificationTime = _times.Of(content, kind, _assets.Contains(path)),
        };
    }

    // Some servers ask the link itself for its time, which is then that of the file that they serve.
    private DateTimeOffset TimeOf(PublishFolderEntry link) =>
        _links.Follow(link) is { Kind: EntryKind.File } file ? Entry(file).ModificationTime : _times.Created;

    private FileContent ContentOf(PublishFolderEntry entry) =>
        StaticAssetEndpoints.IsManifest(entry.RelativePath)
            ? StaticAssetEndpoints.WithTimes(FileContent.FromFile(entry.FullPath), TimeOfAsset)
            : FileContent.FromFile(entry.FullPath);

    private DateTimeOffset? TimeOfAsset(string pathBelowAssets)
    {
        if (_extras.TryGetValue($"{_assets}/{pathBelowAssets}", out var extra))
            return extra.ToEntry(_times, isAsset: true).ModificationTime;
        var path = Path.Combine(_folder.Path, FileTimes.Assets, pathBelowAssets);
        if (!File.Exists(path))
            return null;
        var content = FileContent.FromFile(path);
        return _times.Of(content, default, isAsset: true);
    }

    private IEnumerable<PublishFolderEntry> EmptyFolders()
    {
        var parents = _folder
            .Entries.Select(entry => Path.GetDirectoryName(entry.FullPath))
            .ToHashSet(StringComparer.Ordinal);
        return _folder.Entries.Where(entry => entry.Kind == EntryKind.Directory && !parents.Contains(entry.FullPath));
    }
}
