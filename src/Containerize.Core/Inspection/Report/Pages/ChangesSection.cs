using System.Globalization;
using Containerize.Images;
using Containerize.IO;

namespace Containerize.Inspection.Report.Pages;

/// <summary>How the image differs from the one that it was compared with.</summary>
internal static class ChangesSection
{
    // The JSON has all.
    private const int MostRows = 2_000;

    public static void Write(Html html, ImageReport report)
    {
        var comparison = report.Comparison!;
        html.Leaf("p", comparison.Reason, "class", "reason");
        html.Open("p")
            .Text("Compared with ")
            .Leaf("code", comparison.Name)
            .Text(" (")
            .Leaf("code", comparison.ManifestDigest.ToString())
            .Text("). ")
            .Text($"A node that has it pulls {ByteSize.Text(comparison.PulledBytes)} of {ByteSize.Text(report.Bytes)}.")
            .CloseLine();
        Layers(html, report, comparison);
        Packages(html, comparison);
        Files(html, comparison);
        Members(html, comparison);
    }

    private static void Layers(Html html, ImageReport report, ReportComparison comparison)
    {
        if (comparison.AddedLayers.IsEmpty && comparison.RemovedLayers.IsEmpty)
            return;
        html.Leaf("h3", "Layers");
        Tables.Open(
            html,
            "Changed layers",
            true,
            ("Change", false),
            ("Layer", false),
            ("Compressed", true),
            ("Digest", false)
        );
        foreach (var layer in comparison.AddedLayers.Select(index => report.Layers[index]))
            Row(ChangeKind.Added, layer.Name, layer.Bytes, layer.Digest);
        foreach (var layer in comparison.RemovedLayers)
            Row(ChangeKind.Removed, layer.Name, layer.Bytes, layer.Digest);
        Tables.Close(html);

        void Row(ChangeKind change, string name, long bytes, Digest digest)
        {
            html.Open("tr");
            Change(html, change);
            html.Leaf("td", name);
            Tables.Bytes(html, bytes);
            Tables.Short(html, digest);
            html.CloseLine();
        }
    }

    private static void Packages(Html html, ReportComparison comparison)
    {
        if (comparison.Packages.IsEmpty)
            return;
        html.Leaf("h3", "Packages");
        Tables.Open(
            html,
            "Changed packages",
            true,
            ("Change", false),
            ("Package", false),
            ("Before", false),
            ("After", false),
            ("Compressed", true)
        );
        foreach (var package in comparison.Packages)
        {
            html.Open("tr");
            Change(html, package.Change);
            html.Leaf("td", package.Name);
            Tables.Short(html, package.Before ?? "–");
            Tables.Short(html, package.After ?? "–");
            Tables.Bytes(html, package.Bytes);
            html.CloseLine();
        }

        Tables.Close(html);
    }

    private static void Files(Html html, ReportComparison comparison)
    {
        if (comparison.Files.IsEmpty)
            return;
        html.Leaf("h3", "Files");
        html.Leaf(
            "p",
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Of(ChangeKind.Added):N0} added, {Of(ChangeKind.Removed):N0} removed, "
                    + $"{Of(ChangeKind.Changed):N0} changed, folders and links among them."
            )
                + (
                    comparison.Files.Length > MostRows
                        ? string.Create(
                            CultureInfo.InvariantCulture,
                            $" These are the first {MostRows:N0}; --json lists all."
                        )
                        : ""
                )
        );
        Tables.Filter(html, "file-filter", "Find a file");
        Tables.Open(
            html,
            "Changed files",
            true,
            ("Change", false),
            ("Path", false),
            ("What", false),
            ("Before", true),
            ("After", true),
            ("Layer", false)
        );
        foreach (var file in comparison.Files.Take(MostRows))
        {
            html.Open("tr");
            Change(html, file.Change);
            Tables.Code(html, file.Path);
            html.Leaf("td", string.Join(", ", file.Aspects.Select(aspect => aspect.ToString().ToLowerInvariant())));
            Size(html, file.SizeBefore);
            Size(html, file.SizeAfter);
            html.Leaf("td", file.Layer).CloseLine();
        }

        Tables.Close(html);

        int Of(ChangeKind kind) => comparison.Files.Count(file => file.Change == kind);
    }

    private static void Members(Html html, ReportComparison comparison)
    {
        if (comparison.Members.IsEmpty)
            return;
        html.Leaf("h3", "Manifest and config");
        Tables.Open(html, "Changed members", false, ("Member", false), ("Before", false), ("After", false));
        foreach (var member in comparison.Members.Take(MostRows))
        {
            html.Open("tr");
            Tables.Code(html, member.Name);
            Tables.Code(html, member.A ?? "–");
            Tables.Code(html, member.B ?? "–");
            html.CloseLine();
        }

        Tables.Close(html);
    }

    private static void Size(Html html, long? size)
    {
        if (size is { } bytes)
            Tables.Bytes(html, bytes);
        else
            html.Leaf("td", "–", "class", "number", "data-value", "-1");
    }

    private static void Change(Html html, ChangeKind change)
    {
        var word = change.ToString().ToLowerInvariant();
        html.Open("td").Leaf("span", word, "class", "change " + word).Close();
    }
}
