using System.Collections.Immutable;

namespace Containerize.Inspection.Report.Pages;

/// <summary>A rectangle of a treemap.</summary>
/// <param name="Index">Which of the weights it stands for.</param>
/// <param name="X">Its left edge.</param>
/// <param name="Y">Its upper edge.</param>
/// <param name="Width">Its width.</param>
/// <param name="Height">Its height.</param>
internal sealed record Cell(int Index, double X, double Y, double Width, double Height);

/// <summary>
/// Divides a rectangle in proportion to weights so that the parts are as near to squares as they can be: the
/// squarified treemaps of Bruls, Huizing and van Wijk (2000). Rows are laid along the shorter side of what is left,
/// and a row ends where one more part would make its worst shape worse.
/// </summary>
internal static class Treemap
{
    /// <summary>The cells of the weights that are larger than zero.</summary>
    /// <param name="weights">The weights, largest first.</param>
    /// <param name="width">The width of the whole.</param>
    /// <param name="height">The height of the whole.</param>
    public static ImmutableArray<Cell> Layout(IReadOnlyList<long> weights, double width, double height)
    {
        var cells = ImmutableArray.CreateBuilder<Cell>();
        var left = weights.Sum(weight => (double)weight);
        var (x, y) = (0.0, 0.0);
        for (var at = 0; at < weights.Count && weights[at] > 0; )
        {
            var scale = width * height / left;
            var count = RowLength(weights, at, Math.Min(width, height), scale);
            var row = 0.0;
            for (var i = at; i < at + count; i++)
                row += weights[i];
            var isColumn = width >= height;
            var thickness = row / left * (isColumn ? width : height);
            var along = 0.0;
            for (var i = at; i < at + count; i++)
            {
                var length = weights[i] / row * (isColumn ? height : width);
                cells.Add(
                    isColumn
                        ? new Cell(i, x, y + along, thickness, length)
                        : new Cell(i, x + along, y, length, thickness)
                );
                along += length;
            }

            if (isColumn)
                (x, width) = (x + thickness, width - thickness);
            else
                (y, height) = (y + thickness, height - thickness);
            left -= row;
            at += count;
        }

        return cells.ToImmutable();
    }

    private static int RowLength(IReadOnlyList<long> weights, int start, double side, double scale)
    {
        var (sum, count, worst) = (0.0, 0, double.PositiveInfinity);
        for (var i = start; i < weights.Count && weights[i] > 0; i++)
        {
            sum += weights[i] * scale;
            var (largest, smallest) = (weights[start] * scale, weights[i] * scale);
            var shape = Math.Max(side * side * largest / (sum * sum), sum * sum / (side * side * smallest));
            if (shape > worst)
                break;
            (worst, count) = (shape, count + 1);
        }

        return Math.Max(1, count);
    }
}
