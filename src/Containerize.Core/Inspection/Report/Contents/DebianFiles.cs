using Containerize.Diagnostics;
using Containerize.Entries;
using Containerize.Images;
using Containerize.Packages.Formats;
using Containerize.Packages.Systems;

namespace Containerize.Inspection.Report.Contents;

/// <summary>
/// The packages of Debian that an image has, and their files: by <c>info/NAME.list</c> where dpkg was at work, by
/// <c>status.d/NAME.md5sums</c> where another program was.
/// </summary>
internal static class DebianFiles
{
    private static readonly ContainerPath Lists = ContainerPath.Parse("/var/lib/dpkg/info");

    /// <summary>Whether it is one of the files that say what is installed.</summary>
    public static bool IsRecord(ContainerPath path) =>
        path == DpkgRecords.Status
        || path.Parent == DpkgRecords.StatusFolder
        || (path.Text.EndsWith(".list", StringComparison.Ordinal) && path.Parent == Lists);

    /// <summary>The packages; none of an image whose records cannot be read.</summary>
    /// <param name="texts">The records with their paths.</param>
    /// <param name="platform">What the image runs on.</param>
    public static IEnumerable<(PackageName Package, ContainerPath? Path)> Of(
        IReadOnlyCollection<(ContainerPath Path, string Text)> texts,
        Platform platform
    )
    {
        try
        {
            var architecture = PackageArchitecture.Of(platform);
            var installed = InstalledPackages.Read(
                texts
                    .Where(text =>
                        text.Path == DpkgRecords.Status
                        || (text.Path.Parent == DpkgRecords.StatusFolder && !IsSums(text.Path))
                    )
                    .Select(text => (text.Text, text.Path.Text)),
                architecture
            );
            var lists = texts.ToDictionary(text => text.Path, text => text.Text);
            return
            [
                .. installed
                    .All.OrderBy(record => record.Name, StringComparer.Ordinal)
                    .SelectMany(record => Of(record, architecture, lists)),
            ];
        }
        catch (ContainerizeException)
        {
            return [];
        }
    }

    private static IEnumerable<(PackageName Package, ContainerPath? Path)> Of(
        PackageRecord record,
        string architecture,
        Dictionary<ContainerPath, string> lists
    )
    {
        var package = new PackageName(PackageKind.Debian, record.Name, record.Version.ToString());
        yield return (package, null);
        var list =
            lists.GetValueOrDefault(Lists.Combine($"{record.Name}.list"))
            ?? lists.GetValueOrDefault(Lists.Combine($"{record.Name}:{architecture}.list"));
        var sums = lists.GetValueOrDefault(DpkgRecords.StatusFolder.Combine(record.Name + ".md5sums"));
        var paths =
            list?.Split('\n')
            ?? sums?.Split('\n').Select(line => line.Split("  ", 2).ElementAtOrDefault(1) ?? "")
            ?? [];
        foreach (var path in paths.Where(path => path.Length > 1 && path != "/."))
            yield return (package, ContainerPath.Root.Combine(path));
    }

    private static bool IsSums(ContainerPath path) => path.Text.EndsWith(".md5sums", StringComparison.Ordinal);
}
