using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Containerize.Diagnostics;

namespace Containerize.IO;

/// <summary>
/// The one place that opens files of others: of a publish folder, a context, a layout, an archive. A pipe waits for a writer
/// for ever, and a device may have no end, so what is no regular file is an error before it is opened. Links are followed.
/// </summary>
public static partial class RegularFile
{
    /// <summary>Opens a file for reading.</summary>
    /// <param name="path">The absolute path.</param>
    /// <param name="bufferSize">The buffer of the stream in bytes; 1 for none.</param>
    /// <exception cref="IOException">It is no regular file, or cannot be read; and what <see cref="FileStream"/> throws.</exception>
    public static FileStream Open(string path, int bufferSize = 1)
    {
        Check(path);
        return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize);
    }

    /// <summary>The text of a file, as <see cref="File.ReadAllText(string)"/> reads it.</summary>
    /// <exception cref="IOException">As of <see cref="Open"/>.</exception>
    public static string ReadAllText(string path)
    {
        Check(path);
        return File.ReadAllText(path);
    }

    /// <summary>Copies a file to a path where nothing is.</summary>
    /// <exception cref="IOException">As of <see cref="Open"/>, or the copy cannot be written.</exception>
    public static void Copy(string path, string target)
    {
        Check(path);
        File.Copy(path, target);
    }

    /// <summary>Refuses what is there and no regular file. What is missing is left to whoever opens it.</summary>
    /// <exception cref="IOException">It is a pipe, a device or a socket.</exception>
    public static void Check(string path)
    {
        if (OperatingSystem.IsLinux() && KindOf(path) is { } kind)
            throw new IOException($"'{path}' is {kind} and no file.");
    }

    /// <summary>Whether there is something at a path that is a pipe, a device or a socket; links are followed. Nowhere but on Linux.</summary>
    public static bool IsSpecial(string path) => OperatingSystem.IsLinux() && KindOf(path) is not null;

    /// <summary>Refuses a name that is not UTF-8, which .NET can show and not open.</summary>
    /// <param name="info">A name as it was listed.</param>
    /// <exception cref="ContainerizeException">CTZ0010.</exception>
    public static void CheckName(FileSystemInfo info)
    {
        var isDamaged = info.Name.Contains('\uFFFD', StringComparison.Ordinal);
        if (isDamaged && !Path.Exists(info.FullName) && info.LinkTarget is null)
            throw new ContainerizeException(DiagnosticTable.InvalidPath,
                $"'{info.FullName}' has a name that is not UTF-8 (\uFFFD stands for the bytes that are not), " +
                "and layers hold UTF-8 only. Rename the file or leave it out.");
    }

    // The offset is that of the kernel's struct statx, the same on every processor (statx(2)).
    private static string? KindOf(string path)
    {
        const int AtCurrentFolder = -100, TypeOnly = 1;
        Span<byte> stat = stackalloc byte[256];
        if (Statx(AtCurrentFolder, path, 0, TypeOnly, ref MemoryMarshal.GetReference(stat)) != 0)
            return null;
        return (BinaryPrimitives.ReadUInt16LittleEndian(stat[28..]) & 0xF000) switch
        {
            0x1000 => "a pipe",
            0x2000 or 0x6000 => "a device",
            0xC000 => "a socket",
            _ => null,
        };
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Statx(int folder, string path, int flags, uint mask, ref byte stat);
}
