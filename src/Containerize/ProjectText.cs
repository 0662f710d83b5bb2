using System.Text.RegularExpressions;
using System.Xml;

namespace Containerize.Tasks;

/// <summary>The files of a project as they are written, read without evaluating them.</summary>
/// <param name="folder">The absolute folder of the project.</param>
/// <param name="packageRoot">The absolute folder of unpacked NuGet packages, or empty.</param>
internal sealed partial class ProjectText(string folder, string packageRoot)
{
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);

    /// <summary>
    /// Whether an item of ours has an <c>Include</c> that may become a pattern of files, in these files or in what they
    /// import. What cannot be followed counts as if it had one.
    /// </summary>
    /// <param name="files">Full paths; those that do not exist are left out.</param>
    public bool MayLoseItems(IEnumerable<string> files) => files.Any(MayLoseItems);

    private bool MayLoseItems(string file)
    {
        if (!File.Exists(file) || !_read.Add(file))
            return false;
        try
        {
            var isPackage = packageRoot.Length > 0 && file.StartsWith(packageRoot, StringComparison.Ordinal);
            using var reader = XmlReader.Create(
                file,
                new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore, XmlResolver = null }
            );
            while (reader.Read())
            {
                if (
                    reader.NodeType == XmlNodeType.Element
                    && (
                        MayBeLost(reader)
                        || (
                            reader.LocalName == "Import"
                            && MayImportLoss(reader, Path.GetDirectoryName(file)!, isPackage)
                        )
                    )
                )
                    return true;
            }

            return false;
        }
        catch (Exception exception) when (exception is XmlException or IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }

    private static bool MayBeLost(XmlReader element) =>
        LostItem.Types.Contains(element.LocalName)
        && element.GetAttribute("Include") is { } include
        && include.AsSpan().ContainsAny("*?$@");

    private bool MayImportLoss(XmlReader import, string here, bool isPackage)
    {
        if (import.GetAttribute("Sdk") is not null || import.GetAttribute("Project") is not { Length: > 0 } path)
            return false;
        if (Above().Match(path) is { Success: true } above)
            return FindAbove(here, above.Groups[1].Value) is { } found && MayLoseItems(found);
        path = path.Replace("$(MSBuildThisFileDirectory)", here + "/", StringComparison.OrdinalIgnoreCase)
            .Replace("$(MSBuildProjectDirectory)", folder, StringComparison.OrdinalIgnoreCase)
            .Replace("$(NuGetPackageRoot)", packageRoot, StringComparison.OrdinalIgnoreCase)
            .Replace('\\', '/');
        // A package's own files may be anything; an import of the project's that cannot be followed may hold items.
        return path.AsSpan().ContainsAny('$', '*', '?') ? !isPackage : MayLoseItems(Path.GetFullPath(path, here));
    }

    private static string? FindAbove(string here, string name)
    {
        for (var above = Path.GetDirectoryName(here); above is not null; above = Path.GetDirectoryName(above))
        {
            if (Path.Combine(above, name) is var path && File.Exists(path))
                return path;
        }

        return null;
    }

    [GeneratedRegex(
        @"^\$\(\[MSBuild\]::GetPathOfFileAbove\('?([^',()]+)'?.*\)\)\z",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex Above();
}
