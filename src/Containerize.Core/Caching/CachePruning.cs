namespace Containerize.Caching;

/// <summary>Keeps a cache folder below its limit: what was not used for longest goes first.</summary>
internal static class CachePruning
{
    /// <summary>The default limit: 10 GB.</summary>
    public const long DefaultLimit = 10_000_000_000;

    // What was not used in all this time will not be missed.
    private static readonly TimeSpan Age = TimeSpan.FromDays(60);

    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    // Whatever a run needs was touched when it began; no publish takes this long.
    private static readonly TimeSpan Grace = TimeSpan.FromHours(2);

    /// <summary>The same once an hour at most: to look at everything in the folder is more than a quick run
    /// does.</summary>
    public static void PruneHourly(CacheFolder folder, long limit, TimeProvider time)
    {
        const string marker = "pruned";
        if (time.GetUtcNow() - File.GetLastWriteTimeUtc(folder.RecordPath("", marker)) < Interval)
            return;
        folder.WriteRecord("", marker, "-");
        Prune(folder, limit, time, Age);
    }

    /// <summary>
    /// Removes files until the folder is below its limit, and what killed runs left behind. What <c>RUN</c> unpacked
    /// goes layer by layer, what its cache mounts keep mount by mount, and neither while a build holds it.
    /// </summary>
    /// <param name="folder">The cache.</param>
    /// <param name="limit">The most bytes that may stay.</param>
    /// <param name="time">The clock that files are marked by.</param>
    /// <param name="unusedFor">What was not used for so long goes however much room there is; null for nothing. What
    /// was used in the last two hours stays in any case.</param>
    /// <returns>What went.</returns>
    public static CacheUsage Prune(CacheFolder folder, long limit, TimeProvider time, TimeSpan? unusedFor = null)
    {
        var gone = new CacheUsage(0, 0);
        try
        {
            var now = time.GetUtcNow().UtcDateTime;
            var old = now - Grace;
            long kept = 0;
            foreach (var unit in CacheContents.Kinds(folder).SelectMany(UnitsOf).OrderByDescending(unit => unit.Used))
            {
                kept += unit.Room.Bytes;
                var isUnused = unusedFor is { } age && unit.Used < now - age;
                if (unit.Used < old && (kept > limit || unit.IsLeftBehind || isUnused) && unit.Remove())
                    gone += unit.Room;
            }
        }
        catch (Exception exception) when (CacheFolder.IsFault(exception))
        {
            // Somebody else prunes, or may write where we may not: the next run tries again.
        }

        return gone;
    }

    /// <summary>Removes what <c>RUN</c> unpacked and what its <c>--mount=type=cache</c> keeps, however recently it was
    /// used, but for what a build holds.</summary>
    /// <returns>What went.</returns>
    public static CacheUsage RemoveWhole(CacheFolder folder)
    {
        var gone = new CacheUsage(0, 0);
        try
        {
            foreach (var unit in CacheContents.Kinds(folder).Where(CachedDirectories.IsKind).SelectMany(UnitsOf))
            {
                if (unit.Remove())
                    gone += unit.Room;
            }
        }
        catch (Exception exception) when (CacheFolder.IsFault(exception))
        {
            // As above.
        }

        return gone;
    }

    private static IEnumerable<Unit> UnitsOf(DirectoryInfo kind) =>
        CachedDirectories.IsKind(kind)
            ? CachedDirectories
                .Of(kind)
                .Select(path => new Unit(
                    DirectoryLease.LastUsed(path),
                    CacheContents.RoomOf(new DirectoryInfo(path)),
                    false,
                    () => CachedDirectories.Remove(path)
                ))
                .ToList()
            : CacheContents
                .FilesOf(kind)
                .Select(file => new Unit(
                    file.LastWriteTimeUtc,
                    new CacheUsage(1, file.Length),
                    file.Name.StartsWith(CacheFolder.TemporaryPrefix, StringComparison.Ordinal),
                    () => CacheFolder.Remove(file.FullName)
                ));

    // What goes as a whole.
    private sealed record Unit(DateTime Used, CacheUsage Room, bool IsLeftBehind, Func<bool> Remove);
}
