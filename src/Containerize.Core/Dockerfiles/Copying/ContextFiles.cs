using System.Collections.Concurrent;
using System.Collections.Immutable;
using Containerize.Diagnostics;
using Containerize.Dockerfiles.Syntax;
using Containerize.Entries;
using Containerize.FileSystems;
using Containerize.IO;
using Containerize.Layers.Caching;

namespace Containerize.Dockerfiles.Copying;

/// <summary>
/// The context: a folder without what <c>.dockerignore</c> leaves out. Of modes only whether the owner may execute a
/// file counts, as in git: the rest follows the umask of the user who checked it out. Owners are 0 and 0.
/// </summary>
/// <param name="folder">The absolute path.</param>
/// <param name="ignore">What is left out.</param>
/// <param name="outputs">Absolute paths of what the build writes, which is left out too.</param>
/// <param name="hashes">Tells the content of files.</param>
internal sealed class ContextFiles(
    string folder,
    DockerIgnore ignore,
    ImmutableHashSet<string> outputs,
    ContentHashes hashes
) : IFileSource
{
    private const int MostLinks = 40;
    private const int OwnerExecutes = 0b001_000_000;

    private readonly ConcurrentDictionary<ContainerPath, ImmutableArray<ImageFile>> _children = new();

    // Of the files that have several names: the device and the number of each.
    private readonly ConcurrentDictionary<ContainerPath, ((uint, uint) Device, long Inode)> _linked = new();

    public string Name => $"the context '{folder}'";

    /// <summary>Where a path lies on this machine.</summary>
    public string PathOf(ContainerPath path) => Path.Join(folder, path.Text);

    /// <summary>Whether <c>.dockerignore</c> leaves a path out.</summary>
    public bool Ignores(ContainerPath path) => path != ContainerPath.Root && ignore.Excludes(path.Text[1..]);

    /// <summary>Whether it leaves anything out.</summary>
    public bool IgnoresNothing =>
        ignore.Rules.IsEmpty
        && !outputs.Any(output =>
            output.StartsWith(
                Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar,
                StringComparison.Ordinal
            ) && Path.Exists(output)
        );

    public ImageFile? Find(ContainerPath path) =>
        path.Parent is null
            ? new ImageFile(path, EntryKind.Directory, FileKind.ExecutableMode)
            : ChildrenOf(path.Parent).FirstOrDefault(child => child.Path == path);

    public ContainerPath? Follow(ContainerPath path)
    {
        var left = new Stack<string>(Names(path.Text).Reverse());
        var place = ContainerPath.Root;
        for (var links = 0; left.TryPop(out var name); )
        {
            if (name == "..")
            {
                if (place.Parent is not { } parent)
                    return null;
                place = parent;
                continue;
            }

            var next = place.Combine(name);
            if (Find(next) is not { Kind: EntryKind.SymbolicLink, LinkTarget: { } target })
            {
                place = next;
                continue;
            }

            // An absolute target would be another file in the container than here.
            if (target.StartsWith('/') || Path.IsPathFullyQualified(target) || ++links > MostLinks)
                return null;
            foreach (var part in Names(target).Reverse())
                left.Push(part);
        }

        return place;
    }

    public IEnumerable<ImageFile> ChildrenOf(ContainerPath path) => _children.GetOrAdd(path, Read);

    public object? FileOf(ImageFile file) => _linked.TryGetValue(file.Path, out var known) ? known : null;

    public string HashOf(ImageFile file) => hashes.Of(ContentOf(file));

    public Task<ImmutableDictionary<ContainerPath, FileContent>> FetchAsync(
        IEnumerable<ImageFile> files,
        CancellationToken cancellationToken
    ) =>
        Task.FromResult(
            files
                .Where(file => file.Kind == EntryKind.File)
                .DistinctBy(file => file.Path)
                .ToImmutableDictionary(file => file.Path, file => ContentOf(file) with { Sha256 = HashOf(file) })
        );

    /// <summary>Fails when a file of some that were hashed was touched since.</summary>
    /// <exception cref="ContainerizeException">CTZ0012.</exception>
    public void CheckUntouched(IEnumerable<ImageFile> files)
    {
        var changed = files.FirstOrDefault(IsTouched);
        if (changed is not null)
            throw new ContainerizeException(
                DiagnosticTable.FileChanged,
                $"'{PathOf(changed.Path)}' changed while a RUN that mounts it was executed, "
                    + "so what the command read is not what was hashed for the cache. "
                    + "Something else writes to it: let that finish, then build again."
            );
    }

    // What was empty was never hashed. A command sees a file that appears only where it sees the context itself and no
    // copy.
    private bool IsTouched(ImageFile file) =>
        file.Kind switch
        {
            EntryKind.File when file.Size > 0 => !hashes.IsUntouched(PathOf(file.Path)),
            EntryKind.File => FileState.Of(PathOf(file.Path))
                is not { Kind: FileStateKind.File or FileStateKind.Other, Size: 0 },
            EntryKind.Directory => IgnoresNothing
                && !ChildrenOf(file.Path)
                    .Select(child => child.Path)
                    .SequenceEqual(Read(file.Path).Select(child => child.Path)),
            _ => false,
        };

    /// <summary>Forgets what was remembered of files, for when one is not what was remembered.</summary>
    public void Forget() => hashes.Forget();

    // What has no bytes is never opened: a pipe in the context would wait for a writer for ever.
    private FileContent ContentOf(ImageFile file)
    {
        var path = PathOf(file.Path);
        if (file.Size > 0)
            return FileContent.FromFile(path);
        if (
            LinuxFile.IsSupported
            && LinuxFile.Look(path, follows: false) is { Kind: LinuxStat.CharacterDevice or LinuxStat.BlockDevice }
        )
            throw new ContainerizeException(
                DiagnosticTable.DockerfileUnreadable,
                $"'{path}' is a device, and an image gets none from a context. Name it in .dockerignore."
            );
        return FileContent.FromBytes([], path);
    }

    private ImmutableArray<ImageFile> Read(ContainerPath path)
    {
        try
        {
            var children = LinuxFile.IsSupported
                ? LinuxFile.NamesIn(PathOf(path)).Select(name => ToFile(path, name, Path.Join(PathOf(path), name)))
                : new DirectoryInfo(PathOf(path))
                    .EnumerateFileSystemInfos("*", new EnumerationOptions { AttributesToSkip = 0 })
                    .Select(info => ToFile(path, info));
            return [.. children.OfType<ImageFile>().OrderBy(file => file.Path)];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ContainerizeException(
                DiagnosticTable.DockerfileUnreadable,
                $"'{PathOf(path)}' cannot be read: {exception.Message}",
                exception
            );
        }
    }

    // Null for what is left out, and for what has gone since it was listed.
    private ImageFile? ToFile(ContainerPath folderPath, string name, string fullPath)
    {
        if (
            LinuxFile.Look(fullPath, follows: false) is not { } stat
            || IsLeftOut(folderPath, name, fullPath, stat.Kind == LinuxStat.Folder)
        )
            return null;
        var path = folderPath.Combine(name);
        if (stat is { Kind: LinuxStat.File, Names: > 1 })
            _linked[path] = (stat.Device, stat.Inode);
        return stat.Kind switch
        {
            LinuxStat.Link => LinuxFile.LinkTarget(fullPath) is { } target ? Link(path, target) : null,
            LinuxStat.Folder => Folder(path),
            LinuxStat.Fifo => new ImageFile(path, EntryKind.Fifo, FileKind.PlainMode),
            // A socket is of a program that runs here, and BuildKit leaves it out, too.
            LinuxStat.Socket => null,
            _ => new ImageFile(path, EntryKind.File, ModeOf(stat)) { Size = stat.Size },
        };
    }

    private ImageFile? ToFile(ContainerPath folderPath, FileSystemInfo info)
    {
        var isFolder = info is DirectoryInfo && info.LinkTarget is null;
        if (IsLeftOut(folderPath, info.Name, info.FullName, isFolder))
            return null;
        RegularFile.CheckName(info);
        var path = folderPath.Combine(info.Name);
        if (info.LinkTarget is { } target)
            return Link(path, OperatingSystem.IsWindows() ? target.Replace('\\', '/') : target);
        return isFolder
            ? Folder(path)
            : new ImageFile(path, EntryKind.File, ModeOf((FileInfo)info)) { Size = ((FileInfo)info).Length };
    }

    // Ignored names are not even made paths: what is left out may be called whatever it likes.
    private bool IsLeftOut(ContainerPath folderPath, string name, string fullPath, bool isFolder)
    {
        var relative = folderPath == ContainerPath.Root ? name : $"{folderPath.Text[1..]}/{name}";
        return (isFolder ? ignore.ExcludesAllOf(relative) : ignore.Excludes(relative)) || outputs.Contains(fullPath);
    }

    // A folder that is left out is there all the same for what an exception takes in again.
    private ImageFile? Folder(ContainerPath path) =>
        ignore.Excludes(path.Text[1..]) && !ChildrenOf(path).Any()
            ? null
            : new ImageFile(path, EntryKind.Directory, FileKind.ExecutableMode);

    private static ImageFile Link(ContainerPath path, string target) =>
        new(path, EntryKind.SymbolicLink, LayerEntry.LinkMode) { LinkTarget = target };

    private static int ModeOf(LinuxStat stat) =>
        (stat.Mode & OwnerExecutes) != 0 ? FileKind.ExecutableMode : FileKind.PlainMode;

    private static int ModeOf(FileInfo info) =>
        OperatingSystem.IsWindows() ? FileKind.ModeOf(FileContent.FromFile(info.FullName))
        : info.UnixFileMode.HasFlag(UnixFileMode.UserExecute) ? FileKind.ExecutableMode
        : FileKind.PlainMode;

    private static IEnumerable<string> Names(string path) =>
        path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(name => name != ".");
}
