using System.Globalization;
using System.Text;
using Spectre.Console;

namespace Containerize.Tool.Output;

/// <summary>
/// One line of progress at the foot of a terminal. It is always narrower than the terminal: a line that wraps takes two
/// rows, the display clears only one of them, and the rest stays on the screen.
/// </summary>
/// <param name="Title">What goes on, on one line.</param>
/// <param name="Elapsed">How long it has gone on.</param>
/// <param name="Share">How much is done, from 0 to 1; null where no size is known.</param>
/// <param name="Detail">How many bytes of how many, or the last line that a command wrote; may be empty.</param>
internal sealed record ProgressRow(string Title, TimeSpan Elapsed, double? Share, string Detail)
{
    private const int BarWidth = 20;
    private const int WidestTitle = 60;
    private const int NarrowestTerminal = 60;
    private const char Cut = '…';

    /// <summary>The line as text.</summary>
    /// <param name="spinner">The sign that shows that it goes on, one cell wide.</param>
    /// <param name="width">The terminal's width in cells.</param>
    /// <returns>At most <paramref name="width"/> - 1 cells.</returns>
    public string Text(string spinner, int width)
    {
        var room = width - 1;
        var right = new StringBuilder();
        if (Share is { } share && width >= NarrowestTerminal)
            right.Append(' ').Append(Bar(share));
        right.Append(' ').Append(Seconds(Elapsed));
        var fixedRight = right.ToString();
        var left = $"{spinner} ";
        var titleRoom = Math.Max(0, room - Cells(left) - Cells(fixedRight));
        // The title keeps at least half of the line; what a command writes gets what is left.
        var title = Fit(
            Clean(Title),
            Math.Min(
                titleRoom,
                Detail.Length > 0
                    ? Math.Max(titleRoom / 2, Math.Min(WidestTitle, titleRoom - Cells(Detail) - 1))
                    : titleRoom
            )
        );
        var detailRoom = titleRoom - Cells(title) - 1;
        var detail = detailRoom > 1 && Detail.Length > 0 ? " " + Fit(Clean(Detail), detailRoom) : "";
        return Fit(left + title + fixedRight + detail, room);
    }

    private static string Bar(double share)
    {
        var done = (int)(Math.Clamp(share, 0, 1) * BarWidth);
        return new string('━', done) + new string('╌', BarWidth - done);
    }

    private static string Seconds(TimeSpan elapsed) =>
        elapsed.TotalMinutes < 1
            ? string.Create(CultureInfo.InvariantCulture, $"{elapsed.TotalSeconds:0.0}s")
            : string.Create(CultureInfo.InvariantCulture, $"{(int)elapsed.TotalMinutes}m{elapsed.Seconds:00}s");

    // A control character in a command's output would move the cursor.
    private static string Clean(string text) =>
        string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter));

    private static string Fit(string text, int cells)
    {
        if (cells <= 0)
            return "";
        if (Cells(text) <= cells)
            return text;
        var kept = new StringBuilder();
        var used = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            var wide = Cells(rune.ToString());
            if (used + wide > cells - 1)
                break;
            kept.Append(rune);
            used += wide;
        }

        return kept.Append(Cut).ToString();
    }

    private static int Cells(string text) => text.GetCellWidth();
}
