using System.Globalization;
using Containerize.Diagnostics;
using Containerize.Inspection.Report;
using Containerize.Inspection.Report.Sizes;
using Containerize.IO;
using Spectre.Console;

namespace Containerize.Tool.Output;

/// <summary>
/// What the bytes of an image are made of, as a tree: layers, in them packages and folders, in them files. On a
/// terminal with bars, in its width and colours; elsewhere whole names in lines that other programs read.
/// </summary>
internal sealed class SizeText(Screen screen)
{
    private const int MostParts = 6,
        MostFiles = 3,
        BarWidth = 20;

    // What is smaller is of no interest to somebody who asks where the bytes are.
    private const double SmallestShare = 0.001;

    public void Write(ImageReport report)
    {
        var rows = Rows(SizeTree.Of(report)).ToList();
        screen.Write();
        screen.Heading(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Size ({ByteSize.Text(report.Bytes)} as stored, "
                    + $"{report.Layers.Sum(layer => layer.Files.Length):N0} files)"
            )
        );
        if (screen.OutputIsTerminal)
            WriteTable(rows, report.Bytes);
        else
            foreach (var row in rows)
                screen.Write($"  {ByteSize.Text(row.Bytes), 10}  {Share(row.Bytes, report.Bytes), 7}  {row.Title}");
    }

    private void WriteTable(List<Row> rows, long whole)
    {
        var console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Ansi = AnsiSupport.Yes,
                Interactive = InteractionSupport.No,
                ColorSystem = screen.HasColours ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
                Out = new AnsiConsoleOutput(screen.Output),
            }
        );
        var table = new Table().NoBorder().HideHeaders();
        // A name gives way, in the middle of a narrow terminal too; figures do not.
        table.AddColumn(
            new TableColumn("bar")
            {
                Width = BarWidth,
                NoWrap = true,
                Padding = new Padding(2, 0, 0, 0),
            }
        );
        table.AddColumn(new TableColumn("bytes") { NoWrap = true, Alignment = Justify.Right });
        table.AddColumn(new TableColumn("share") { NoWrap = true, Alignment = Justify.Right });
        table.AddColumn(new TableColumn("name") { NoWrap = true });
        foreach (var row in rows)
            table.AddRow(
                new Text(Bar(row.Bytes, whole), new Style(ColourOf(row.Kind))),
                new Text(ByteSize.Text(row.Bytes)),
                new Text(Share(row.Bytes, whole)),
                new Text(row.Title, row.Depth == 0 ? new Style(decoration: Decoration.Bold) : Style.Plain)
                {
                    Overflow = Overflow.Ellipsis,
                }
            );
        console.Write(table);
    }

    private static IEnumerable<Row> Rows(SizeNode image)
    {
        foreach (var layer in image.Children.Where(layer => layer.Bytes > 0))
        {
            yield return new Row(0, PlainText.Line(layer.Title), layer.Kind, layer.Bytes);
            foreach (var row in Parts(layer, image.Bytes, MostParts, "  "))
                yield return row;
        }
    }

    private static IEnumerable<Row> Parts(SizeNode node, long whole, int most, string indent)
    {
        var shown = node.Children.Take(most).Where(part => part.Bytes >= whole * SmallestShare).ToList();
        for (var i = 0; i < shown.Count; i++)
        {
            var (part, rest) = (shown[i], node.Children.Length - shown.Count);
            var isLast = i == shown.Count - 1 && rest == 0;
            yield return new Row(
                indent.Length / 2,
                PlainText.Line($"{indent[2..]}{(isLast ? "└─ " : "├─ ")}{part.Title}"),
                part.Kind,
                part.Bytes
            );
            // The one file of a folder is what the folder is.
            if (part.Children.Length > 1)
                foreach (var row in Parts(part, whole, MostFiles, indent + (isLast ? "   " : "│  ")))
                    yield return row;
        }

        if (shown.Count > 0 && node.Children.Length > shown.Count)
            yield return new Row(
                indent.Length / 2,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{indent[2..]}└─ {node.Children.Length - shown.Count:N0} smaller ones"
                ),
                node.Kind,
                node.Children.Skip(shown.Count).Sum(part => part.Bytes)
            );
    }

    private static string Bar(long bytes, long whole)
    {
        var eighths = whole == 0 ? 0 : (int)Math.Round(8.0 * BarWidth * bytes / whole);
        return new string('█', eighths / 8) + (eighths % 8 == 0 ? "" : "▏▎▍▌▋▊▉"[eighths % 8 - 1].ToString());
    }

    private static string Share(long bytes, long whole) =>
        string.Create(CultureInfo.InvariantCulture, $"{(whole == 0 ? 0 : 100.0 * bytes / whole):0.0} %");

    // The colours of the page's sorts, from the sixteen that every terminal has.
    private static Color ColourOf(LayerKind kind) =>
        kind switch
        {
            LayerKind.Base => Color.Blue,
            LayerKind.Packages => Color.Teal,
            LayerKind.Runtime => Color.Purple,
            LayerKind.Dependencies => Color.Olive,
            LayerKind.App => Color.Green,
            _ => Color.Silver,
        };

    private sealed record Row(int Depth, string Title, LayerKind Kind, long Bytes);
}
