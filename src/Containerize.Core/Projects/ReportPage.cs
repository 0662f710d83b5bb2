using Containerize.Images;
using Containerize.Inspection.Report;
using Containerize.Inspection.Report.Contents;
using Containerize.Inspection.Report.Pages;

namespace Containerize.Projects;

/// <summary>The page of an image among the outputs of a publish.</summary>
public static class ReportPage
{
    /// <summary>Writes the page.</summary>
    /// <param name="path">Its full path, or empty for no page.</param>
    /// <param name="name">The name of the image, or of one of the same images.</param>
    /// <param name="images">The images, whose layers can be opened still.</param>
    /// <param name="cancellationToken">Ends the reading of the layers.</param>
    public static async Task WriteAsync(
        string path,
        ImageReference name,
        ImageSet images,
        CancellationToken cancellationToken
    )
    {
        if (path.Length == 0)
            return;
        var request = new ReportRequest(new NamedImages(name.ToString(), images));
        var report = await ReportReader.ReadAsync(request, cancellationToken).ConfigureAwait(false);
        await Page.WriteAsync(path, report).ConfigureAwait(false);
    }
}
