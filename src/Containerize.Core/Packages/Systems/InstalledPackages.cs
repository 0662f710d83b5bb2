using Containerize.Packages.Formats;

namespace Containerize.Packages.Systems;

/// <summary>What a base image has installed: <c>var/lib/dpkg/status</c> and the files of
/// <c>var/lib/dpkg/status.d</c>.</summary>
public sealed class InstalledPackages
{
    private readonly Dictionary<string, PackageRecord> _byName;

    private InstalledPackages(Dictionary<string, PackageRecord> byName) => _byName = byName;

    /// <summary>Nothing is installed.</summary>
    public static InstalledPackages None { get; } = new([]);

    /// <summary>All of them.</summary>
    public IEnumerable<PackageRecord> All => _byName.Values;

    /// <summary>
    /// Reads the text of status files. A stanza without <c>Status</c>, as in <c>status.d</c>, is installed; one with it
    /// only when its last word says so (dpkg-query(1)). Packages of other architectures do not count.
    /// </summary>
    /// <param name="files">The text of each file, and what it is.</param>
    /// <param name="architecture">The architecture of the image, as Debian calls it.</param>
    /// <exception cref="Diagnostics.ContainerizeException">CTZ0078 for text that is no status file.</exception>
    public static InstalledPackages Read(IEnumerable<(string Text, string Where)> files, string architecture)
    {
        var byName = new Dictionary<string, PackageRecord>(StringComparer.Ordinal);
        foreach (var (text, where) in files)
        {
            foreach (var stanza in Deb822.Read(text, where))
            {
                if (
                    stanza["Package"] is null
                    || (stanza["Status"] is { } status && !status.EndsWith(" installed", StringComparison.Ordinal))
                )
                    continue;
                var record = new PackageRecord(stanza, architecture, where);
                if (record.Architecture == architecture || record.Architecture == "all")
                    byName[record.Name] = record;
            }
        }

        return new(byName);
    }

    /// <summary>The package of that name; null when it is not installed.</summary>
    public PackageRecord? Find(string name) => _byName.GetValueOrDefault(name);
}
