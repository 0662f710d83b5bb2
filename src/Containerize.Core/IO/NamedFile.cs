using System.Runtime.InteropServices;

namespace Containerize.IO;

/// <summary>
/// Reads the small files that decide what is trusted: keys, certificates, roots, policies. A link counts as the file
/// that it leads to, for Kubernetes mounts secrets so; a link to anything else is refused, and so are folders and
/// devices. A pipe is read where the user names it, and not where it lies in a folder of such files.
/// </summary>
public static class NamedFile
{
    /// <summary>Why a file or folder is not read that only others may read.</summary>
    internal const string NoRights =
        "it may not be read: let the user of this build read it and enter each folder above it";

    private const string Nowhere = "it is a symbolic link that leads to no file, or in a circle";

    /// <summary>The paths that show whether a file is as it was: its own, and of a link that of the file.</summary>
    /// <param name="path">The absolute path.</param>
    public static IEnumerable<string> Watched(string path)
    {
        yield return path;
        string? target;
        try
        {
            target = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            yield break;
        }

        if (target is not null)
            yield return target;
    }

    /// <summary>The content of a file.</summary>
    /// <param name="path">The absolute path.</param>
    /// <param name="longest">The most bytes that are read.</param>
    /// <param name="isNamed">Whether the user names this file, and not its folder.</param>
    /// <exception cref="IOException">Why not, in words that follow the name of the file.</exception>
    /// <exception cref="UnauthorizedAccessException">The rights are missing, in such words, too.</exception>
    public static byte[] Read(string path, int longest, bool isNamed = true)
    {
        if (Directory.Exists(path))
            throw new IOException("it is a folder, and a file is expected");
        if (FaultOf(path) is { } fault)
            throw fault;
        if (RegularFile.KindOf(path) is { } kind && !(isNamed && kind == RegularFile.Pipe))
            throw new IOException($"it is {kind} and no file");
        using var stream = Open(path);
        var bytes = new byte[Math.Min(stream.CanSeek && stream.Length > 0 ? stream.Length : longest, longest) + 1];
        var read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return read <= longest && read < bytes.Length
            ? bytes[..read]
            : throw new IOException($"it has more than {longest} bytes");
    }

    /// <summary>Why no file is found at a path that a user names.</summary>
    /// <param name="path">The absolute path.</param>
    /// <param name="otherwise">The words for one that is not there.</param>
    internal static string WhyMissing(string path, string otherwise) =>
        FaultOf(path) is UnauthorizedAccessException denied ? denied.Message : otherwise;

    /// <summary>Why a path of Linux leads to nothing that can be looked at.</summary>
    /// <param name="error">What the kernel answered (path_resolution(7)).</param>
    /// <param name="isLink">Whether the path itself is a link.</param>
    internal static Exception FaultOf(int error, bool isLink)
    {
        const int NotPermitted = 1,
            NotThere = 2,
            Denied = 13,
            NoFolder = 20,
            TooLong = 36,
            Circle = 40;
        return error switch
        {
            NotPermitted or Denied => new UnauthorizedAccessException(NoRights),
            NotThere => new IOException(isLink ? Nowhere : "there is no such file"),
            Circle => new IOException(isLink ? Nowhere : "a link among the folders of its path leads in a circle"),
            NoFolder => new IOException("what its path has as a folder is a file"),
            TooLong => new IOException("its path, or a name in it, is longer than the system takes"),
            _ => new IOException($"it cannot be looked at: {Marshal.GetPInvokeErrorMessage(error)}"),
        };
    }

    private static Exception? FaultOf(string path)
    {
        // What /dev/fd leads to has no path of its own.
        if (OperatingSystem.IsLinux())
            return LinuxFile.Look(path, follows: true, out var error) is null ? FaultOf(error, IsLink(path)) : null;
        try
        {
            var target = File.ResolveLinkTarget(path, returnFinalTarget: true);
            // It says why it cannot be looked at.
            _ = File.GetAttributes(target?.FullName ?? path);
            return null;
        }
        catch (UnauthorizedAccessException exception)
        {
            return new UnauthorizedAccessException(NoRights, exception);
        }
        catch (IOException exception)
        {
            return new IOException(IsLink(path) ? Nowhere : "there is no such file", exception);
        }
    }

    private static bool IsLink(string path) => new FileInfo(path).LinkTarget is not null;

    private static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new UnauthorizedAccessException(NoRights, exception);
        }
    }
}
