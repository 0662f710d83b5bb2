using System.Collections.Immutable;
using Containerize.Diagnostics;
using Containerize.Entries;
using Containerize.IO;

namespace Containerize.Publishing.Files;

/// <summary>What a publish folder holds: every file, folder and symbolic link, links not followed.</summary>
/// <param name="Path">The folder's full path.</param>
/// <param name="Entries">Everything in it, ordered by path.</param>
public sealed record PublishFolder(string Path, ImmutableArray<PublishFolderEntry> Entries)
{
    /// <summary>Lists the folder.</summary>
    /// <param name="path">The folder's full path.</param>
    /// <param name="leaveOut">Files that are not to be seen.</param>
    /// <exception cref="ContainerizeException">
    /// CTZ0006 when it is missing or holds no file; CTZ0010 for a name that is not UTF-8, but not on Linux.
    /// </exception>
    public static PublishFolder Read(string path, IReadOnlySet<string> leaveOut)
    {
        var all = Directory.Exists(path) ? List(new DirectoryInfo(path), "").ToList() : [];
        var seen = all.Where(entry => !leaveOut.Contains(entry.RelativePath)).ToList();
        var entries = seen.Where(entry => !IsEmptied(entry, all, seen))
            .OrderBy(entry => entry.RelativePath, StringComparer.Ordinal)
            .ToImmutableArray();
        return entries.Any(entry => entry.Kind != EntryKind.Directory)
            ? new PublishFolder(path, entries)
            : throw new ContainerizeException(
                DiagnosticTable.PublishFolderEmpty,
                $"The publish folder '{path}' is missing or holds no file, so there is nothing to put into an image. "
                    + "Publish the project first, or check PublishDir."
            );
    }

    /// <summary>Lists any folder, also one that holds nothing.</summary>
    /// <param name="path">The folder's full path.</param>
    public static PublishFolder List(string path)
    {
        var folder = new DirectoryInfo(path);
        return new PublishFolder(
            folder.FullName,
            [.. List(folder, "").OrderBy(entry => entry.RelativePath, StringComparer.Ordinal)]
        );
    }

    // A folder that holds nothing but files that are left out is left out with them.
    private static bool IsEmptied(
        PublishFolderEntry entry,
        List<PublishFolderEntry> all,
        List<PublishFolderEntry> seen
    ) => all.Count != seen.Count && entry.Kind == EntryKind.Directory && HasFile(all, entry) && !HasFile(seen, entry);

    private static bool HasFile(List<PublishFolderEntry> entries, PublishFolderEntry folder) =>
        entries.Exists(entry =>
            entry.Kind != EntryKind.Directory
            && entry.RelativePath.StartsWith(folder.RelativePath + "/", StringComparison.Ordinal)
        );

    // One look at each name decides: a link to a folder is a link, whatever it leads to.
    private static IEnumerable<PublishFolderEntry> List(DirectoryInfo folder, string prefix) =>
        LinuxFile.IsSupported ? ListByBytes(folder.FullName, prefix) : ListByText(folder, prefix);

    private static IEnumerable<PublishFolderEntry> ListByBytes(string folder, string prefix)
    {
        foreach (var name in LinuxFile.NamesIn(folder))
        {
            var path = System.IO.Path.Join(folder, name);
            var kind = LinuxFile.Look(path, follows: false)?.Kind;
            var target = kind == LinuxStat.Link ? LinuxFile.LinkTarget(path) : null;
            yield return new PublishFolderEntry(
                prefix + name,
                path,
                target is not null ? EntryKind.SymbolicLink
                    : kind == LinuxStat.Folder ? EntryKind.Directory
                    : EntryKind.File,
                target
            );
            if (kind != LinuxStat.Folder)
                continue;
            foreach (var below in ListByBytes(path, prefix + name + "/"))
                yield return below;
        }
    }

    private static IEnumerable<PublishFolderEntry> ListByText(DirectoryInfo folder, string prefix)
    {
        foreach (
            var info in folder.EnumerateFileSystemInfos(
                "*",
                new EnumerationOptions { AttributesToSkip = 0, RecurseSubdirectories = false }
            )
        )
        {
            RegularFile.CheckName(info);
            var relative = prefix + info.Name;
            var kind =
                info.LinkTarget is not null ? EntryKind.SymbolicLink
                : info is DirectoryInfo ? EntryKind.Directory
                : EntryKind.File;
            yield return new PublishFolderEntry(relative, info.FullName, kind, WithSlashes(info.LinkTarget));
            if (kind != EntryKind.Directory)
                continue;
            foreach (var below in ListByText((DirectoryInfo)info, relative + "/"))
                yield return below;
        }
    }

    // On Linux a backslash is a letter like any other.
    private static string? WithSlashes(string? target) =>
        OperatingSystem.IsWindows() ? target?.Replace('\\', '/') : target;
}

/// <summary>One name in a publish folder.</summary>
/// <param name="RelativePath">Below the folder, with <c>/</c> between names.</param>
/// <param name="FullPath">On the host.</param>
/// <param name="Kind">What it is.</param>
/// <param name="LinkTarget">Where a symbolic link points, as it is written.</param>
public sealed record PublishFolderEntry(string RelativePath, string FullPath, EntryKind Kind, string? LinkTarget);
