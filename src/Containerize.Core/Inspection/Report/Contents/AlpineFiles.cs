using Containerize.Diagnostics;
using Containerize.Entries;

namespace Containerize.Inspection.Report.Contents;

/// <summary>
/// The packages of Alpine that an image has, and their files: paragraphs of lines with a letter and a colon, <c>P</c>
/// for the name, <c>V</c> for the version, <c>F</c> for a folder and <c>R</c> for a file in it (apk(5)).
/// </summary>
internal static class AlpineFiles
{
    /// <summary>Where apk keeps its records.</summary>
    public static ContainerPath Database { get; } = ContainerPath.Parse("/lib/apk/db/installed");

    /// <summary>The packages of the records; a malformed line is passed over.</summary>
    public static IEnumerable<(PackageName Package, ContainerPath? Path)> Of(string text)
    {
        var (name, version, folder) = ("", "", ContainerPath.Root);
        PackageName? package = null;
        foreach (var line in text.Split('\n'))
        {
            if (line.Length == 0)
                (name, version, folder, package) = ("", "", ContainerPath.Root, null);
            if (line.Length < 2 || line[1] != ':')
                continue;
            var value = line[2..];
            if (line[0] == 'P')
                name = value;
            else if (line[0] == 'V')
                version = value;
            else if (line[0] == 'F')
                folder = Combine(ContainerPath.Root, value) ?? ContainerPath.Root;
            if (package is null && name.Length > 0 && version.Length > 0)
                yield return (package = new PackageName(PackageKind.Alpine, name, version), null);
            if (line[0] == 'R' && package is not null && Combine(folder, value) is { } path)
                yield return (package, path);
        }
    }

    private static ContainerPath? Combine(ContainerPath folder, string relative)
    {
        try
        {
            return folder.Combine(relative);
        }
        catch (ContainerizeException)
        {
            return null;
        }
    }
}
