using Containerize.Attestations.Licenses;
using Containerize.Diagnostics;
using Containerize.Entries;
using Containerize.FileSystems;

namespace Containerize.Inspection.Report.Contents;

/// <summary>
/// The licences of the system's packages as the image itself names them: Debian's files <c>copyright</c> that programs
/// can read, and the lines <c>L</c> of apk's records.
/// </summary>
/// <param name="texts">The records by their paths.</param>
/// <param name="files">The files of the image.</param>
internal sealed class RecordedLicenses(Dictionary<ContainerPath, string> texts, ImageFiles files)
{
    private static readonly ContainerPath Documents = ContainerPath.Parse("/usr/share/doc");

    private readonly Dictionary<(string, string), string> _alpine = OfAlpine(
        texts.GetValueOrDefault(AlpineFiles.Database) ?? ""
    );

    /// <summary>Whether it is a file that names a licence.</summary>
    public static bool IsRecord(ContainerPath path) => path.Name == "copyright" && path.Parent?.Parent == Documents;

    /// <summary>The licence of a package; null where no record names one.</summary>
    public string? Of(PackageName package) =>
        package.Kind switch
        {
            PackageKind.Debian => OfDebian(package.Name),
            PackageKind.Alpine => _alpine.GetValueOrDefault((package.Name, package.Version)),
            _ => null,
        };

    // The folder of a package's documents may be a link to that of another package.
    private string? OfDebian(string name)
    {
        try
        {
            var path = files.Follow(Documents.Combine($"{name}/copyright"));
            return texts.TryGetValue(path, out var text) ? DebianCopyright.Parse(text) : null;
        }
        catch (ContainerizeException)
        {
            return null;
        }
    }

    private static Dictionary<(string Name, string Version), string> OfAlpine(string database)
    {
        var licenses = new Dictionary<(string, string), string>();
        var (name, version, license) = ("", "", "");
        foreach (var line in database.Split('\n').Append(""))
        {
            if (line.Length == 0)
            {
                if (license.Length > 0)
                    licenses[(name, version)] = license;
                (name, version, license) = ("", "", "");
            }
            else if (line.StartsWith("P:", StringComparison.Ordinal))
                name = line[2..];
            else if (line.StartsWith("V:", StringComparison.Ordinal))
                version = line[2..];
            else if (line.StartsWith("L:", StringComparison.Ordinal))
                license = line[2..].Trim();
        }

        return licenses;
    }
}
