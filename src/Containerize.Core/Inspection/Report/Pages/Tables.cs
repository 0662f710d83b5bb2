using System.Globalization;
using Containerize.Images;
using Containerize.IO;

namespace Containerize.Inspection.Report.Pages;

/// <summary>The tables of the page. A wide one scrolls by itself, also by keys.</summary>
internal static class Tables
{
    /// <summary>Opens a table and its body.</summary>
    /// <param name="html">The page.</param>
    /// <param name="name">What it lists, for those who hear the page.</param>
    /// <param name="isSortable">Whether the script makes its heads buttons.</param>
    /// <param name="columns">The heads of its columns, and whether each is of numbers.</param>
    public static void Open(
        Html html,
        string name,
        bool isSortable,
        params ReadOnlySpan<(string Title, bool IsNumber)> columns
    )
    {
        html.Open("div", "class", "scroll", "tabindex", "0", "role", "group", "aria-label", name)
            .Open("table", "class", isSortable ? "sortable" : "plain")
            .Open("thead")
            .Open("tr");
        foreach (var (title, isNumber) in columns)
        {
            if (isNumber)
                html.Leaf("th", title, "scope", "col", "class", "number");
            else
                html.Leaf("th", title, "scope", "col");
        }

        html.Close().CloseLine().Open("tbody");
    }

    /// <summary>Closes a table.</summary>
    public static void Close(Html html) => html.Close().Close().CloseLine();

    /// <summary>A cell of bytes, with their number for sorting.</summary>
    public static void Bytes(Html html, long bytes) =>
        html.Leaf(
            "td",
            ByteSize.Text(bytes),
            "class",
            "number",
            "data-value",
            bytes.ToString(CultureInfo.InvariantCulture)
        );

    /// <summary>A cell of a number.</summary>
    public static void Number(Html html, long number) =>
        html.Leaf(
            "td",
            number.ToString("N0", CultureInfo.InvariantCulture),
            "class",
            "number",
            "data-value",
            number.ToString(CultureInfo.InvariantCulture)
        );

    /// <summary>A cell of text to the letter, such as a path or a digest.</summary>
    public static void Code(Html html, string text) => html.Open("td", "class", "long").Leaf("code", text).Close();

    /// <summary>A cell of a short text that stays in one line.</summary>
    public static void Short(Html html, string text) => html.Leaf("td", text, "class", "short");

    /// <summary>A cell of the first letters of a digest; who points at it sees all of it.</summary>
    public static void Short(Html html, Digest digest) =>
        html.Open("td", "class", "short").Leaf("code", digest.Abbreviated, "title", digest.ToString()).Close();

    /// <summary>A cell with a bar of a part of a whole, and how much that is.</summary>
    public static void Share(Html html, long part, long whole, LayerKind kind)
    {
        var share = whole == 0 ? 0 : 100.0 * part / whole;
        var text = share is > 0 and < 0.1 ? "< 0.1 %" : string.Create(CultureInfo.InvariantCulture, $"{share:0.0} %");
        html.Open("td", "class", "share", "data-value", part.ToString(CultureInfo.InvariantCulture))
            .Open(
                "svg",
                "viewBox",
                "0 0 100 10",
                "preserveAspectRatio",
                "none",
                "class",
                "bar " + MapView.KindOf(kind),
                "aria-hidden",
                "true"
            )
            .Empty("rect", "width", share.ToString("0.##", CultureInfo.InvariantCulture), "height", "10")
            .Close()
            .Text(text)
            .Close();
    }

    /// <summary>A word with the colour of a sort of layer.</summary>
    public static void Kind(Html html, LayerKind kind) =>
        html.Open("td").Leaf("span", WordOf(kind), "class", "tag " + MapView.KindOf(kind)).Close();

    /// <summary>What a sort of layer is called.</summary>
    public static string WordOf(LayerKind kind) => kind.ToString().ToLowerInvariant();

    /// <summary>A field that finds rows of the table with this number; the script shows it.</summary>
    public static void Filter(Html html, string id, string label) =>
        html.Open("p", "class", "filter", "hidden", "hidden")
            .Leaf("label", label, "for", id)
            .Empty("input", "type", "search", "id", id, "autocomplete", "off", "spellcheck", "false")
            .Leaf("output", "", "for", id)
            .CloseLine();
}
