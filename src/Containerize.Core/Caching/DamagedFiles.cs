using Containerize.Diagnostics;

namespace Containerize.Caching;

/// <summary>Work that is repeated where a file of the cache was damaged.</summary>
internal static class DamagedFiles
{
    /// <summary>Does work, and does it again after a failure in which the cache has lost a damaged file.</summary>
    /// <param name="cache">The cache; null for none.</param>
    /// <param name="work">The work. What fails in it has left no part of a result anywhere.</param>
    /// <exception cref="ContainerizeException">The codes of the work.</exception>
    public static async Task<T> RepeatAsync<T>(CacheFolder? cache, Func<Task<T>> work)
    {
        for (var damaged = cache?.Damaged; ; damaged = cache!.Damaged)
        {
            try
            {
                return await work().ConfigureAwait(false);
            }
            catch (ContainerizeException) when (cache?.Damaged > damaged)
            {
                // A file of the cache was not what it should be, which its reader could tell at its end only. It is
                // gone, and no place has a part of the image: they take it whole or not at all.
            }
        }
    }
}
