using System.Collections.Immutable;
using Containerize.Entries;
using Containerize.Packages.Systems;

namespace Containerize.Packages.Unpacking;

/// <summary>
/// Finds the symbolic links of packages that others use as folders: one package has <c>a</c> → <c>b</c>, another has
/// files below <c>a</c>. dpkg then writes them below <c>b</c>.
/// </summary>
internal static class PackageFolderLinks
{
    /// <summary>The links, where they lie, with their targets.</summary>
    /// <param name="system">What the packages are unpacked onto.</param>
    /// <param name="links">The links that are there already.</param>
    /// <param name="entries">The entries of all packages.</param>
    public static ImmutableDictionary<ContainerPath, string> Of(
        BaseSystem system,
        ImmutableDictionary<ContainerPath, string> links,
        IEnumerable<PackageEntry> entries
    )
    {
        var before = new FolderLinks(links);
        var all = entries.ToList();
        var folders = all.Where(entry => entry.Entry.Kind == EntryKind.Directory)
            .Select(entry => before.Follow(entry.Entry.Path))
            .Concat(all.Select(entry => before.Place(entry.Entry.Path).Parent!))
            .ToHashSet();
        var found = ImmutableDictionary.CreateBuilder<ContainerPath, string>();
        foreach (var entry in all.Where(entry => entry.Entry.Kind == EntryKind.SymbolicLink))
        {
            var path = before.Place(entry.Entry.Path);
            if (links.ContainsKey(path) || system.Directories.Contains(path) || !folders.Contains(path))
                continue;
            var target = before.Follow(FolderLinks.TargetOf(path, entry.Entry.LinkTarget!));
            if (target != path && (folders.Contains(target) || system.Directories.Contains(target)))
                found[path] = entry.Entry.LinkTarget!;
        }

        return found.ToImmutable();
    }
}
