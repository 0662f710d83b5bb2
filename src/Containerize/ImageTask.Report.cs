using Containerize.Images;
using Containerize.Inspection.Report;
using Containerize.Inspection.Report.Contents;
using Containerize.Inspection.Report.Pages;

namespace Containerize.Tasks;

/// <summary>The page of the image.</summary>
public abstract partial class ImageTask
{
    /// <summary>The page among the outputs of the run; nothing where none is asked for.</summary>
    private protected IEnumerable<string> ReportFiles => ReportPath.Length > 0 ? [ReportPath] : [];

    /// <summary>Writes the page, if it is asked for.</summary>
    /// <param name="name">The name of the image, or of one of the same images.</param>
    /// <param name="images">The images, whose layers can be opened still.</param>
    /// <param name="cancellationToken">Ends the reading of the layers.</param>
    private protected async Task WriteReportAsync(
        ImageReference name,
        ImageSet images,
        CancellationToken cancellationToken
    )
    {
        if (ReportPath.Length == 0)
            return;
        var request = new ReportRequest(new NamedImages(name.ToString(), images));
        var report = await ReportReader.ReadAsync(request, cancellationToken).ConfigureAwait(false);
        await Page.WriteAsync(ReportPath, report).ConfigureAwait(false);
    }
}
