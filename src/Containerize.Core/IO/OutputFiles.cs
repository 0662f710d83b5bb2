using System.Text;
using Containerize.Diagnostics;

namespace Containerize.IO;

/// <summary>
/// What is made on the way to an output. Each file appears complete under its name or not at all; unless everything is
/// kept at the end, what was made is removed again, so that after an error the place is as it was.
/// </summary>
internal sealed class OutputFiles : IDisposable
{
    // A run that goes on longer than this without writing to a file holds it all the same.
    private static readonly TimeSpan LeftBehind = TimeSpan.FromHours(1);

    private readonly Stack<string> _made = [];
    private readonly HashSet<string> _swept = new(StringComparer.Ordinal);

    /// <summary>Makes a folder and the folders above it that are missing.</summary>
    /// <exception cref="ContainerizeException">CTZ0007.</exception>
    public void CreateFolder(string path) =>
        Guard(
            path,
            () =>
            {
                var missing = new Stack<string>();
                for (
                    var at = Path.TrimEndingDirectorySeparator(path);
                    at is not null && !Directory.Exists(at);
                    at = Path.GetDirectoryName(at)
                )
                    missing.Push(at);
                foreach (var folder in missing)
                {
                    Directory.CreateDirectory(folder);
                    _made.Push(folder);
                }

                return true;
            }
        );

    /// <summary>
    /// Writes a file beside its place and then moves it there; one that was there is replaced in that moment. A link
    /// stays, and the file that it leads to is written. What is a device or a pipe is written into: replacing it would
    /// take it from everybody.
    /// </summary>
    /// <exception cref="ContainerizeException">CTZ0007; or what <paramref name="write"/> throws.</exception>
    public async Task WriteAsync(string path, Func<Stream, Task> write)
    {
        if (IsWrittenInto(path))
        {
            await WriteIntoAsync(path, write).ConfigureAwait(false);
            return;
        }

        path = TargetOf(path);
        var folder = Path.GetDirectoryName(path)!;
        CreateFolder(folder);
        // Builds may run side by side, so no other process has the name.
        var temporary = Path.Combine(folder, $".{Guid.NewGuid():N}.tmp");
        try
        {
            await using (
                var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 17)
            )
            {
                if (_swept.Add(folder))
                    Sweep(folder, temporary);
                await write(stream).ConfigureAwait(false);
            }

            var isNew = !File.Exists(path);
            File.Move(temporary, path, overwrite: true);
            if (isNew)
                _made.Push(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw NotWritable(path, exception);
        }
        finally
        {
            Remove(temporary);
        }
    }

    /// <summary>Learns before long work whether a file can be written after it; makes nothing.</summary>
    /// <param name="path">The absolute path.</param>
    /// <exception cref="ContainerizeException">CTZ0007.</exception>
    public static void Try(string path)
    {
        if (IsWrittenInto(path))
            return;
        var target = TargetOf(path);
        if (Directory.Exists(target))
            throw NotWritable(path, new IOException("It is a folder."));
        // The folders that are missing are made when it is written.
        var folder = Path.GetDirectoryName(target)!;
        for (; !Directory.Exists(folder); folder = Path.GetDirectoryName(folder)!)
        {
            if (File.Exists(folder))
                throw NotWritable(path, new IOException($"'{folder}' is a file."));
        }

        var probe = Path.Combine(folder, $".{Guid.NewGuid():N}.tmp");
        Guard(
            path,
            () =>
            {
                File.Create(probe).Dispose();
                File.Delete(probe);
                return true;
            }
        );
    }

    /// <summary>Writes one file of text as <see cref="WriteAsync"/> does, and keeps it.</summary>
    /// <param name="path">The absolute path.</param>
    /// <param name="text">The text.</param>
    /// <exception cref="ContainerizeException">CTZ0007.</exception>
    public static Task WriteTextAsync(string path, string text) => WriteBytesAsync(path, Encoding.UTF8.GetBytes(text));

    /// <summary>Writes one file as <see cref="WriteAsync"/> does, and keeps it.</summary>
    /// <param name="path">The absolute path.</param>
    /// <param name="bytes">Its content.</param>
    /// <exception cref="ContainerizeException">CTZ0007.</exception>
    public static async Task WriteBytesAsync(string path, ReadOnlyMemory<byte> bytes)
    {
        using var files = new OutputFiles();
        await files.WriteAsync(path, stream => stream.WriteAsync(bytes).AsTask()).ConfigureAwait(false);
        files.Keep();
    }

    private static string TargetOf(string path) =>
        new FileInfo(path).LinkTarget is null
            ? path
            : Guard(path, () => File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName) ?? path;

    // The kernel's names of a process' own streams are links, whatever the stream is: /dev/stdout leads to
    // /proc/self/fd/1.
    private static bool IsWrittenInto(string path) =>
        RegularFile.IsSpecial(path)
        || new FileInfo(path).LinkTarget?.StartsWith("/proc/", StringComparison.Ordinal) == true
        || path.StartsWith("/proc/", StringComparison.Ordinal);

    private static async Task WriteIntoAsync(string path, Func<Stream, Task> write)
    {
        try
        {
            // A tar is written without seeking; a stream that seeks would fail on a pipe.
            await using var stream = new FileStream(
                path,
                FileMode.Open,
                FileAccess.Write,
                FileShare.ReadWrite,
                1 << 17
            );
            await write(stream).ConfigureAwait(false);
        }
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw NotWritable(path, exception);
        }
    }

    // What killed runs left: files of such names that no process holds, and that are old by the clock which the new
    // file was made by.
    private static void Sweep(string folder, string temporary)
    {
        try
        {
            var old = File.GetLastWriteTimeUtc(temporary) - LeftBehind;
            foreach (var file in Directory.GetFiles(folder, ".*.tmp"))
            {
                if (
                    Guid.TryParseExact(Path.GetFileName(file)[1..^4], "N", out _)
                    && File.GetLastWriteTimeUtc(file) < old
                    && IsFree(file)
                )
                    Remove(file);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // What stays costs room and nothing else.
        }
    }

    private static bool IsFree(string file)
    {
        try
        {
            new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 1).Dispose();
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Keeps everything that was made.</summary>
    public void Keep() => _made.Clear();

    /// <summary>Removes what was made and not kept, the last first; a folder only when no other process put something
    /// in it.</summary>
    public void Dispose()
    {
        while (_made.TryPop(out var path))
            Remove(path);
    }

    /// <summary>Does something with an output; what the file system has against it becomes CTZ0007.</summary>
    public static T Guard<T>(string path, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw NotWritable(path, exception);
        }
    }

    /// <summary>Removes a file or an empty folder if that is possible: it is done after the fact, when nothing may fail
    /// any more.</summary>
    public static void Remove(string path)
    {
        try
        {
            if (Directory.Exists(path))
                Directory.Delete(path);
            else
                File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException) { }
    }

    private static ContainerizeException NotWritable(string path, Exception exception) =>
        new(
            DiagnosticTable.OutputNotWritable,
            $"'{path}' cannot be written: {exception.Message.TrimEnd('.')}. Choose another path, or see to the "
                + "permissions and the space there.",
            exception
        );
}
