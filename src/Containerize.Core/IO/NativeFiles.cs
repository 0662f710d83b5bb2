using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Containerize.IO;

/// <summary>What .NET has no call for: hard links, owners, pipes and extended attributes of Unix. No link at the path
/// is followed.</summary>
internal static partial class NativeFiles
{
    private const uint OwnersOnly = 0b110_000_000;

    /// <summary>Gives a file one more name (link(2)).</summary>
    /// <exception cref="IOException">The file system does not do it.</exception>
    public static void Link(string file, string path) => Check(MakeLink(file, path), path);

    /// <summary>Makes a named pipe (mkfifo(3)), which only its owner opens.</summary>
    /// <exception cref="IOException">The file system does not do it.</exception>
    public static void MakeFifo(string path) => Check(MakeFifo(path, OwnersOnly), path);

    /// <summary>Gives a file to a user and a group (lchown(2)); false where the file system or the kernel does
    /// not.</summary>
    public static bool TryChangeOwner(string path, long user, long group) =>
        ChangeOwner(path, (uint)user, (uint)group) == 0;

    /// <summary>Sets an extended attribute (lsetxattr(2)) of Linux; false where the file system has none.</summary>
    public static bool TrySetAttribute(string path, string name, byte[] value) =>
        SetAttribute(path, name, value, (nuint)value.Length, 0) == 0;

    private static void Check(int result, string path)
    {
        if (result != 0)
            throw new IOException($"'{path}': {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");
    }

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int MakeLink(string file, string path);

    [LibraryImport("libc", EntryPoint = "mkfifo", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int MakeFifo(string path, uint mode);

    [LibraryImport("libc", EntryPoint = "lchown", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int ChangeOwner(string path, uint user, uint group);

    [LibraryImport("libc", EntryPoint = "lsetxattr", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetAttribute(string path, string name, byte[] value, nuint length, int flags);
}
