using System.Collections.Immutable;
using Containerize.Compression;
using Containerize.Diagnostics;
using Containerize.Entries;
using Containerize.IO;
using Containerize.Packages.Formats;
using Containerize.Tar;

namespace Containerize.Packages.Unpacking;

/// <summary>An entry of a package with the path that the package gives it; links of the image are not followed
/// yet.</summary>
/// <param name="Package">The name of the package.</param>
/// <param name="Entry">The entry.</param>
public sealed record PackageEntry(string Package, LayerEntry Entry)
{
    private const int LinkMode = 0b111_111_111;

    /// <summary>Reads the entries of a package's data tar, with the modes and owners that it gives them.</summary>
    /// <param name="deb">The package file.</param>
    /// <param name="package">The name of the package.</param>
    /// <param name="time">The time that every entry gets.</param>
    /// <exception cref="ContainerizeException">
    /// CTZ0085 for <c>..</c>, an absolute path, a device, a link that leads above the root, an entry below a link of
    /// the same package, or a name that begins with <c>.wh.</c>; CTZ0084 for a damaged tar.
    /// </exception>
    public static ImmutableArray<PackageEntry> ReadAll(DebFile deb, string package, DateTimeOffset time)
    {
        var entries = ImmutableArray.CreateBuilder<PackageEntry>();
        try
        {
            using var stream = new BufferedStream(File.OpenRead(deb.DataPath), 1 << 16);
            using var reader = new TarItemReader(stream, isHashed: false);
            while (reader.Read() is { } tar)
            {
                if (PathOf(tar.Name, package) is not { } path || path == ContainerPath.Root)
                    continue;
                var entry = new LayerEntry(path, KindOf(tar, package), tar.Mode)
                {
                    Uid = tar.Uid,
                    Gid = tar.Gid,
                    ModificationTime = time,
                };
                entries.Add(
                    new(
                        package,
                        entry.Kind switch
                        {
                            EntryKind.File => entry with { Content = ContentOf(deb.DataPath, tar, path) },
                            EntryKind.SymbolicLink => entry with
                            {
                                LinkTarget = SymbolicTarget(tar, path, package),
                                Mode = LinkMode,
                            },
                            EntryKind.HardLink => entry with { LinkTarget = PathOf(tar.LinkName, package)!.Text },
                            _ => entry,
                        }
                    )
                );
            }
        }
        catch (Exception exception)
            when (Decompression.IsDamage(exception) || exception is FormatException or ArgumentException)
        {
            throw DebFile.Damaged($"The package {package}", exception);
        }

        return CheckLinks(entries.ToImmutable(), package);
    }

    private static FileContent ContentOf(string dataPath, TarItem tar, ContainerPath path)
    {
        var (offset, length) = (tar.Offset, tar.Size);
        return length == 0
            ? FileContent.FromBytes([], path.Text)
            : new FileContent(length, () => new FilePart(dataPath, offset, length), path.Text);
    }

    private static EntryKind KindOf(TarItem tar, string package) =>
        tar.Type switch
        {
            TarItem.File => EntryKind.File,
            TarItem.Directory => EntryKind.Directory,
            TarItem.SymbolicLink => EntryKind.SymbolicLink,
            TarItem.HardLink => EntryKind.HardLink,
            _ => throw Refused(
                package,
                tar.Name,
                $"it is of the kind '{tar.Flag}', and only files, folders and links may be in a package"
            ),
        };

    private static ContainerPath PathOf(string name, string package)
    {
        if (name.StartsWith('/'))
            throw Refused(package, name, "its path is absolute");
        if (name.Split('/').Contains(".."))
            throw Refused(package, name, "its path has a '..' in it");
        try
        {
            return ContainerPath.Root.Combine(string.Join('/', name.Split('/').Where(part => part != ".")));
        }
        catch (ContainerizeException exception)
        {
            throw Refused(package, name, exception.Message);
        }
    }

    // Where the target leads when every name on the way is a folder: an absolute one starts at the image's root.
    private static string SymbolicTarget(TarItem tar, ContainerPath path, string package)
    {
        var depth = tar.LinkName.StartsWith('/') ? 0 : path.Text.Count(c => c == '/') - 1;
        foreach (var part in tar.LinkName.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            depth += part switch
            {
                ".." => -1,
                "." => 0,
                _ => 1,
            };
            if (depth < 0)
                throw Refused(package, tar.Name, $"it is a link to '{tar.LinkName}', which leads out of the image");
        }

        return tar.LinkName.Length > 0 ? tar.LinkName : throw Refused(package, tar.Name, "it is a link to nothing");
    }

    private static ImmutableArray<PackageEntry> CheckLinks(ImmutableArray<PackageEntry> entries, string package)
    {
        var byPath = entries.ToLookup(entry => entry.Entry.Path);
        foreach (var entry in entries.Select(entry => entry.Entry))
        {
            for (var parent = entry.Path.Parent; parent is not null; parent = parent.Parent)
            {
                if (byPath[parent].Any(above => above.Entry.Kind != EntryKind.Directory))
                    throw Refused(
                        package,
                        entry.Path.Text,
                        $"it lies below '{parent}', which is no folder in the package"
                    );
            }

            if (
                entry.Kind == EntryKind.HardLink
                && !byPath[ContainerPath.Parse(entry.LinkTarget!)].Any(target => target.Entry.Kind == EntryKind.File)
            )
                throw Refused(
                    package,
                    entry.Path.Text,
                    $"it is a hard link to '{entry.LinkTarget}', which is no file of the package"
                );
        }

        return entries;
    }

    private static ContainerizeException Refused(string package, string name, string why) =>
        new(
            DiagnosticTable.PackageEntryRefused,
            $"The package {package} holds '{name}': {why}. No honest package has such an entry: do not use "
                + "this one, or its source."
        );
}
