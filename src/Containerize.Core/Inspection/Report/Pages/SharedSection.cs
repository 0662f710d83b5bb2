using System.Globalization;
using Containerize.IO;

namespace Containerize.Inspection.Report.Pages;

/// <summary>Which layers several images share, and what that saves.</summary>
internal static class SharedSection
{
    public static void Write(Html html, ImageReport report)
    {
        var shared = report.Shared!;
        html.Leaf(
            "p",
            string.Create(
                CultureInfo.InvariantCulture,
                $"{shared.Images.Length} images of {ByteSize.Text(shared.ApartBytes)} are stored in "
                    + $"{ByteSize.Text(shared.TogetherBytes)}: sharing saves {ByteSize.Text(shared.SavedBytes)}."
            )
        );
        html.Open("div", "class", "scroll", "tabindex", "0", "role", "group", "aria-label", "Shared layers")
            .Open("table", "class", "matrix")
            .Open("thead")
            .Open("tr")
            .Leaf("th", "Layer", "scope", "col")
            .Leaf("th", "Compressed", "scope", "col", "class", "number");
        foreach (var image in shared.Images)
            html.Open("th", "scope", "col").Leaf("code", image.Name).Close();
        html.Close().CloseLine().Open("tbody");
        foreach (var layer in shared.Layers)
        {
            html.Open("tr")
                .Open("th", "scope", "row")
                .Text(layer.Name)
                .Text(" ")
                .Leaf("code", layer.Digest.Abbreviated)
                .Close();
            Tables.Bytes(html, layer.Bytes);
            foreach (var isIn in layer.IsIn)
                html.Leaf("td", isIn ? "yes" : "–", "class", isIn ? "in" : "out");
            html.CloseLine();
        }

        html.Close().Open("tfoot").Open("tr").Leaf("th", "All layers", "scope", "row");
        Tables.Bytes(html, shared.TogetherBytes);
        foreach (var image in shared.Images)
            html.Leaf("td", ByteSize.Text(image.Bytes));
        html.Close();
        Tables.Close(html);
    }
}
