using System.Globalization;
using System.Text;
using Containerize.Caching;
using Containerize.Dockerfiles.Execution.Requests;
using Containerize.Dockerfiles.Execution.Sandboxing;
using Containerize.Images;

namespace Containerize.Dockerfiles.Execution.Mounts;

/// <summary>The folder of a cache mount, held against other builds as its sharing says, until it is disposed
/// of.</summary>
internal sealed class CacheMountLease : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly FileStream? _lock;

    private CacheMountLease(string path, FileStream? held) => (Path, _lock) = (path, held);

    /// <summary>The absolute path; it need not exist yet.</summary>
    public string Path { get; }

    /// <summary>Takes a cache.</summary>
    /// <param name="folder">The absolute path of the folder of all caches.</param>
    /// <param name="cache">Which.</param>
    /// <param name="cancellationToken">Ends the wait for another build.</param>
    public static async Task<CacheMountLease> OpenAsync(
        string folder,
        CacheMount cache,
        CancellationToken cancellationToken
    )
    {
        TmpfsFolder.Create(folder);
        var path = System.IO.Path.Combine(
            folder,
            Digest.Of(Encoding.UTF8.GetBytes(cache.Origin.Length == 0 ? cache.Id : $"{cache.Id}\0{cache.Origin}")).Hex
        );
        if (cache.Sharing == CacheSharing.Shared)
            return new CacheMountLease(path, null);
        for (var number = 0; ; number++)
        {
            var own =
                number == 0 || cache.Sharing == CacheSharing.Locked
                    ? path
                    : string.Create(CultureInfo.InvariantCulture, $"{path}-{number}");
            if (TryLock(own + ".lock") is { } held)
                return new CacheMountLease(own, held);
            if (cache.Sharing == CacheSharing.Locked)
                await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
        }
    }

    public void Dispose() => _lock?.Dispose();

    // The operating system lets go of it when the process ends, however it ends.
    private static FileStream? TryLock(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (CacheLock.IsHeld(exception))
        {
            return null;
        }
    }
}
