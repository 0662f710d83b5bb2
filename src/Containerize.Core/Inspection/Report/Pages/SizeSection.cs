using System.Globalization;
using Containerize.Inspection.Report.Sizes;
using Containerize.IO;

namespace Containerize.Inspection.Report.Pages;

/// <summary>
/// The treemap with all its levels. The whole image comes last, so that a rule of the style can hide it behind a level
/// that is open.
/// </summary>
internal static class SizeSection
{
    public static void Write(Html html, ImageReport report)
    {
        var tree = SizeTree.Of(report);
        var hidden = report
            .Layers.SelectMany(layer => layer.Files)
            .Where(file => file.IsHidden)
            .Sum(file => file.Bytes);
        html.Leaf(
            "p",
            "Area is compressed bytes. A cell opens what is in it; the browser's Back or the Escape key goes back."
                + (
                    hidden == 0
                        ? ""
                        : $" {ByteSize.Text(hidden)} lie in files that a higher layer replaces or removes, and "
                            + "no container sees."
                )
        );
        Legend(html, report);
        html.Open("div", "class", "maps");
        foreach (var layer in tree.Children)
        {
            foreach (var group in layer.Children.Where(group => group.Id is not null))
                WriteGroup(html, group, layer);
            WriteLayer(html, layer);
        }

        OpenView(html, tree, null, "The whole image");
        MapView.Write(html, tree);
        html.CloseLine().CloseLine();
    }

    private static void Legend(Html html, ImageReport report)
    {
        html.Open("ul", "class", "legend");
        var packages = report
            .Packages.Where(package => package.Files > 0)
            .Select(package => PackageOrigins.KindOf(package.Package.Kind));
        foreach (var kind in report.Layers.Select(layer => layer.Kind).Concat(packages).Distinct().Order())
            html.Open("li").Leaf("span", Tables.WordOf(kind), "class", "tag " + MapView.KindOf(kind)).Close();
        html.CloseLine();
    }

    private static void WriteLayer(Html html, SizeNode layer)
    {
        OpenView(html, layer, "map", $"Layer {layer.Title}");
        html.Open("p", "class", "crumbs")
            .Leaf("a", "The whole image", "href", "#map")
            .Text(" / ")
            .Text(layer.Title)
            .CloseLine();
        MapView.Write(html, layer);
        Tables.Open(
            html,
            $"Parts of layer {layer.Title}",
            true,
            ("Package or folder", false),
            ("Share", true),
            ("Compressed", true),
            ("Uncompressed", true),
            ("Files", true)
        );
        foreach (var group in layer.Children)
        {
            html.Open("tr").Open("td");
            if (group.Id is { } id)
                html.Leaf("a", MapView.Shorten(group.Title, 200), "href", "#" + id);
            else
                html.Text(group.Title);
            html.Close();
            Tables.Share(html, group.Bytes, layer.Bytes, group.Kind);
            Tables.Bytes(html, group.Bytes);
            Tables.Bytes(html, group.Size);
            Tables.Number(html, group.Files);
            html.CloseLine();
        }

        Tables.Close(html);
        html.CloseLine();
    }

    private static void WriteGroup(Html html, SizeNode group, SizeNode layer)
    {
        OpenView(html, group, layer.Id, MapView.Shorten(group.Title, 200));
        html.Open("p", "class", "crumbs")
            .Leaf("a", "The whole image", "href", "#map")
            .Text(" / ")
            .Leaf("a", layer.Title, "href", "#" + layer.Id)
            .Text(" / ")
            .Text(MapView.Shorten(group.Title, 200))
            .CloseLine();
        if (group.Children.Length > 1)
            MapView.Write(html, group);
        Tables.Open(
            html,
            $"Files of {MapView.Shorten(group.Title, 60)}",
            true,
            ("File", false),
            ("Compressed", true),
            ("Uncompressed", true)
        );
        foreach (var file in group.Children)
        {
            html.Open("tr").Open("td").Leaf("code", file.Title);
            if (file.IsHidden)
                html.Text(" ").Leaf("span", "hidden", "class", "mark");
            html.Close();
            // Few letters: a page may have thousands of these rows.
            html.Leaf("td", ByteSize.Text(file.Bytes), "data-value", Text(file.Bytes))
                .Leaf("td", ByteSize.Text(file.Size), "data-value", Text(file.Size))
                .CloseLine();
        }

        Tables.Close(html);
        html.CloseLine();
    }

    private static void OpenView(Html html, SizeNode node, string? up, string title)
    {
        if (up is null)
            html.Open("div", "class", "map whole", "id", node.Id!);
        else
            html.Open("div", "class", "map", "id", node.Id!, "data-up", up);
        html.Leaf("h3", title, "tabindex", "-1")
            .Leaf(
                "p",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{ByteSize.Text(node.Bytes)} compressed, {ByteSize.Text(node.Size)} uncompressed, "
                        + $"{node.Files:N0} {(node.Files == 1 ? "file" : "files")}"
                ),
                "class",
                "sum"
            );
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
