using Containerize.Tool.Output;
using Spectre.Console;

namespace Containerize.Tool.Tests;

/// <summary>A row of progress never reaches the terminal's last column, whatever is in it.</summary>
public sealed class ProgressRowTests
{
    private static readonly string Long = string.Concat(Enumerable.Repeat("apt-get install --yes something && ", 20));

    public static TheoryData<int, string, string, double?> Rows
    {
        get
        {
            var rows = new TheoryData<int, string, string, double?>();
            foreach (var width in new[] { 1, 5, 20, 40, 59, 60, 70, 80, 81, 100, 120, 200 })
            {
                foreach (
                    var (title, detail) in new[]
                    {
                        ("RUN x", ""),
                        (Long, ""),
                        ("RUN x", Long),
                        (Long, Long),
                        ("文字文字文字" + Long, "文字" + Long),
                        ("a\tb\e[2Jc", "\r\n\u0007"),
                    }
                )
                {
                    rows.Add(width, title, detail, null);
                    rows.Add(width, title, detail, 0.5);
                }
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_row_is_narrower_than_the_terminal(int width, string title, string detail, double? share)
    {
        var text = new ProgressRow(title, TimeSpan.FromSeconds(754.3), share, detail).Text("⠋", width);
        Assert.True(text.GetCellWidth() < Math.Max(width, 1), $"{text.GetCellWidth()} cells of {width}: {text}");
        Assert.DoesNotContain(text, char.IsControl);
    }

    [Fact]
    public void Time_title_and_detail_have_a_place_in_80_columns()
    {
        var text = new ProgressRow(
            "[linux/amd64 build 3/5] RUN " + Long,
            TimeSpan.FromSeconds(12.34),
            null,
            "Unpacking libc6 " + Long
        ).Text("⠋", 80);
        Assert.StartsWith(
            "⠋ [linux/amd64 build 3/5] RUN apt-ge… 12.3s Unpacking libc6",
            text,
            StringComparison.Ordinal
        );
        Assert.EndsWith("…", text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_has_a_size_has_a_bar_and_what_takes_minutes_says_so() =>
        Assert.Equal(
            "⠋ Sending runtime ━━━━━━━━━━╌╌╌╌╌╌╌╌╌╌ 1m05s 20.0 of 40.0 MiB",
            new ProgressRow("Sending runtime", TimeSpan.FromSeconds(65), 0.5, "20.0 of 40.0 MiB").Text("⠋", 120)
        );
}
