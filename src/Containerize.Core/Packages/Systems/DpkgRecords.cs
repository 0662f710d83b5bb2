using System.Text;
using Containerize.Entries;
using Containerize.Packages.Formats;

namespace Containerize.Packages.Systems;

/// <summary>
/// The records of what is installed, where scanners look for them in images that were not made by dpkg: one file of
/// <c>var/lib/dpkg/status.d</c> for each package, and beside it the sums of its files.
/// </summary>
internal static class DpkgRecords
{
    /// <summary>dpkg's own record.</summary>
    public static ContainerPath Status { get; } = ContainerPath.Parse("/var/lib/dpkg/status");

    /// <summary>The folder of the records of single packages.</summary>
    public static ContainerPath StatusFolder { get; } = ContainerPath.Parse("/var/lib/dpkg/status.d");

    /// <summary>The records of a package.</summary>
    /// <param name="name">The name of the package.</param>
    /// <param name="deb">Its file.</param>
    /// <param name="isIncluded">Whether the file at a path, as the package calls it, is in the image.</param>
    /// <param name="time">The time that the entries get.</param>
    public static IEnumerable<LayerEntry> Of(
        string name,
        DebFile deb,
        Func<ContainerPath, bool> isIncluded,
        DateTimeOffset time
    )
    {
        var stanza = deb.Stanza.With("Status", "install ok installed");
        yield return Text(StatusFolder.Combine(name), stanza.ToString(), time);
        if (deb.Control("md5sums") is not { } sums)
            yield break;
        var kept = sums.Split('\n')
            .Where(line => line.Split("  ", 2) is [_, var path] && isIncluded(ContainerPath.Root.Combine(path)));
        yield return Text(
            StatusFolder.Combine(name + ".md5sums"),
            string.Concat(kept.Select(line => line + "\n")),
            time
        );
    }

    /// <summary>
    /// dpkg's own record of the base without the packages that are installed again: each has one record only. Null when
    /// it has none of them.
    /// </summary>
    public static LayerEntry? WithoutUpgraded(BaseSystem system, IReadOnlySet<string> names, DateTimeOffset time)
    {
        if (!system.Texts.TryGetValue(Status, out var text))
            return null;
        var stanzas = Deb822.Read(text, Status.Text).ToList();
        var kept = stanzas.Where(stanza => !names.Contains(stanza["Package"] ?? "")).ToList();
        return kept.Count == stanzas.Count
            ? null
            : Text(Status, string.Concat(kept.Select(stanza => stanza + "\n")), time);
    }

    /// <summary>A text file of root's that all may read.</summary>
    public static LayerEntry Text(ContainerPath path, string text, DateTimeOffset time) =>
        new(path, EntryKind.File, FileKind.PlainMode)
        {
            Content = FileContent.FromBytes(Encoding.UTF8.GetBytes(text), path.Text),
            ModificationTime = time,
        };
}
