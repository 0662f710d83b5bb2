using System.Collections.Immutable;

namespace Containerize.Caching;

/// <summary>What of one kind lies in a cache: layers' bytes, their records, downloaded packages, folders of <c>RUN --mount=type=cache</c>.</summary>
/// <param name="Kind">The kind's folder in the cache.</param>
/// <param name="Room">How much there is.</param>
/// <param name="LastUsed">When something of it was last used.</param>
public sealed record CacheContents(string Kind, CacheRoom Room, DateTimeOffset LastUsed)
{
    /// <summary>Looks at a cache, kind by kind; nothing for one that is not there or cannot be read.</summary>
    public static ImmutableArray<CacheContents> Of(CacheFolder folder)
    {
        try
        {
            return [.. new DirectoryInfo(folder.Path).EnumerateDirectories().OrderBy(kind => kind.Name, StringComparer.Ordinal).Select(OfKind).Where(kind => kind.Room.Files > 0)];
        }
        catch (Exception exception) when (CacheFolder.IsFault(exception))
        {
            return [];
        }
    }

    private static CacheContents OfKind(DirectoryInfo kind)
    {
        var (files, bytes, used) = (0, 0L, DateTimeOffset.UnixEpoch);
        foreach (var file in kind.EnumerateFiles("*", SearchOption.AllDirectories))
        {
            (files, bytes) = (files + 1, bytes + file.Length);
            used = used < file.LastWriteTimeUtc ? file.LastWriteTimeUtc : used;
        }

        return new CacheContents(kind.Name, new CacheRoom(files, bytes), used);
    }
}
