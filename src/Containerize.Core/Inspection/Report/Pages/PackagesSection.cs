using Containerize.Inspection.Report.Sizes;

namespace Containerize.Inspection.Report.Pages;

/// <summary>The table of packages, largest first.</summary>
internal static class PackagesSection
{
    public static void Write(Html html, ImageReport report)
    {
        if (report.Packages.IsEmpty)
        {
            html.Leaf(
                "p",
                "The image says of no package that it is in it: there is no .deps.json, and no record of dpkg or apk."
            );
            return;
        }

        html.Leaf(
            "p",
            "As the image's own records name them. Bytes are 0 where the image does not say which files are a "
                + "package's, or brings none of them. Licences are those of the system's own records and of an SBOM "
                + "of the image; – stands where neither names one."
        );
        Tables.Filter(html, "package-filter", "Find a package");
        Tables.Open(
            html,
            "Packages",
            true,
            ("Package", false),
            ("Version", false),
            ("Of", false),
            ("Licence", false),
            ("Share", true),
            ("Compressed", true),
            ("Uncompressed", true),
            ("Files", true),
            ("Layers", false)
        );
        foreach (var package in report.Packages.OrderByDescending(package => package.Bytes))
        {
            html.Open("tr").Leaf("td", package.Package.Name);
            Tables.Short(html, package.Package.Version);
            Tables.Short(html, PackageOrigins.NameOf(package.Package.Kind));
            html.Leaf("td", package.License ?? "–");
            Tables.Share(html, package.Bytes, report.Bytes, PackageOrigins.KindOf(package.Package.Kind));
            Tables.Bytes(html, package.Bytes);
            Tables.Bytes(html, package.Size);
            Tables.Number(html, package.Files);
            html.Leaf("td", string.Join(", ", package.Layers.Select(layer => report.Layers[layer].Name))).CloseLine();
        }

        Tables.Close(html);
    }
}
