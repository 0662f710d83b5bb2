using System.Globalization;
using Containerize.Inspection.Report.Sizes;
using Containerize.IO;

namespace Containerize.Inspection.Report.Pages;

/// <summary>
/// One level of the treemap. A cell is a link to the view of its part, which the page shows as the target of the
/// address: so the map works without a script, and the browser's own keys go back.
/// </summary>
internal static class MapView
{
    // In the units of the drawing, of which a page has at least 0.8 CSS pixels each.
    private const double Width = 900;
    private const double Height = 400;
    private const double Letter = 7.4;
    private const double SmallestLink = 32;
    private const int MostCells = 160;

    /// <summary>Draws a part and the parts of it.</summary>
    public static void Write(Html html, SizeNode node)
    {
        var shown = node.Children.Where(child => child.Bytes > 0).OrderByDescending(child => child.Bytes).ToList();
        if (shown.Count == 0)
            return;
        if (shown.Count > MostCells)
            shown = [.. shown.Take(MostCells - 1), Rest(node, [.. shown.Skip(MostCells - 1)])];
        shown = [.. shown.OrderByDescending(child => child.Bytes)];
        html.Open(
                "div",
                "class",
                "scroll",
                "tabindex",
                "0",
                "role",
                "group",
                "aria-label",
                $"Treemap of {Shorten(node.Title, 60)}"
            )
            .Open("svg", "viewBox", $"0 0 {Number(Width)} {Number(Height)}", "class", "treemap");
        foreach (var cell in Treemap.Layout([.. shown.Select(child => child.Bytes)], Width, Height))
            Write(html, shown[cell.Index], cell);
        html.Close().CloseLine();
    }

    /// <summary>A text of at most so many letters, with its middle left out.</summary>
    public static string Shorten(string text, int letters)
    {
        if (text.Length <= letters)
            return text;
        var half = (letters - 1) / 2;
        return $"{text[..half]}…{text[^half..]}";
    }

    private static SizeNode Rest(SizeNode node, IReadOnlyList<SizeNode> rest) =>
        new(
            null,
            string.Create(CultureInfo.InvariantCulture, $"{rest.Count} smaller ones"),
            node.Kind == LayerKind.Other ? rest[0].Kind : node.Kind,
            rest.Sum(child => child.Bytes),
            rest.Sum(child => child.Size),
            rest.Sum(child => child.Files),
            []
        );

    private static void Write(Html html, SizeNode node, Cell cell)
    {
        var isLink = node.Id is not null && cell.Width >= SmallestLink && cell.Height >= SmallestLink;
        var label = $"{Shorten(node.Title, 120)}, {ByteSize.Text(node.Bytes)}";
        var letters = cell.Height < 24 ? 0 : (int)((cell.Width - 14) / Letter);
        // What a link shows is its name; one that shows nothing needs another.
        if (isLink && letters >= 4)
            html.Open("a", "href", "#" + node.Id, "class", ClassOf(node));
        else if (isLink)
            html.Open("a", "href", "#" + node.Id, "class", ClassOf(node), "aria-label", label);
        else
            html.Open("g", "class", ClassOf(node));
        html.Open(
                "rect",
                "x",
                Number(cell.X),
                "y",
                Number(cell.Y),
                "width",
                Number(cell.Width),
                "height",
                Number(cell.Height)
            )
            .Leaf("title", label)
            .Close();
        if (letters >= 4)
        {
            html.Leaf("text", Shorten(LastName(node), letters), "x", Number(cell.X + 8), "y", Number(cell.Y + 19))
                .Text(" ");
            if (letters >= 9 && cell.Height >= 44)
                html.Leaf(
                    "text",
                    ByteSize.Text(node.Bytes),
                    "x",
                    Number(cell.X + 8),
                    "y",
                    Number(cell.Y + 36),
                    "class",
                    "bytes"
                );
        }

        html.CloseLine();
    }

    private static string ClassOf(SizeNode node) =>
        node.IsHidden ? $"cell {KindOf(node.Kind)} hidden" : $"cell {KindOf(node.Kind)}";

    /// <summary>The class of a sort of layer in the style.</summary>
    public static string KindOf(LayerKind kind) => "k-" + kind.ToString().ToLowerInvariant();

    // Paths differ most at their ends.
    private static string LastName(SizeNode node) =>
        node.Id is null && node.Title.StartsWith('/') ? node.Title[(node.Title.LastIndexOf('/') + 1)..] : node.Title;

    private static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}
