using System.Text;
using System.Text.RegularExpressions;
using Containerize.Inspection.Report.Pages;
using Containerize.Inspection.Report.Sizes;
using static Containerize.Core.Tests.FileSystems.TestTar;

namespace Containerize.Core.Tests.Inspection.Report;

/// <summary>How much a page holds, and how its trees and treemaps add up.</summary>
public sealed partial class PageSizeTests
{
    [Fact]
    public async Task Ten_thousand_files_fit_in_three_megabytes_and_each_is_there_once()
    {
        var entries = Enumerable
            .Range(0, 10_000)
            .Select(i =>
                File(
                    $"usr/share/some-package-{i % 300}/a-folder/of-it/file-number-{i}.txt",
                    $"{i}{new string('x', i % 97)}"
                )
            )
            .ToArray();
        var text = Page.Of(await ReportTest.ReportAsync(ReportTest.Of(entries[..6000], entries[6000..])));
        Assert.InRange(Encoding.UTF8.GetByteCount(text), 500_000, 3_000_000);
        var files = FileRow().Matches(text).Select(match => match.Groups[1].Value).ToList();
        Assert.Equal(
            entries.Select(entry => "/" + entry.Name).Order(StringComparer.Ordinal),
            files.Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task An_image_of_more_files_than_a_page_can_have_says_how_many_are_left_out()
    {
        var entries = Enumerable
            .Range(0, SizeTree.MostFiles + 500)
            .Select(i => File($"d/{i}", i < 500 ? "" : "1"))
            .ToArray();
        var report = await ReportTest.ReportAsync(ReportTest.Of(entries));
        var page = Page.Of(report);
        Assert.Contains("500 smaller files, which --json lists", page, StringComparison.Ordinal);
        Assert.Equal(SizeTree.MostFiles, FileRow().Count(page));
        Assert.Equal(report.Bytes, SizeTree.Of(report).Children.Sum(layer => layer.Children.Sum(part => part.Bytes)));
    }

    [Fact]
    public async Task The_tree_of_sizes_adds_up_on_every_level()
    {
        var report = await ReportTest.ReportAsync(
            ReportTest.Of(
                [File("usr/lib/a", new string('a', 5000)), File("usr/lib/x/b", "12345"), File("init", "1")],
                [Folder("only")],
                [File("app/c", "123")]
            )
        );
        var tree = SizeTree.Of(report);
        Assert.Equal(report.Bytes, tree.Bytes);
        Check(tree);

        static void Check(SizeNode node)
        {
            if (node.Children.IsEmpty)
                return;
            Assert.Equal(node.Bytes, node.Children.Sum(child => child.Bytes));
            foreach (var child in node.Children)
                Check(child);
        }
    }

    [Theory]
    [InlineData(100L)]
    [InlineData(6L, 6L, 4L, 3L, 2L, 2L, 1L)]
    [InlineData(1_000_000_000L, 5L, 1L, 1L, 0L)]
    public void The_areas_of_a_treemap_are_in_proportion_and_fill_it(params long[] weights)
    {
        var cells = Treemap.Layout(weights, 900, 400);
        Assert.Equal(weights.Count(weight => weight > 0), cells.Length);
        Assert.All(
            cells,
            cell => Assert.Equal(weights[cell.Index] / (double)weights.Sum(), cell.Width * cell.Height / (900 * 400), 9)
        );
        Assert.All(
            cells,
            cell =>
                Assert.True(
                    cell.X >= 0 && cell.Y >= 0 && cell.X + cell.Width < 900.001 && cell.Y + cell.Height < 400.001
                )
        );
        Assert.All(
            cells.SelectMany(cell => cells.Where(other => other.Index > cell.Index).Select(other => (cell, other))),
            pair =>
                Assert.False(
                    pair.cell.X + pair.cell.Width > pair.other.X + 1e-6
                        && pair.other.X + pair.other.Width > pair.cell.X + 1e-6
                        && pair.cell.Y + pair.cell.Height > pair.other.Y + 1e-6
                        && pair.other.Y + pair.other.Height > pair.cell.Y + 1e-6
                )
        );
    }

    [GeneratedRegex("<tr><td><code>(/[^<]*)</code>")]
    private static partial Regex FileRow();
}
