using Containerize.Diagnostics;

namespace Containerize.IO;

/// <summary>
/// The one place that opens files of others: of a publish folder, a context, a layout, an archive. A pipe waits for a
/// writer for ever, and a device may have no end, so what is no regular file is an error before it is opened. Links are
/// followed.
/// </summary>
public static class RegularFile
{
    /// <summary>What <see cref="KindOf"/> calls a pipe.</summary>
    internal const string Pipe = "a pipe";

    /// <summary>Opens a file for reading.</summary>
    /// <param name="path">The absolute path.</param>
    /// <param name="bufferSize">The buffer of the stream in bytes; 1 for none.</param>
    /// <exception cref="IOException">It is no regular file, or cannot be read; and what <see cref="FileStream"/>
    /// throws.</exception>
    public static FileStream Open(string path, int bufferSize = 1)
    {
        Check(path);
        return LinuxFile.IsNeededFor(path)
            ? LinuxFile.Open(path, bufferSize)
            : new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize);
    }

    /// <summary>The text of a file, as <see cref="File.ReadAllText(string)"/> reads it.</summary>
    /// <exception cref="IOException">As of <see cref="Open"/>.</exception>
    public static string ReadAllText(string path)
    {
        Check(path);
        return File.ReadAllText(path);
    }

    /// <summary>
    /// The text of a file in a folder that somebody else filled: links lead where they lead with the folder as their
    /// root, and never out of it.
    /// </summary>
    /// <param name="folder">The absolute path of the folder.</param>
    /// <param name="path">The absolute path of the file.</param>
    /// <exception cref="IOException">As of <see cref="Open"/>, or the path or a link leads out of the
    /// folder.</exception>
    public static string ReadAllTextIn(string folder, string path)
    {
        var name = Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/');
        var inside =
            TreePath.Resolve(name, at => new FileInfo(Path.Join(folder, at)).LinkTarget)
            ?? throw new IOException($"'{name}' leads out of the context.");
        return ReadAllText(Path.Join(folder, inside));
    }

    /// <summary>Copies a file to a path where nothing is.</summary>
    /// <exception cref="IOException">As of <see cref="Open"/>, or the copy cannot be written.</exception>
    public static void Copy(string path, string target)
    {
        Check(path);
        if (LinuxFile.IsNeededFor(path) || LinuxFile.IsNeededFor(target))
            LinuxFile.Copy(path, target);
        else
            File.Copy(path, target);
    }

    /// <summary>Removes a folder with all that is in it, also what has names that are not UTF-8; links are not
    /// followed.</summary>
    /// <param name="path">The absolute path of a folder that is there.</param>
    /// <exception cref="IOException">Something in it cannot be removed.</exception>
    public static void RemoveFolder(string path)
    {
        if (LinuxFile.IsSupported)
            LinuxFile.RemoveFolder(path);
        else
            Directory.Delete(path, recursive: true);
    }

    /// <summary>Refuses an existing path that is no regular file. A missing path is left to the code that opens
    /// it.</summary>
    /// <exception cref="IOException">It is a pipe, a device or a socket.</exception>
    public static void Check(string path)
    {
        if (KindOf(path) is { } kind)
            throw new IOException($"'{path}' is {kind} and no file.");
    }

    /// <summary>Whether there is something at a path that is a pipe, a device or a socket; links are followed. Nowhere
    /// but on Linux.</summary>
    public static bool IsSpecial(string path) => KindOf(path) is not null;

    /// <summary>
    /// Refuses a name that is not UTF-8, which .NET can show and not open, where names are not listed by their bytes.
    /// </summary>
    /// <param name="info">A name as it was listed.</param>
    /// <exception cref="ContainerizeException">CTZ0010.</exception>
    public static void CheckName(FileSystemInfo info)
    {
        var isDamaged = info.Name.Contains('\uFFFD', StringComparison.Ordinal);
        if (isDamaged && !Path.Exists(info.FullName) && info.LinkTarget is null)
            throw new ContainerizeException(
                DiagnosticTable.InvalidPath,
                $"'{info.FullName}' has a name that is not UTF-8 (\uFFFD stands for the bytes that are not), "
                    + "and layers hold UTF-8 only. Rename the file or leave it out."
            );
    }

    /// <summary>What a path that is neither file nor folder is, links followed; null for these, and nowhere but on
    /// Linux.</summary>
    internal static string? KindOf(string path) =>
        !OperatingSystem.IsLinux()
            ? null
            : LinuxFile.Look(path, follows: true)?.Kind switch
            {
                LinuxStat.Fifo => Pipe,
                LinuxStat.CharacterDevice or LinuxStat.BlockDevice => "a device",
                LinuxStat.Socket => "a socket",
                _ => null,
            };
}
