namespace Containerize.Caching;

/// <summary>
/// A folder in a cache whose files belong together, held against being pruned while somebody works with it. The file
/// beside it says when that was the last time; the operating system lets go of it when the process ends, however it
/// ends.
/// </summary>
internal sealed class DirectoryLease : IDisposable
{
    /// <summary>The end of the name of the file beside a folder.</summary>
    public const string Extension = ".used";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly FileStream? _file;

    private DirectoryLease(FileStream? file) => _file = file;

    /// <summary>Holds a folder together with others, and marks it as used.</summary>
    /// <param name="path">The absolute path; the folder need not be there yet, but the one it lies in.</param>
    /// <param name="time">The clock that folders are marked by.</param>
    /// <param name="cancellationToken">Ends the wait for the process that removes it.</param>
    public static async Task<DirectoryLease> ShareAsync(
        string path,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (TryOpen(path, FileAccess.Read, FileShare.Read | FileShare.Delete, out var file))
            {
                try
                {
                    File.SetLastWriteTimeUtc(path + Extension, time.GetUtcNow().UtcDateTime);
                    return new DirectoryLease(file);
                }
                catch (FileNotFoundException)
                {
                    // Who removed the folder removed the file, too, just after we had opened it.
                    file?.Dispose();
                    continue;
                }
                catch (Exception exception) when (CacheFolder.IsFault(exception))
                {
                    return new DirectoryLease(file);
                }
            }

            await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Holds a folder alone; null when somebody works with it.</summary>
    public static DirectoryLease? TakeAlone(string path) =>
        TryOpen(path, FileAccess.ReadWrite, FileShare.None, out var file) ? new DirectoryLease(file) : null;

    /// <summary>When somebody worked with a folder the last time.</summary>
    public static DateTime LastUsed(string path) =>
        File.GetLastWriteTimeUtc(File.Exists(path + Extension) ? path + Extension : path);

    public void Dispose() => _file?.Dispose();

    // True with null where the file system takes no locks: everybody works there.
    private static bool TryOpen(string path, FileAccess access, FileShare share, out FileStream? file)
    {
        file = null;
        try
        {
            file = new FileStream(path + Extension, FileMode.OpenOrCreate, access, share, bufferSize: 1);
            return true;
        }
        catch (IOException exception) when (CacheLock.IsHeld(exception))
        {
            return false;
        }
        catch (Exception exception) when (CacheFolder.IsFault(exception))
        {
            return true;
        }
    }
}
