using Containerize.Entries;
using Containerize.FileSystems;

namespace Containerize.Inspection.Report.Contents;

/// <summary>
/// The frameworks of a .NET installation, by their folders: <c>shared/Microsoft.NETCore.App/10.0.0</c>.
/// </summary>
internal static class SharedFrameworks
{
    /// <summary>The files of all of them.</summary>
    public static IEnumerable<(PackageName Package, ContainerPath? Path)> Of(ImageFiles files)
    {
        foreach (var file in files.All.Where(file => file.Kind == EntryKind.File))
        {
            var names = file.Path.Text.Split('/');
            var at = Array.IndexOf(names, "shared");
            if (
                at >= 0
                && at + 3 < names.Length
                && names[at + 1].StartsWith("Microsoft.", StringComparison.Ordinal)
                && names[at + 1].EndsWith(".App", StringComparison.Ordinal)
                && char.IsAsciiDigit(names[at + 2].FirstOrDefault())
            )
                yield return (new PackageName(PackageKind.Runtime, names[at + 1], names[at + 2]), file.Path);
        }
    }
}
