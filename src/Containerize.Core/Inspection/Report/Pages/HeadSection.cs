using System.Collections.Immutable;
using System.Globalization;
using Containerize.IO;

namespace Containerize.Inspection.Report.Pages;

/// <summary>The head of the page: which image it is, and the way to the sections.</summary>
internal static class HeadSection
{
    public static void Write(Html html, ImageReport report, ImmutableArray<(string Id, string Title)> sections)
    {
        html.Open("header").Leaf("p", "Container image", "class", "kind").Leaf("h1", report.Name);
        html.Open("dl", "class", "figures");
        Figure(html, "Size, compressed", ByteSize.Text(report.Bytes));
        Figure(html, "Layers", Number(report.Layers.Length));
        Figure(html, "Files", Number(report.Layers.Sum(layer => layer.Files.Length)));
        Figure(html, "Packages", Number(report.Packages.Length));
        if (report.Comparison is { } comparison)
            Figure(html, "Pulled again", ByteSize.Text(comparison.PulledBytes));
        html.CloseLine();
        html.Open("dl", "class", "facts");
        Fact(html, "Digest", report.Digest.ToString());
        if (report.Digest != report.ManifestDigest)
            Fact(html, "Manifest", report.ManifestDigest.ToString());
        Fact(html, "Image id", report.ImageId.ToString());
        Fact(html, "Platform", report.Platform.ToString());
        if (report.Created is { } created)
            Time(html, "Created", created);
        if (report.Base is { } from)
        {
            if (from.Name is { } name)
                Fact(html, "Base", name);
            if (from.Digest is { } digest)
                Fact(html, "Base digest", digest);
            if (from.Created is { } made)
                Time(html, "Base made", made);
        }

        html.CloseLine();
        if (report.Platforms.Length > 1)
            Platforms(html, report);
        html.CloseLine();
        html.Open("nav", "aria-label", "Sections").Open("ul");
        foreach (var (id, title) in sections)
            html.Open("li").Leaf("a", title, "href", "#" + id).Close();
        html.Close().CloseLine();
    }

    private static void Platforms(Html html, ImageReport report)
    {
        html.Open("details")
            .Leaf(
                "summary",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{report.Platforms.Length} platforms; this page shows {report.Platform}"
                )
            );
        Tables.Open(
            html,
            "Platforms",
            isSortable: false,
            ("Platform", false),
            ("Manifest", false),
            ("Compressed", true)
        );
        foreach (var platform in report.Platforms)
        {
            html.Open("tr").Leaf("td", platform.Platform.ToString());
            Tables.Code(html, platform.Digest.ToString());
            Tables.Bytes(html, platform.Bytes);
            html.CloseLine();
        }

        Tables.Close(html);
        html.Close();
    }

    private static void Figure(Html html, string name, string value) =>
        html.Open("div").Leaf("dt", name).Leaf("dd", value).Close();

    private static void Fact(Html html, string name, string value) =>
        html.Open("div").Leaf("dt", name).Open("dd").Leaf("code", value).Close().Close();

    // The page has no clock: its script adds how long ago that is when somebody reads it.
    private static void Time(Html html, string name, string time) =>
        html.Open("div").Leaf("dt", name).Open("dd").Leaf("time", time, "datetime", time).Close().Close();

    private static string Number(int value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
