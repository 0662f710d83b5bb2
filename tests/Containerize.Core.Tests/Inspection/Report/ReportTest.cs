using System.Collections.Immutable;
using System.Formats.Tar;
using System.Xml;
using System.Xml.Linq;
using Containerize.Core.Tests.FileSystems;
using Containerize.Images;
using Containerize.Inspection.Report;
using Containerize.Inspection.Report.Contents;
using Containerize.Inspection.Report.Pages;

namespace Containerize.Core.Tests.Inspection.Report;

/// <summary>Images, their reports and pages for the tests of both.</summary>
internal static class ReportTest
{
    public static Image Of(params TarEntry[][] layers) => TestTar.Of([.. layers.Select(Layer)]);

    public static Layer Layer(params TarEntry[] entries) =>
        TestTar.Layer(TestTar.Bytes(entries), LayerCompression.Gzip);

    public static Task<ImageReport> ReportAsync(Image image, Image? against = null, params Image[] others) =>
        ReportReader.ReadAsync(
            new ReportRequest(new NamedImages("shop:v2", image))
            {
                Against = against is null ? null : new NamedImages("shop:v1", against),
                Others = [.. others.Select((other, i) => new NamedImages($"other:{i}", other))],
            },
            TestContext.Current.CancellationToken
        );

    /// <summary>The page, parsed by a reader that accepts nothing unclosed, unquoted or unescaped.</summary>
    public static XElement Parse(string page)
    {
        using var reader = XmlReader.Create(
            new StringReader(page.Replace("<!doctype html>", "", StringComparison.Ordinal))
        );
        return XDocument.Load(reader).Root!;
    }

    public static async Task<XElement> PageAsync(Image image, Image? against = null, params Image[] others) =>
        Parse(Page.Of(await ReportAsync(image, against, others)));

    public static string? Class(this XElement element) => (string?)element.Attribute("class");

    public static XElement Section(this XElement page, string id) =>
        page.Descendants("section").Single(section => (string?)section.Attribute("id") == id);

    public static ImmutableArray<ReportedFile> Files(this ImageReport report) =>
        [.. report.Layers.SelectMany(layer => layer.Files)];
}
