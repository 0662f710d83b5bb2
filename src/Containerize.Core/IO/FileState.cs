using System.Runtime.InteropServices;

// Nothing to marshal at run time, so the call is compiled with the rest.
[assembly: System.Runtime.CompilerServices.DisableRuntimeMarshalling]

namespace Containerize.IO;

/// <summary>What one look at a name tells of what lies there, links not followed and nothing read.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Size">In bytes; 0 of a folder.</param>
/// <param name="Modified">The time of the last change of the content, in ticks; 0 of a folder, whose content has names
/// of its own.</param>
/// <param name="Changed">The time of the last change of anything, which no program can set, in ticks; 0 where the
/// system does not tell.</param>
/// <param name="Inode">The number of the file itself, another one for a file that took its place; 0 where the system
/// does not tell.</param>
public sealed partial record FileState(FileStateKind Kind, long Size, long Modified, long Changed, long Inode)
{
    // A file that changes again within the grain of its clock after it was read looks the same. Linux counts in
    // milliseconds of its timer; a time without a fraction comes from a file system that counts in seconds or two.
    private static readonly long FineGrain = TimeSpan.FromMilliseconds(20).Ticks;
    private static readonly long CoarseGrain = TimeSpan.FromSeconds(2).Ticks;

    /// <summary>Nothing lies there.</summary>
    public static FileState Missing { get; } = new(FileStateKind.Missing, 0, 0, 0, 0);

    /// <summary>Looks at a name.</summary>
    /// <param name="path">The absolute path.</param>
    public static FileState Of(string path) => OperatingSystem.IsLinux() ? OfLinux(path) : OfAny(path);

    /// <summary>Whether what was read after this look, taken at a time, is known by it: not so soon after a
    /// change.</summary>
    public bool IsSettled(DateTimeOffset time)
    {
        var last = Math.Max(Modified, Changed);
        return time.UtcTicks - last > (last % TimeSpan.TicksPerSecond == 0 ? CoarseGrain : FineGrain);
    }

    // No inode and no time of change but that of the content: a file that was replaced by one of the same size and time
    // looks the same. Programs that copy times do that, so the SDK's own copies differ by their source's time
    // only.
    private static FileState OfAny(string path)
    {
        var info = new FileInfo(path);
        if (info.LinkTarget is { } target)
            return new(FileStateKind.Link, target.Length, info.LastWriteTimeUtc.Ticks, 0, 0);
        if (info.Exists)
            return new(FileStateKind.File, info.Length, info.LastWriteTimeUtc.Ticks, 0, 0);
        if (Directory.Exists(path))
            return new(FileStateKind.Folder, 0, 0, 0, 0);
        return Missing;
    }

    /// <summary>The number of the user that this process acts as; null where there are no such numbers.</summary>
    internal static int? CurrentUser => OperatingSystem.IsWindows() ? null : (int)EffectiveUser();

    /// <summary>
    /// The number of the user that a file or folder belongs to, links followed; null where the system does not tell.
    /// </summary>
    /// <param name="path">The absolute path.</param>
    internal static int? OwnerOf(string path) =>
        OperatingSystem.IsLinux() ? LinuxFile.Look(path, follows: true)?.Uid : null;

    private static FileState OfLinux(string path)
    {
        if (LinuxFile.Look(path, follows: false) is not { } stat)
            return Missing;
        var kind = stat.Kind switch
        {
            LinuxStat.File => FileStateKind.File,
            LinuxStat.Folder => FileStateKind.Folder,
            LinuxStat.Link => FileStateKind.Link,
            _ => FileStateKind.Other,
        };
        return kind == FileStateKind.Folder
            ? new(kind, 0, 0, 0, 0)
            : new(kind, stat.Size, stat.Modified, stat.Changed, stat.Inode);
    }

    [LibraryImport("libc", EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial uint EffectiveUser();
}

/// <summary>What lies at a name.</summary>
public enum FileStateKind : byte
{
    Missing,
    File,
    Folder,
    Link,
    Other,
}
