using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Containerize.Core.Tests.FileSystems;
using Containerize.Images;
using Containerize.Inspection.Report.Pages;
using Containerize.TestKit.Images;
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
    public async Task A_comparison_and_shared_layers_have_sections_of_their_own()
    {
        var (image, other) = (ReportTest.Of([File("a", "1")]), ReportTest.Of([File("a", "2")]));
        Assert.Equal(
            ["size", "layers", "packages", "attached", "config", "dockerfile"],
            Sections(await ReportTest.PageAsync(image))
        );
        var page = await ReportTest.PageAsync(image, other, other);
        Assert.Equal(
            ["changes", "size", "layers", "shared", "packages", "attached", "config", "dockerfile"],
            Sections(page)
        );
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
}
