using System.Collections.Immutable;
using Containerize.Diagnostics;
using Containerize.Packages.Formats;

namespace Containerize.Packages.Sources;

/// <summary>An index with its place among all of them.</summary>
/// <param name="Index">The packages.</param>
/// <param name="Source">Where their files are fetched from.</param>
/// <param name="Priority">
/// apt's pin priority of the release: 500, or 100 for <c>NotAutomatic</c> with <c>ButAutomaticUpgrades</c>, or 1 for
/// <c>NotAutomatic</c> alone (apt_preferences(5)).
/// </param>
public sealed record CatalogEntry(PackageIndex Index, PackageOrigin Source, int Priority = 500);

/// <summary>A record and where its package file is fetched from.</summary>
/// <param name="Record">What the index says.</param>
/// <param name="Origin">Where the file is fetched from.</param>
public sealed record AvailablePackage(PackageRecord Record, PackageOrigin Origin);

/// <summary>All that the package sources offer for one architecture; the order of the indexes is that of the
/// sources.</summary>
/// <param name="architecture">The architecture of the image, as Debian calls it.</param>
/// <param name="entries">The indexes.</param>
public sealed class PackageCatalog(string architecture, ImmutableArray<CatalogEntry> entries)
{
    private readonly Dictionary<string, ImmutableArray<AvailablePackage>> _versions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (int, int)> _mentions = new(StringComparer.Ordinal);

    /// <summary>The architecture of the image, as Debian calls it.</summary>
    public string Architecture { get; } = architecture;

    /// <summary>The names of all packages.</summary>
    public IEnumerable<string> Names => entries.SelectMany(entry => entry.Index.Names).Distinct(StringComparer.Ordinal);

    /// <summary>Where packages come from.</summary>
    public IEnumerable<PackageOrigin> Origins => entries.Select(entry => entry.Source).Distinct();

    /// <summary>The part of it that comes from some places.</summary>
    public PackageCatalog Where(Func<PackageOrigin, bool> isWanted) =>
        new(Architecture, [.. entries.Where(entry => isWanted(entry.Source))]);

    /// <summary>All versions of a package, the one that apt prefers first: by priority, then by version, then by
    /// source.</summary>
    public ImmutableArray<AvailablePackage> VersionsOf(string name)
    {
        if (!_versions.TryGetValue(name, out var versions))
        {
            versions =
            [
                .. entries
                    .SelectMany(entry =>
                        entry
                            .Index.Find(name)
                            .Select(record => (Package: new AvailablePackage(record, entry.Source), entry.Priority))
                    )
                    .Where(found =>
                        found.Package.Record.Architecture == Architecture || found.Package.Record.Architecture == "all"
                    )
                    .OrderByDescending(found => found.Priority)
                    .ThenByDescending(found => found.Package.Record.Version)
                    .Select(found => found.Package),
            ];
            _versions.Add(name, versions);
        }

        return versions;
    }

    /// <summary>The names of packages some version of which provides the name.</summary>
    public IEnumerable<string> ProvidersOf(string name) =>
        entries.SelectMany(entry => entry.Index.ProvidersOf(name)).Distinct(StringComparer.Ordinal);

    /// <summary>
    /// A number by which names are ordered as apt first meets them when it reads the indexes; the last word where
    /// apt has no other reason to prefer one provider over another.
    /// </summary>
    public (int Index, int Position) FirstMention(string name)
    {
        if (!_mentions.TryGetValue(name, out var mention))
        {
            mention = entries
                .Select((entry, i) => (i, entry.Index.FirstMention(name)))
                .FirstOrDefault(found => found.Item2 >= 0, (int.MaxValue, 0));
            _mentions.Add(name, mention);
        }

        return mention;
    }

    /// <summary>Up to five names of packages that look like one that does not exist.</summary>
    public ImmutableArray<string> Near(string name)
    {
        var limit = Math.Max(2, name.Length / 4);
        return
        [
            .. Names
                .Where(other =>
                    Math.Abs(other.Length - name.Length) <= limit || other.StartsWith(name, StringComparison.Ordinal)
                )
                .Select(other => (Name: other, Distance: EditDistance.Between(name, other, limit)))
                .Where(found => found.Distance <= limit || found.Name.StartsWith(name, StringComparison.Ordinal))
                .OrderBy(found => found.Distance)
                .ThenBy(found => found.Name, StringComparer.Ordinal)
                .Take(5)
                .Select(found => found.Name),
        ];
    }
}
