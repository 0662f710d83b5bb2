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
/// The context: a folder without what <c>.dockerignore</c> leaves out. Of modes only whether the owner may execute a file counts,
/// as in git: the rest follows the umask of whoever checked it out. Owners are 0 and 0.
/// </summary>
/// <param name="folder">The absolute path.</param>
/// <param name="ignore">What is left out.</param>
/// <param name="outputs">Absolute paths of what the build writes, which is left out too.</param>
/// <param name="hashes">Tells the content of files.</param>
internal sealed class ContextFiles(string folder, DockerIgnore ignore, ImmutableHashSet<string> outputs, ContentHashes hashes) : IFileSource
{
    private const int MostLinks = 40;

    private readonly ConcurrentDictionary<ContainerPath, ImmutableArray<ImageFile>> _children = new();

    public string Name => $"the context '{folder}'";

    /// <summary>Where a path lies on this machine.</summary>
    public string PathOf(ContainerPath path) => Path.Join(folder, path.Text);

    /// <summary>Whether <c>.dockerignore</c> leaves a path out.</summary>
    public bool Ignores(ContainerPath path) => path != ContainerPath.Root && ignore.Excludes(path.Text[1..]);

    /// <summary>Whether it leaves anything out.</summary>
    public bool IgnoresNothing => ignore.Rules.IsEmpty && !outputs.Any(output =>
        output.StartsWith(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal) && Path.Exists(output));

    public ImageFile? Find(ContainerPath path) => path.Parent is null
        ? new ImageFile(path, EntryKind.Directory, FileKind.ExecutableMode)
        : ChildrenOf(path.Parent).FirstOrDefault(child => child.Path == path);

    public ContainerPath? Follow(ContainerPath path)
    {
        var left = new Stack<string>(Names(path.Text).Reverse());
        var place = ContainerPath.Root;
        for (var links = 0; left.TryPop(out var name);)
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

    public string HashOf(ImageFile file) => hashes.Of(ContentOf(file));

    public Task<ImmutableDictionary<ContainerPath, FileContent>> FetchAsync(IEnumerable<ImageFile> files, CancellationToken cancellationToken) =>
        Task.FromResult(files.Where(file => file.Kind == EntryKind.File).DistinctBy(file => file.Path).ToImmutableDictionary(
            file => file.Path, file => ContentOf(file) with { Sha256 = HashOf(file) }));

    /// <summary>Fails when a file of some that were hashed was touched since.</summary>
    /// <exception cref="ContainerizeException">CTZ0012.</exception>
    public void CheckUntouched(IEnumerable<ImageFile> files)
    {
        var changed = files.FirstOrDefault(IsTouched);
        if (changed is not null)
            throw new ContainerizeException(DiagnosticTable.FileChanged,
                $"'{PathOf(changed.Path)}' changed while a RUN that mounts it was executed, " +
                "so what the command read is not what was hashed for the cache. " +
                "Something else writes to it: let that finish, then build again.");
    }

    // What was empty was never hashed. A command sees a file that appears only where it sees the context itself and no copy.
    private bool IsTouched(ImageFile file) => file.Kind switch
    {
        EntryKind.File when file.Size > 0 => !hashes.IsUntouched(PathOf(file.Path)),
        EntryKind.File => new FileInfo(PathOf(file.Path)) is not { Exists: true, Length: 0 },
        EntryKind.Directory => IgnoresNothing && !ChildrenOf(file.Path).Select(child => child.Path).SequenceEqual(Read(file.Path).Select(child => child.Path)),
        _ => false,
    };

    /// <summary>Forgets what was remembered of files, for when one is not what was remembered.</summary>
    public void Forget() => hashes.Forget();

    // What has no bytes is never opened: a pipe in the context would wait for a writer for ever.
    private FileContent ContentOf(ImageFile file) => file.Size == 0
        ? FileContent.FromBytes([], PathOf(file.Path)) : FileContent.FromFile(PathOf(file.Path));

    private ImmutableArray<ImageFile> Read(ContainerPath path)
    {
        try
        {
            var options = new EnumerationOptions { AttributesToSkip = 0 };
            var children = new DirectoryInfo(PathOf(path)).EnumerateFileSystemInfos("*", options).Select(info => ToFile(path, info));
            return [.. children.OfType<ImageFile>().OrderBy(file => file.Path)];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ContainerizeException(DiagnosticTable.DockerfileUnreadable, $"'{PathOf(path)}' cannot be read: {exception.Message}", exception);
        }
    }

    // Ignored names are not even made paths: what is left out may be called whatever it likes.
    private ImageFile? ToFile(ContainerPath folderPath, FileSystemInfo info)
    {
        var relative = folderPath == ContainerPath.Root ? info.Name : $"{folderPath.Text[1..]}/{info.Name}";
        var isFolder = info is DirectoryInfo && info.LinkTarget is null;
        if ((isFolder ? ignore.ExcludesAllOf(relative) : ignore.Excludes(relative)) || outputs.Contains(info.FullName))
            return null;
        RegularFile.CheckName(info);
        var path = folderPath.Combine(info.Name);
        if (info.LinkTarget is { } target)
            return new ImageFile(path, EntryKind.SymbolicLink, 0b111_111_111) { LinkTarget = OperatingSystem.IsWindows() ? target.Replace('\\', '/') : target };
        // A folder that is left out is there all the same for what an exception takes in again.
        if (isFolder)
            return ignore.Excludes(relative) && !ChildrenOf(path).Any() ? null : new ImageFile(path, EntryKind.Directory, FileKind.ExecutableMode);
        return new ImageFile(path, EntryKind.File, ModeOf((FileInfo)info)) { Size = ((FileInfo)info).Length };
    }

    private static int ModeOf(FileInfo info) => OperatingSystem.IsWindows() ? FileKind.ModeOf(FileContent.FromFile(info.FullName))
        : info.UnixFileMode.HasFlag(UnixFileMode.UserExecute) ? FileKind.ExecutableMode : FileKind.PlainMode;

    private static IEnumerable<string> Names(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(name => name != ".");
}
