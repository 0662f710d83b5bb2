namespace Containerize.Caching;

/// <summary>Keeps a cache folder below its limit: what was not used for longest goes first.</summary>
public static class CachePruning
{
    /// <summary>The limit if nobody says another: 10 GB.</summary>
    public const long DefaultLimit = 10_000_000_000;

    // What nobody asked for in all this time will not be missed.
    private static readonly TimeSpan Age = TimeSpan.FromDays(60);

    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    // Folders of files that belong together, with times of their own: what RUN unpacked, and what its commands keep.
    private static readonly string[] Whole = ["unpacked", "mounts"];

    // Whatever a run needs was touched when it began; no publish takes this long.
    private static readonly TimeSpan Grace = TimeSpan.FromHours(2);

    /// <summary>The same once an hour at most: to look at everything in the folder is more than a quick run does.</summary>
    public static void PruneHourly(CacheFolder folder, long limit, TimeProvider time)
    {
        const string marker = "pruned";
        if (time.GetUtcNow() - File.GetLastWriteTimeUtc(folder.RecordPath("", marker)) < Interval)
            return;
        folder.WriteRecord("", marker, "-");
        Prune(folder, limit, time, Age);
    }

    /// <summary>Removes files until the folder is below its limit, and what killed runs left behind.</summary>
    /// <param name="folder">The cache.</param>
    /// <param name="limit">The most bytes that may stay.</param>
    /// <param name="time">The clock that files are marked by.</param>
    /// <param name="unusedFor">What was not used for so long goes however much room there is; null for nothing. What was used in the last two hours stays in any case.</param>
    /// <returns>What went.</returns>
    public static CacheRoom Prune(CacheFolder folder, long limit, TimeProvider time, TimeSpan? unusedFor = null)
    {
        var gone = new CacheRoom(0, 0);
        try
        {
            var old = time.GetUtcNow().UtcDateTime - Grace;
            var files = CacheContents.Kinds(folder).Where(kind => !IsWhole(kind)).SelectMany(CacheContents.FilesOf)
                .OrderByDescending(file => file.LastWriteTimeUtc).ToList();
            long kept = 0;
            foreach (var file in files)
            {
                kept += file.Length;
                var isLeftBehind = file.Name.StartsWith(CacheFolder.TemporaryPrefix, StringComparison.Ordinal);
                var isUnused = unusedFor is { } age && file.LastWriteTimeUtc < time.GetUtcNow().UtcDateTime - age;
                if (file.LastWriteTimeUtc < old && (kept > limit || isLeftBehind || isUnused) && CacheFolder.Remove(file.FullName))
                    gone = new CacheRoom(gone.Files + 1, gone.Bytes + file.Length);
            }
        }
        catch (Exception exception) when (CacheFolder.IsFault(exception))
        {
            // Somebody else prunes, or may write where we may not: the next run tries again.
        }

        return gone;
    }

    /// <summary>
    /// Removes what <c>RUN</c> unpacked and what its <c>--mount=type=cache</c> keeps, all of it: no file of it can go alone. No
    /// build may be going on.
    /// </summary>
    /// <returns>What went.</returns>
    public static CacheRoom RemoveWhole(CacheFolder folder)
    {
        var gone = new CacheRoom(0, 0);
        foreach (var kind in CacheContents.Kinds(folder).Where(IsWhole))
        {
            var room = CacheContents.RoomOf(kind);
            try
            {
                kind.Delete(recursive: true);
                gone = new CacheRoom(gone.Files + room.Files, gone.Bytes + room.Bytes);
            }
            catch (Exception exception) when (CacheFolder.IsFault(exception))
            {
                // Files of other users of a container are not an ordinary user's to remove.
            }
        }

        return gone;
    }

    private static bool IsWhole(DirectoryInfo kind) => Whole.Contains(kind.Name);
}
