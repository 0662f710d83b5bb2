namespace Containerize.Caching;

/// <summary>
/// Keeps several processes from doing the same work at the same time: who comes second waits for what the first makes.
/// It ends with the process that holds it, and where the folder takes no lock everybody works.
/// </summary>
internal sealed class CacheLock : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    // Ten minutes: a work of this length had better be done twice than be waited for.
    private const int Patience = 30_000;

    private readonly FileStream? _file;

    private CacheLock(FileStream? file) => _file = file;

    /// <summary>Waits until no other process holds the lock.</summary>
    /// <param name="folder">The cache.</param>
    /// <param name="name">What is locked, as the name of a file.</param>
    /// <param name="time">The clock that the waiting goes by.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public static async Task<CacheLock> TakeAsync(
        CacheFolder folder,
        string name,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        for (var attempt = 0; attempt < Patience; attempt++)
        {
            if (TryTake(folder, name) is { } held)
                return held;
            await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(false);
        }

        return new CacheLock(null);
    }

    /// <summary>Takes the lock; null when another process holds it.</summary>
    /// <param name="folder">The cache.</param>
    /// <param name="name">What is locked, as the name of a file.</param>
    public static CacheLock? TryTake(CacheFolder folder, string name)
    {
        var path = folder.RecordPath("locks", name);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            return new CacheLock(
                new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1)
            );
        }
        catch (IOException exception) when (IsHeld(exception))
        {
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new CacheLock(null);
        }
    }

    public void Dispose() => _file?.Dispose();

    /// <summary>Whether a file cannot be opened because somebody holds it: ERROR_SHARING_VIOLATION of Windows,
    /// EWOULDBLOCK of Linux and of macOS.</summary>
    internal static bool IsHeld(IOException exception) => exception.HResult is unchecked((int)0x80070020) or 11 or 35;
}
