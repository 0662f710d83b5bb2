using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Containerize.Core.Tests.FileSystems;
using Containerize.Images;
using Containerize.Inspection.Report.Pages;
using static Containerize.Core.Tests.FileSystems.TestTar;

namespace Containerize.Core.Tests.Inspection.Report;

/// <summary>The page: its structure, its policy, and what it makes of hostile images.</summary>
public sealed partial class PageTests
{
    private const string Hostile = "</style><script>alert(1)</script>\"' onload=x \u202egpj.exe\u0000\u001b[31m\ud800";

    [Fact]
    public async Task Its_policy_allows_its_own_style_and_script_and_nothing_else()
    {
        var page = await ReportTest.PageAsync(ReportTest.Of([File("a", "1")]));
        var policy = page.Descendants("meta")
            .Single(meta => (string?)meta.Attribute("http-equiv") == "Content-Security-Policy");
        Assert.Equal(
            $"default-src 'none'; style-src '{Hash(page, "style")}'; script-src '{Hash(page, "script")}'; "
                + "base-uri 'none'; form-action 'none'",
            (string?)policy.Attribute("content")
        );
        Assert.Same(
            policy,
            page.Element("head")!.Elements().First(element => (string?)element.Attribute("charset") is null)
        );
        Assert.DoesNotContain(
            page.Descendants().Attributes(),
            attribute =>
                attribute.Name.LocalName == "style"
                || attribute.Name.LocalName.StartsWith("on", StringComparison.Ordinal)
                || attribute.Name.LocalName == "src"
        );
        Assert.All(
            page.Descendants().Attributes("href"),
            href => Assert.StartsWith("#", href.Value, StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Every_link_leads_to_a_place_of_the_page()
    {
        var page = await ReportTest.PageAsync(
            ReportTest.Of([File("usr/lib/a", "1"), File("opt/b", "1")], [File("c", "1")]),
            ReportTest.Of([File("d")])
        );
        var ids = page.Descendants().Attributes("id").Select(id => id.Value).ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.Empty(page.Descendants().Attributes("href").Select(href => href.Value[1..]).Except(ids));
        Assert.Empty(page.Descendants().Attributes("data-up").Select(up => up.Value).Except(ids));
    }

    [Fact]
    public async Task Text_of_the_image_stays_text_wherever_it_stands()
    {
        var name = Hostile.Replace("\0", "", StringComparison.Ordinal).Replace("/", "|", StringComparison.Ordinal);
        var image = ReportTest.Of([
            File("app/" + name.Replace("\ud800", "", StringComparison.Ordinal), "1"),
            File("lib/apk/db/installed", $"P:{name}\nV:{name}\n"),
        ]);
        image = image.With(
            image
                .Config.WithVariable("NAME", Hostile)
                .WithLabel("l", Hostile)
                .WithUser(Hostile)
                .WithEntrypoint([Hostile])
        );
        image = image.With(ReportTest.Layer(File("b", "1")), DateTimeOffset.UnixEpoch, "RUN " + Hostile);
        var report = await ReportTest.ReportAsync(image, ReportTest.Of([File("x", "1")])) with { Name = Hostile };
        var text = Page.Of(report);
        var page = ReportTest.Parse(text);
        Assert.Single(page.Descendants("script"));
        Assert.Single(page.Descendants("style"));
        Assert.DoesNotContain('\u202e', text);
        Assert.DoesNotContain('\u001b', text);
        Assert.Contains("\\u{202e}gpj.exe", page.Descendants("h1").Single().Value, StringComparison.Ordinal);
        Assert.Contains(
            page.Descendants("code"),
            code =>
                code.Value.StartsWith(
                    "/app/<|style><script>alert(1)<|script>\"' onload=x \\u{202e}gpj.exe",
                    StringComparison.Ordinal
                )
        );
    }

    [Theory]
    [InlineData("<b>&\"'", "&lt;b&gt;&amp;&quot;&#39;")]
    [InlineData("a\u202eb\u200fc\u2066\u00ad\ufeff", "a\\u{202e}b\\u{200f}c\\u{2066}\\u{ad}\\u{feff}")]
    [InlineData("\0\u001b\u0085\ufffe", "\\u{0}\\u{1b}\\u{85}\\u{fffe}")]
    [InlineData("line\n\ttab é 漢 😀", "line\n\ttab é 漢 😀")]
    public void What_cannot_be_seen_is_shown_by_its_number(string text, string expected) =>
        Assert.Equal(expected, Html.Escape(text));

    [Fact]
    public async Task Names_that_are_long_or_not_UTF_8_are_shown()
    {
        var path = string.Join('/', Enumerable.Repeat(new string('n', 250), 16));
        var tar = RawTar.Of(
            RawTar.Entry('0', "bad\u00ff\u00fename", [1]),
            RawTar.Long('L', path),
            RawTar.Entry('0', "x", [1])
        );
        var page = await ReportTest.PageAsync(TestTar.Of(TestTar.Layer(tar, LayerCompression.Gzip)));
        Assert.Contains(page.Descendants("code"), code => code.Value == "/" + path);
        Assert.Contains(page.Descendants("code"), code => code.Value == "/bad\ufffd\ufffdname");
    }

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

    [Fact]
    public async Task A_comparison_and_shared_layers_have_sections_of_their_own()
    {
        var (image, other) = (ReportTest.Of([File("a", "1")]), ReportTest.Of([File("a", "2")]));
        Assert.Equal(
            ["size", "layers", "packages", "config", "dockerfile"],
            Sections(await ReportTest.PageAsync(image))
        );
        var page = await ReportTest.PageAsync(image, other, other);
        Assert.Equal(["changes", "size", "layers", "shared", "packages", "config", "dockerfile"], Sections(page));
        Assert.Contains(page.Section("changes").Descendants("code"), code => code.Value == "/a");
        Assert.Equal(
            ["yes", "–", "–", "–", "yes", "yes"],
            page.Section("shared")
                .Descendants("td")
                .Where(cell => cell.Class() is "in" or "out")
                .Select(cell => cell.Value)
        );
    }

    [Fact]
    public async Task The_same_image_gives_the_same_bytes_in_any_culture()
    {
        var image = ReportTest.Of([File("a", new string('a', 3000)), File("b", "1")]);
        var before = Page.Of(await ReportTest.ReportAsync(image));
        var culture = CultureInfo.CurrentCulture;
        try
        {
            var other = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            (
                other.NumberFormat.NumberDecimalSeparator,
                other.NumberFormat.NumberGroupSeparator,
                other.NumberFormat.NegativeSign
            ) = (",", ".", "~");
            CultureInfo.CurrentCulture = other;
            Assert.Equal(before, Page.Of(await ReportTest.ReportAsync(image)));
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    private static IEnumerable<string> Sections(XElement page) =>
        page.Descendants("section").Select(section => (string)section.Attribute("id")!);

    private static string Hash(XElement page, string element) =>
        "sha256-"
        + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(page.Descendants(element).Single().Value)));

    [GeneratedRegex("<tr><td><code>(/[^<]*)</code>")]
    private static partial Regex FileRow();
}
