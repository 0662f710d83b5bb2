using System.Collections.Immutable;
using Containerize.Diagnostics;
using Containerize.Entries;
using Containerize.Packages.Formats;
using Containerize.Packages.Systems;

namespace Containerize.Packages.Unpacking;

/// <summary>
/// The entries of several packages as one layer upon a base: links of the base followed, each path once, what is left
/// out left out. Follows dpkg where packages meet: a folder that is there keeps its mode and is never replaced by a
/// link, a file belongs to the package that says it replaces the other.
/// </summary>
internal sealed class PackageTree
{
    private readonly BaseSystem _base;
    private readonly DateTimeOffset _time;
    private readonly FolderLinks _links;
    private readonly SortedDictionary<ContainerPath, PackageEntry> _entries = [];
    private readonly HashSet<(string Package, ContainerPath Path)> _included = [];

    private PackageTree(BaseSystem system, FolderLinks links, DateTimeOffset time) =>
        (_base, _links, _time) = (system, links, time);

    /// <summary>Where paths of packages lie in the image.</summary>
    public FolderLinks Links => _links;

    /// <summary>The entries so far.</summary>
    public IEnumerable<LayerEntry> Entries => _entries.Values.Select(entry => entry.Entry);

    /// <summary>Puts packages together.</summary>
    /// <param name="system">What they are unpacked onto.</param>
    /// <param name="mergedUsr">The links that an image without base begins with; else none.</param>
    /// <param name="packages">Each package with its entries, in the order in which their folders count.</param>
    /// <param name="exclusions">What is left out.</param>
    /// <param name="time">The time of every entry.</param>
    /// <exception cref="ContainerizeException">CTZ0086 when two packages hold one file and neither replaces the
    /// other.</exception>
    public static PackageTree Of(
        BaseSystem system,
        ImmutableDictionary<ContainerPath, string> mergedUsr,
        ImmutableArray<(PackageRecord Record, ImmutableArray<PackageEntry> Entries)> packages,
        PackageExclusions exclusions,
        DateTimeOffset time
    )
    {
        var outer = system.Links.SetItems(mergedUsr);
        var places = new FolderLinks(outer);
        var kept = packages
            .Select(package => (package.Record, Entries: Keep(package.Entries, exclusions, places)))
            .ToImmutableArray();
        var links = outer.AddRange(PackageFolderLinks.Of(system, outer, kept.SelectMany(package => package.Entries)));
        var tree = new PackageTree(system, new FolderLinks(links), time);
        foreach (var (path, target) in mergedUsr)
            tree._entries[path] = new(
                "",
                new LayerEntry(path, EntryKind.SymbolicLink, 0b111_111_111)
                {
                    LinkTarget = target,
                    ModificationTime = time,
                }
            );
        var records = kept.ToDictionary(
            package => package.Record.Name,
            package => package.Record,
            StringComparer.Ordinal
        );
        foreach (var (_, entries) in kept)
        {
            foreach (var entry in entries)
                tree.Add(entry, records);
        }

        foreach (var path in tree._entries.Keys.ToList())
            tree.AddParents(path);
        HardLinks.Settle(tree._entries);
        return tree;
    }

    /// <summary>Whether a file of a package is in the image; the path is that which the package gives it.</summary>
    public bool Includes(string package, ContainerPath path) => _included.Contains((package, path));

    /// <summary>Adds an entry of our own, unless something is at its path in the base or in a package.</summary>
    public void AddIfAbsent(LayerEntry entry)
    {
        var path = _links.Place(entry.Path);
        if (!_base.Has(path) && _entries.TryAdd(path, new("", entry with { Path = path })))
            AddParents(path);
    }

    /// <summary>Adds an entry of our own in the place of whatever is at its path.</summary>
    public void Set(LayerEntry entry)
    {
        var path = _links.Place(entry.Path);
        _entries[path] = new("", entry with { Path = path });
        AddParents(path);
    }

    /// <summary>The entry at a path, links followed on the way; null for none.</summary>
    public LayerEntry? Find(ContainerPath path) => _entries.GetValueOrDefault(_links.Place(path))?.Entry;

    private void Add(PackageEntry entry, Dictionary<string, PackageRecord> records)
    {
        var isFolder = entry.Entry.Kind == EntryKind.Directory;
        var path = isFolder ? _links.Follow(entry.Entry.Path) : _links.Place(entry.Entry.Path);
        _included.Add((entry.Package, entry.Entry.Path));
        if (isFolder && _base.Directories.Contains(path))
            return;
        var placed = entry with { Entry = entry.Entry with { Path = path } };
        if (entry.Entry.Kind == EntryKind.HardLink)
            placed = placed with
            {
                Entry = placed.Entry with
                {
                    LinkTarget = _links.Place(ContainerPath.Parse(entry.Entry.LinkTarget!)).Text,
                },
            };
        if (entry.Entry.Kind == EntryKind.SymbolicLink && _base.Directories.Contains(path))
            return;
        if (
            !_entries.TryGetValue(path, out var other)
            || other.Package == entry.Package
            || Replaces(entry.Package, other.Package)
            || (isFolder && other.Entry.Kind == EntryKind.SymbolicLink)
        )
            _entries[path] = placed;
        else if (!Agree(placed.Entry, other.Entry) && !Replaces(other.Package, entry.Package))
            throw new ContainerizeException(
                DiagnosticTable.PackageFileConflict,
                $"Both {records[entry.Package]} and "
                    + $"{(other.Package.Length > 0 ? records[other.Package] : "the image")} hold '{path}', and neither "
                    + "says that it replaces the other. "
                    + "apt would stop here too: leave one of them out."
            );

        bool Replaces(string winner, string loser) =>
            winner.Length > 0
            && loser.Length > 0
            && winner != loser
            && records[winner].Replaces.SelectMany(relation => relation.Alternatives).Any(records[loser].Satisfies);
    }

    private static bool Agree(LayerEntry entry, LayerEntry other) =>
        (entry.Kind == EntryKind.Directory && other.Kind == EntryKind.Directory)
        || (entry.Kind == EntryKind.SymbolicLink && other.Kind == EntryKind.Directory)
        || (
            entry.Kind == EntryKind.SymbolicLink
            && other.Kind == EntryKind.SymbolicLink
            && entry.LinkTarget == other.LinkTarget
        );

    private void AddParents(ContainerPath path)
    {
        for (
            var parent = path.Parent!;
            parent != ContainerPath.Root && !_base.Directories.Contains(parent);
            parent = parent.Parent!
        )
        {
            if (
                !_entries.TryAdd(
                    parent,
                    new(
                        "",
                        new LayerEntry(parent, EntryKind.Directory, FileKind.ExecutableMode)
                        {
                            ModificationTime = _time,
                        }
                    )
                )
            )
                break;
        }
    }

    // A folder all of whose content is left out goes too; one that a package has empty stays.
    private static ImmutableArray<PackageEntry> Keep(
        ImmutableArray<PackageEntry> entries,
        PackageExclusions exclusions,
        FolderLinks places
    )
    {
        var excluded = entries
            .Where(entry =>
                entry.Entry.Kind != EntryKind.Directory
                && exclusions.Excludes(entry.Entry.Path, places.Place(entry.Entry.Path))
            )
            .Select(entry => entry.Entry.Path)
            .ToHashSet();
        if (excluded.Count == 0)
            return entries;
        var emptied = excluded.SelectMany(Above).ToHashSet();
        emptied.ExceptWith(
            entries
                .Where(entry => entry.Entry.Kind != EntryKind.Directory && !excluded.Contains(entry.Entry.Path))
                .SelectMany(entry => Above(entry.Entry.Path))
        );
        var kept = entries.Where(entry => !excluded.Contains(entry.Entry.Path) && !emptied.Contains(entry.Entry.Path));
        return [.. HardLinks.WithoutTargets(kept, entries, excluded)];

        static IEnumerable<ContainerPath> Above(ContainerPath path)
        {
            for (var parent = path.Parent; parent is not null; parent = parent.Parent)
                yield return parent;
        }
    }
}
