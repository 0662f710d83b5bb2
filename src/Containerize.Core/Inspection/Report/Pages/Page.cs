using System.Security.Cryptography;
using System.Text;
using Containerize.IO;

namespace Containerize.Inspection.Report.Pages;

/// <summary>
/// The page of an image: one HTML file that needs no network, and no script to be read. Its policy allows nothing but
/// its own style and script, by their hashes. The same report gives the same bytes.
/// </summary>
public static class Page
{
    private static readonly string Style = Resource("page.css");
    private static readonly string Script = Resource("page.js");

    private static readonly string Policy =
        $"default-src 'none'; style-src '{Hash(Style)}'; script-src '{Hash(Script)}'; base-uri 'none'; "
        + "form-action 'none'";

    /// <summary>The page as text, to be written as UTF-8.</summary>
    public static string Of(ImageReport report)
    {
        var html = new Html();
        html.Open("html", "lang", "en")
            .Open("head")
            .Empty("meta", "charset", "utf-8")
            .Empty("meta", "http-equiv", "Content-Security-Policy", "content", Policy)
            .Empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1")
            .Empty("meta", "name", "color-scheme", "content", "light dark")
            .Leaf("title", $"{report.Name} – container image")
            .Own("style", Style)
            .CloseLine();
        html.Open("body");
        var sections = SectionsOf(report);
        HeadSection.Write(html, report, [.. sections.Select(section => (section.Id, section.Title))]);
        html.Open("main");
        foreach (var (id, title, write) in sections)
        {
            html.Open("section", "id", id, "aria-labelledby", id + "-title").Leaf("h2", title, "id", id + "-title");
            write(html, report);
            html.CloseLine();
        }

        html.CloseLine()
            .Open("footer")
            .Leaf(
                "p",
                "Made by containerize report. The area of a cell is the bytes that are stored and sent: the bytes "
                    + "of a layer are "
                    + "divided among its files in the proportion of their lengths before compression."
            )
            .CloseLine();
        html.Own("script", Script).CloseLine().CloseLine();
        return html.ToString();
    }

    /// <summary>Writes the page to a file; one that is there is replaced when the page is complete.</summary>
    /// <param name="path">The absolute path of the file.</param>
    /// <param name="report">What is shown.</param>
    /// <exception cref="Diagnostics.ContainerizeException">CTZ0007 when the file cannot be written.</exception>
    public static async Task WriteAsync(string path, ImageReport report)
    {
        var page = Encoding.UTF8.GetBytes(Of(report));
        using var files = new OutputFiles();
        await files
            .WriteAsync(path, async stream => await stream.WriteAsync(page).ConfigureAwait(false))
            .ConfigureAwait(false);
        files.Keep();
    }

    private static List<(string Id, string Title, Action<Html, ImageReport> Write)> SectionsOf(ImageReport report)
    {
        var sections = new List<(string, string, Action<Html, ImageReport>)>();
        if (report.Comparison is not null)
            sections.Add(("changes", "Changes", ChangesSection.Write));
        sections.Add(("size", "Size", SizeSection.Write));
        sections.Add(("layers", "Layers", LayersSection.Write));
        if (report.Shared is not null)
            sections.Add(("shared", "Shared layers", SharedSection.Write));
        sections.Add(("packages", "Packages", PackagesSection.Write));
        sections.Add(("attached", "SBOM, provenance and signatures", AttachedSection.Write));
        sections.Add(("config", "Configuration", ConfigSection.Write));
        sections.Add(("dockerfile", "Dockerfile", DockerfileSection.Write));
        return sections;
    }

    private static string Hash(string content) =>
        "sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(content)));

    // A checkout may have other line ends, which a parser of HTML would change: the hash is of what the browser sees.
    private static string Resource(string name)
    {
        using var reader = new StreamReader(typeof(Page).Assembly.GetManifestResourceStream(name)!, Encoding.UTF8);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
