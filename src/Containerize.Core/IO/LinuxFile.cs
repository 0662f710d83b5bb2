using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Containerize.Diagnostics;
using Microsoft.Win32.SafeHandles;

namespace Containerize.IO;

/// <summary>
/// Files of a Linux machine by the bytes of their names (<see cref="NameBytes"/>): .NET shows names that are not UTF-8,
/// and finds no file under what it shows.
/// </summary>
internal static partial class LinuxFile
{
    private const int AtCurrentFolder = -100;

    // What Linux calls PATH_MAX, in bytes.
    private const int LongestPath = 4096;

    // The layout of the C library's struct dirent where pointers have 64 bits: glibc's and musl's.
    private const int DirentLength = 16;
    private const int DirentName = 19;

    private const uint AllRights = 0b111_111_111;

    /// <summary>Whether names can be listed and opened here by their bytes.</summary>
    public static bool IsSupported { get; } = OperatingSystem.IsLinux() && IntPtr.Size == 8;

    /// <summary>Whether a path can only be used by its bytes.</summary>
    public static bool IsNeededFor(string path) => IsSupported && NameBytes.HasBytes(path);

    /// <summary>What lies at a path of Linux, for who need not know why there is nothing.</summary>
    public static LinuxStat? Look(string path, bool follows) => Look(path, follows, out _);

    /// <summary>What lies at a path of Linux; null for nothing, or what cannot be looked at.</summary>
    /// <param name="path">The path.</param>
    /// <param name="follows">Whether a link at its end is followed.</param>
    /// <param name="error">Why there is nothing to be seen (errno(3)); 0 where there is.</param>
    public static LinuxStat? Look(string path, bool follows, out int error)
    {
        const int NoFollow = 0x100,
            Basic = 0x7FF;
        Span<byte> stat = stackalloc byte[256];
        var result = Statx(
            AtCurrentFolder,
            NameBytes.EncodeForSystem(path),
            follows ? 0 : NoFollow,
            Basic,
            ref MemoryMarshal.GetReference(stat)
        );
        error = result == 0 ? 0 : Marshal.GetLastPInvokeError();
        return result == 0 ? LinuxStat.Of(stat) : null;
    }

    /// <summary>The names in a folder, in the order of the disk.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static IReadOnlyList<string> NamesIn(string folder)
    {
        const int NotThere = 2,
            NoFolder = 20;
        var handle = OpenFolder(NameBytes.EncodeForSystem(folder));
        if (handle == 0)
        {
            var error = Marshal.GetLastPInvokeError();
            throw error is NotThere or NoFolder
                ? new DirectoryNotFoundException($"There is no folder '{folder}'.")
                : Failure(folder, error);
        }

        try
        {
            var names = new List<string>();
            while (true)
            {
                var entry = ReadFolder(handle);
                if (entry == 0)
                    return Marshal.GetLastPInvokeError() is var error and not 0 ? throw Failure(folder, error) : names;
                var bytes = new byte[Marshal.ReadInt16(entry, DirentLength) - DirentName];
                Marshal.Copy(entry + DirentName, bytes, 0, bytes.Length);
                var name = NameBytes.Decode(bytes.AsSpan(0, bytes.AsSpan().IndexOf((byte)0)));
                if (name is not ("." or ".."))
                    names.Add(name);
            }
        }
        finally
        {
            _ = CloseFolder(handle);
        }
    }

    /// <summary>Where a symbolic link points, as it is written; null for any other file.</summary>
    public static string? LinkTarget(string path)
    {
        var target = new byte[LongestPath];
        var length = ReadLink(NameBytes.EncodeForSystem(path), target, target.Length);
        return length < 0 ? null : NameBytes.Decode(target.AsSpan(0, (int)length));
    }

    /// <summary>Opens a file for reading.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static FileStream Open(string path, int bufferSize)
    {
        const int CloseOnExecute = 0x80000,
            NotThere = 2;
        var descriptor = OpenFile(NameBytes.EncodeForSystem(path), CloseOnExecute, 0);
        if (descriptor >= 0)
            return new FileStream(new SafeFileHandle(descriptor, ownsHandle: true), FileAccess.Read, bufferSize);
        var error = Marshal.GetLastPInvokeError();
        throw error == NotThere ? new FileNotFoundException($"There is no file '{path}'.") : Failure(path, error);
    }

    /// <summary>Makes a folder.</summary>
    /// <exception cref="IOException">The file system does not do it.</exception>
    public static void MakeFolder(string path) => Check(MakeFolder(NameBytes.EncodeForSystem(path), AllRights), path);

    /// <summary>Makes a symbolic link.</summary>
    /// <exception cref="IOException">The file system does not do it.</exception>
    public static void MakeLink(string path, string target) =>
        Check(MakeLink(NameBytes.EncodeForSystem(target), NameBytes.EncodeForSystem(path)), path);

    /// <summary>Copies a file, with its mode, to a path where nothing is.</summary>
    /// <exception cref="IOException">It cannot be read or written.</exception>
    public static void Copy(string path, string target)
    {
        const int WriteNew = 0x800C1,
            Rights = 0x1FF;
        using var source = Open(path, 1);
        var mode = Look(path, follows: true)?.Mode & Rights;
        var descriptor = OpenFile(NameBytes.EncodeForSystem(target), WriteNew, (uint)(mode ?? Rights));
        Check(descriptor < 0 ? -1 : 0, target);
        using var copy = new FileStream(new SafeFileHandle(descriptor, ownsHandle: true), FileAccess.Write, 1);
        source.CopyTo(copy);
    }

    /// <summary>Removes a folder with all that is in it; links are not followed.</summary>
    /// <exception cref="IOException">Something in it cannot be removed.</exception>
    public static void RemoveFolder(string path)
    {
        foreach (var name in NamesIn(path))
        {
            var below = Path.Join(path, name);
            if (Look(below, follows: false)?.Kind == LinuxStat.Folder)
                RemoveFolder(below);
            else
                Check(Remove(NameBytes.EncodeForSystem(below)), below);
        }

        Check(Remove(NameBytes.EncodeForSystem(path)), path);
    }

    private static void Check(int result, string path)
    {
        if (result != 0)
            throw Failure(path, Marshal.GetLastPInvokeError());
    }

    private static IOException Failure(string path, int error) =>
        new($"{Marshal.GetPInvokeErrorMessage(error)} : '{path}'");

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Statx(int folder, byte[] path, int flags, uint mask, ref byte stat);

    [LibraryImport("libc", EntryPoint = "opendir", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint OpenFolder(byte[] path);

    [LibraryImport("libc", EntryPoint = "readdir", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint ReadFolder(nint folder);

    [LibraryImport("libc", EntryPoint = "closedir")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int CloseFolder(nint folder);

    [LibraryImport("libc", EntryPoint = "readlink")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint ReadLink(byte[] path, byte[] target, nint length);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int OpenFile(byte[] path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "remove", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Remove(byte[] path);

    [LibraryImport("libc", EntryPoint = "mkdir", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int MakeFolder(byte[] path, uint mode);

    [LibraryImport("libc", EntryPoint = "symlink", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int MakeLink(byte[] target, byte[] path);
}

/// <summary>What a look at a name of Linux tells (statx(2)).</summary>
/// <param name="Mode">The kind and the permission bits, as <c>st_mode</c>.</param>
/// <param name="Uid">The owner.</param>
/// <param name="Size">The length in bytes.</param>
/// <param name="Names">How many names the file has.</param>
/// <param name="Inode">The number of the file on its device.</param>
/// <param name="Device">The device that it lies on.</param>
/// <param name="Modified">The time of the last change of the content, in ticks.</param>
/// <param name="Changed">The time of the last change of anything, in ticks.</param>
internal readonly record struct LinuxStat(
    int Mode,
    int Uid,
    long Size,
    uint Names,
    long Inode,
    (uint Major, uint Minor) Device,
    long Modified,
    long Changed
)
{
    public const int Fifo = 0x1000;
    public const int CharacterDevice = 0x2000;
    public const int Folder = 0x4000;
    public const int BlockDevice = 0x6000;
    public const int File = 0x8000;
    public const int Link = 0xA000;
    public const int Socket = 0xC000;

    /// <summary>What it is: one of the constants.</summary>
    public int Kind => Mode & 0xF000;

    // The offsets are those of the kernel's struct statx, the same on every processor.
    public static LinuxStat Of(ReadOnlySpan<byte> stat) =>
        new(
            BinaryPrimitives.ReadUInt16LittleEndian(stat[28..]),
            BinaryPrimitives.ReadInt32LittleEndian(stat[20..]),
            BinaryPrimitives.ReadInt64LittleEndian(stat[40..]),
            BinaryPrimitives.ReadUInt32LittleEndian(stat[16..]),
            BinaryPrimitives.ReadInt64LittleEndian(stat[32..]),
            (
                BinaryPrimitives.ReadUInt32LittleEndian(stat[136..]),
                BinaryPrimitives.ReadUInt32LittleEndian(stat[140..])
            ),
            Ticks(stat[112..]),
            Ticks(stat[96..])
        );

    private static long Ticks(ReadOnlySpan<byte> time) =>
        DateTime.UnixEpoch.Ticks
        + (BinaryPrimitives.ReadInt64LittleEndian(time) * TimeSpan.TicksPerSecond)
        + (BinaryPrimitives.ReadInt32LittleEndian(time[8..]) / 100);
}
