namespace Containerize.Caching;

/// <summary>Keeps a cache folder below its limit: what was not used for longest goes first.</summary>
public static class CachePruning
{
    /// <summary>The limit if nobody says another: 10 GB.</summary>
    public const long DefaultLimit = 10_000_000_000;

    // What nobody asked for in all this time will not be missed.
    private static readonly TimeSpan Age = TimeSpan.FromDays(60);

    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    // Whatever a run needs was touched when it began; no publish takes this long.
    private static readonly TimeSpan Grace = TimeSpan.FromHours(2);

    /// <summary>The same once an hour at most: to look at everything in the folder is more than a quick run does.</summary>
    public static void PruneHourly(CacheFolder folder, long limit, TimeProvider time)
    {
        const string marker = "pruned";
        if (time.GetUtcNow() - File.GetLastWriteTimeUtc(folder.RecordPath("", marker)) < Interval)
            return;
        folder.WriteRecord("", marker, "-");
        Prune(folder, limit, time);
    }

    /// <summary>Removes what was not used for 60 days, files until the folder is below its limit, and what killed runs left behind.</summary>
    /// <param name="folder">The cache.</param>
    /// <param name="limit">The most bytes that may stay.</param>
    /// <param name="time">The clock that files are marked by.</param>
    public static void Prune(CacheFolder folder, long limit, TimeProvider time)
    {
        try
        {
            var old = time.GetUtcNow().UtcDateTime - Grace;
            var files = new DirectoryInfo(folder.Path).EnumerateFiles("*", SearchOption.AllDirectories)
                .OrderByDescending(file => file.LastWriteTimeUtc).ToList();
            long kept = 0;
            foreach (var file in files)
            {
                kept += file.Length;
                var isLeftBehind = file.Name.StartsWith(CacheFolder.TemporaryPrefix, StringComparison.Ordinal);
                if (file.LastWriteTimeUtc < old && (kept > limit || isLeftBehind || file.LastWriteTimeUtc < old - Age))
                    CacheFolder.Remove(file.FullName);
            }
        }
        catch (Exception exception) when (CacheFolder.IsFault(exception))
        {
            // Somebody else prunes, or may write where we may not: the next run tries again.
        }
    }
}
