namespace Containerize.Inspection.Report.Pages;

/// <summary>The table of layers, lowest first.</summary>
internal static class LayersSection
{
    private const int LongestInstruction = 160;

    public static void Write(Html html, ImageReport report)
    {
        html.Leaf(
            "p",
            "From the lowest to the highest. The compressed size is what a registry stores and a node pulls."
        );
        var shared =
            report
                .Shared?.Layers.Where(layer => layer.IsIn.Count(isIn => isIn) > 1)
                .Select(layer => layer.Digest)
                .ToHashSet()
            ?? [];
        // Only the page of a publish knows what became of layers.
        var hasFates = report.Layers.Any(layer => layer.Fate is not null);
        Tables.Open(
            html,
            "Layers",
            true,
            [
                ("#", true),
                ("Layer", false),
                ("Kind", false),
                .. hasFates ? new[] { ("Last run", false) } : [],
                ("Share", true),
                ("Compressed", true),
                ("Uncompressed", true),
                ("Files", true),
                ("Made by", false),
                ("Digest", false),
            ]
        );
        foreach (var layer in report.Layers)
        {
            html.Open("tr");
            Tables.Number(html, layer.Index);
            html.Open("td", "class", "short").Leaf("a", layer.Name, "href", $"#layer-{layer.Index}");
            if (report.Comparison?.AddedLayers.Contains(layer.Index) == true)
                html.Text(" ").Leaf("span", "new", "class", "mark");
            if (shared.Contains(layer.Digest))
                html.Text(" ").Leaf("span", "shared", "class", "mark");
            html.Close();
            Tables.Kind(html, layer.Kind);
            if (hasFates)
                Tables.Short(html, layer.Fate ?? "–");
            Tables.Share(html, layer.Bytes, report.Bytes, layer.Kind);
            Tables.Bytes(html, layer.Bytes);
            Tables.Bytes(html, layer.Size);
            Tables.Number(html, layer.Files.Length);
            html.Open("td", "class", "instruction")
                .Leaf("code", MapView.Shorten(layer.CreatedBy ?? "", LongestInstruction))
                .Close();
            Tables.Short(html, layer.Digest);
            html.CloseLine();
        }

        Tables.Close(html);
    }
}
