using System.Collections.Immutable;

namespace Containerize.Caching;

/// <summary>What of one kind lies in a cache: layers' bytes, their records, downloaded packages, folders of <c>RUN
/// --mount=type=cache</c>.</summary>
/// <param name="Kind">The kind's folder in the cache.</param>
/// <param name="Room">How much there is.</param>
/// <param name="LastUsed">When something of it was last used.</param>
internal sealed record CacheContents(string Kind, CacheUsage Room, DateTimeOffset LastUsed)
{
    // A link in an unpacked layer may lead anywhere on this machine.
    private static readonly EnumerationOptions NoLinks = new()
    {
        RecurseSubdirectories = true,
        IgnoreInaccessible = true,
        AttributesToSkip = FileAttributes.ReparsePoint,
    };

    /// <summary>Looks at a cache, kind by kind; nothing for one that is not there or cannot be read.</summary>
    public static ImmutableArray<CacheContents> Of(CacheFolder folder)
    {
        try
        {
            return [.. Kinds(folder).Select(OfKind).Where(kind => kind.Room.Files > 0)];
        }
        catch (Exception exception) when (CacheFolder.IsFault(exception))
        {
            return [];
        }
    }

    /// <summary>The folders of the kinds, by name; none for a cache that is not there.</summary>
    internal static IEnumerable<DirectoryInfo> Kinds(CacheFolder folder) =>
        Directory.Exists(folder.Path)
            ? new DirectoryInfo(folder.Path)
                .EnumerateDirectories("*", new EnumerationOptions { AttributesToSkip = FileAttributes.ReparsePoint })
                .OrderBy(kind => kind.Name, StringComparer.Ordinal)
            : [];

    /// <summary>All files of a kind; no link is followed.</summary>
    internal static IEnumerable<FileInfo> FilesOf(DirectoryInfo kind) => kind.EnumerateFiles("*", NoLinks);

    /// <summary>How much there is of a kind.</summary>
    internal static CacheUsage RoomOf(DirectoryInfo kind) => OfKind(kind).Room;

    private static CacheContents OfKind(DirectoryInfo kind)
    {
        var (files, bytes, used) = (0, 0L, DateTimeOffset.UnixEpoch);
        foreach (var file in FilesOf(kind))
        {
            (files, bytes) = (files + 1, bytes + file.Length);
            used = used < file.LastWriteTimeUtc ? file.LastWriteTimeUtc : used;
        }

        return new CacheContents(kind.Name, new CacheUsage(files, bytes), used);
    }
}
