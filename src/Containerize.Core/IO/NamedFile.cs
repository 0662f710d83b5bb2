namespace Containerize.IO;

/// <summary>
/// Reads the small files that decide what is trusted: keys, certificates, roots, policies. A link counts as the file
/// that it leads to, for Kubernetes mounts secrets so; a link to anything else is refused, and so are folders and
/// devices. A pipe is read where the user names it, and not where it lies in a folder of such files.
/// </summary>
public static class NamedFile
{
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
        catch (IOException)
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
    /// <exception cref="UnauthorizedAccessException">The rights are missing.</exception>
    public static byte[] Read(string path, int longest, bool isNamed = true)
    {
        if (Directory.Exists(path))
            throw new IOException("it is a folder, and a file is expected");
        if (!RegularFile.IsThere(path))
            throw new IOException(
                new FileInfo(path).LinkTarget is null
                    ? "there is no such file"
                    : "it is a symbolic link that leads to no file, or in a circle"
            );
        if (RegularFile.KindOf(path) is { } kind && !(isNamed && kind == RegularFile.Pipe))
            throw new IOException($"it is {kind} and no file");
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[Math.Min(stream.CanSeek && stream.Length > 0 ? stream.Length : longest, longest) + 1];
        var read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return read <= longest && read < bytes.Length
            ? bytes[..read]
            : throw new IOException($"it has more than {longest} bytes");
    }
}
