using System.Globalization;
using Containerize.Diagnostics;
using Containerize.IO;

namespace Containerize.Caching;

/// <summary>
/// Chooses the folder of the cache. It is always an absolute path. A folder that no setting names is one that this user
/// owns and no other user may write, because write access to the cache decides what is in images.
/// </summary>
public static class CachePlace
{
    private const UnixFileMode OwnersOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode OthersWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    /// <summary>
    /// The absolute folder in which this user's programs keep what can be made again: below <c>XDG_CACHE_HOME</c> or
    /// <c>~/.cache</c> (XDG Base Directory Specification), <c>~/Library/Caches</c> on macOS, the local application data
    /// on Windows. Null without a home.
    /// </summary>
    /// <param name="variables">The environment.</param>
    /// <param name="home">The absolute path of the user's home; or empty.</param>
    public static string? OfUser(IReadOnlyDictionary<string, string> variables, string home)
    {
        if (OperatingSystem.IsMacOS())
            return Below(home, "Library", "Caches", "containerize");
        if (OperatingSystem.IsWindows())
            return Below(Variable("LOCALAPPDATA"), "containerize") ?? Below(home, "AppData", "Local", "containerize");
        return Below(Variable("XDG_CACHE_HOME"), "containerize") ?? Below(home, ".cache", "containerize");

        string? Variable(string name) => variables.GetValueOrDefault(name);

        static string? Below(string? folder, params string[] names) =>
            folder is { Length: > 0 } && Path.IsPathFullyQualified(folder) ? Path.Combine([folder, .. names]) : null;
    }

    /// <summary>Chooses and makes the folder.</summary>
    /// <param name="named">The absolute path that the user names, taken as it is; null or empty for none.</param>
    /// <param name="usual">The absolute path of the platform's folder for our cache; null where there is none.</param>
    /// <param name="temporary">The folder for temporary files.</param>
    /// <param name="own">
    /// Gives the absolute path of a folder of this run or project alone, for when no other can be trusted.
    /// </param>
    /// <param name="tell">
    /// One sentence for the user when it is not the usual folder, when that was open to others, or when the one that is
    /// named cannot be written.
    /// </param>
    /// <exception cref="ContainerizeException">CTZ0452 for a file; whatever <paramref name="own"/> fails
    /// with.</exception>
    public static CacheFolder Choose(
        string? named,
        string? usual,
        string temporary,
        Func<string> own,
        Action<string> tell
    )
    {
        if (named is { Length: > 0 })
        {
            RefuseFile(named);
            // A cache that cannot be made or written only costs speed, and who named it wants to know.
            if ((Unmade(named) ?? Unwritable(named)) is { } fault)
                tell(
                    $"The cache {fault}. Nothing is kept there from this run: see to the permissions and the space, or "
                        + "name another folder with ContainerCacheDirectory or --cache-dir."
                );
            return new CacheFolder(named);
        }

        var obstacle = usual is null
            ? "no folder for caches is known: HOME names none"
            : Obstacle(usual, tell, mayBeLink: true);
        if (obstacle is null)
            return new CacheFolder(usual!);
        var user = FileState.CurrentUser?.ToString(CultureInfo.InvariantCulture) ?? "cache";
        var shared = Path.Combine(temporary, $"containerize-{user}");
        var isGood =
            Path.IsPathFullyQualified(temporary)
            && Directory.Exists(temporary)
            && Obstacle(shared, tell, mayBeLink: false) is null;
        var place = isGood ? shared : own();
        tell(
            $"The cache is '{place}', because {obstacle}. "
                + "Set HOME, or name a cache: ContainerCacheDirectory or --cache-dir."
        );
        return new CacheFolder(place);
    }

    /// <summary>The folder that <see cref="Choose"/> gives where it has nothing to warn of.</summary>
    /// <param name="named">As there.</param>
    /// <param name="usual">As there.</param>
    /// <returns>The cache; null where there is a message to write: that folder is left as it is.</returns>
    /// <exception cref="ContainerizeException">CTZ0452.</exception>
    public static CacheFolder? FindQuietly(string? named, string? usual)
    {
        if (named is { Length: > 0 })
            return Choose(named, usual, "", () => "", _ => { });
        if (usual is null)
            return null;
        var isOpen =
            !OperatingSystem.IsWindows() && Directory.Exists(usual) && (File.GetUnixFileMode(usual) & OthersWrite) != 0;
        return !isOpen && Obstacle(usual, _ => { }, mayBeLink: true) is null ? new CacheFolder(usual) : null;
    }

    /// <summary>Refuses a cache from which files would get into an image.</summary>
    /// <param name="cache">The absolute path of the cache.</param>
    /// <param name="folder">The absolute path of a folder all of which goes into an image.</param>
    /// <param name="what">What the folder is, for the message.</param>
    /// <exception cref="ContainerizeException">CTZ0165 when the cache is the folder or lies below it.</exception>
    public static void RefuseInside(string cache, string folder, string what)
    {
        if (Below(RealPath(folder), RealPath(cache)) is not null)
            throw new ContainerizeException(
                DiagnosticTable.CacheRefused,
                $"The cache '{cache}' lies in {what} '{folder}', and would become a part of the image. "
                    + "Name a folder outside of it: ContainerCacheDirectory or --cache-dir."
            );
    }

    /// <summary>
    /// The path by which a place is found below a folder, links followed on the way to both; null when it does not lie
    /// below it.
    /// </summary>
    /// <param name="folder">The absolute path of the folder.</param>
    /// <param name="place">The absolute path of the place; it need not exist.</param>
    /// <returns>An absolute path that begins with <paramref name="folder"/> as it is written.</returns>
    internal static string? FindBelow(string folder, string place) =>
        Below(RealPath(folder), RealPath(place)) is { } relative ? Path.Join(folder, relative) : null;

    // Nothing lies below a file, and each run would go without a cache in silence.
    private static void RefuseFile(string named)
    {
        for (var place = named; place is not null && !Directory.Exists(place); place = Path.GetDirectoryName(place))
        {
            if (File.Exists(place))
                throw new ContainerizeException(
                    DiagnosticTable.CacheIsFile,
                    $"The cache '{named}' cannot be made: '{place}' is a file. "
                        + "Name a folder with ContainerCacheDirectory or --cache-dir."
                );
        }
    }

    // Null for a folder that can be used.
    private static string? Obstacle(string path, Action<string> tell, bool mayBeLink)
    {
        if (Unmade(path) is { } unmade)
            return unmade;
        if (!OperatingSystem.IsWindows())
        {
            if (!mayBeLink && new DirectoryInfo(path).LinkTarget is not null)
                return $"'{path}' is a symbolic link";
            if (FileState.OwnerOf(path) is { } owner && owner != FileState.CurrentUser)
                return FormattableString.Invariant($"'{path}' belongs to the user with the number {owner}");
            try
            {
                var mode = File.GetUnixFileMode(path);
                if ((mode & OthersWrite) != 0)
                    File.SetUnixFileMode(path, mode & OwnersOnly);
                if (mode.HasFlag(UnixFileMode.OtherWrite))
                    tell(
                        $"The cache '{path}' was open for everybody to write, and no longer is. "
                            + "If others use this machine, remove it once: what is in it may be theirs."
                    );
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                return $"'{path}' is open to others: {exception.Message.TrimEnd('.')}";
            }
        }

        return Unwritable(path);
    }

    private static string? Unmade(string path) =>
        MakePrivate(path) is { } refused ? $"'{path}' cannot be made: {refused.TrimEnd('.')}" : null;

    private static string? Unwritable(string path)
    {
        try
        {
            var probe = Path.Combine(path, $"{CacheFolder.TemporaryPrefix}{Guid.NewGuid():N}");
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return $"'{path}' cannot be written: {exception.Message.TrimEnd('.')}";
        }
    }

    // Only its owner gets into a folder that is made here, whatever the umask. One that is there stays what it is.
    internal static string? MakePrivate(string path)
    {
        try
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(path);
            else
                Directory.CreateDirectory(path, OwnersOnly);
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return exception.Message;
        }
    }

    private static string? Below(string folder, string place)
    {
        var relative = Path.GetRelativePath(folder, place);
        var isOutside =
            Path.IsPathRooted(relative)
            || relative == ".."
            || relative.StartsWith(".." + Path.DirectorySeparatorChar, StringComparison.Ordinal);
        return isOutside ? null : relative;
    }

    private static string RealPath(string path)
    {
        path = Path.TrimEndingDirectorySeparator(path);
        if (Path.GetDirectoryName(path) is not { } parent)
            return path;
        path = Path.Join(RealPath(parent), Path.GetFileName(path));
        try
        {
            return new DirectoryInfo(path).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? path;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return path;
        }
    }
}
