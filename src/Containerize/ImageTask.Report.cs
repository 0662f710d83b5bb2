using System.Collections.Immutable;
using Containerize.Attestations;
using Containerize.Images;
using Containerize.Inspection.Report;
using Containerize.Inspection.Report.Attached;
using Containerize.Inspection.Report.Contents;
using Containerize.Inspection.Report.Pages;
using Containerize.Publishing.Outputs;
using Containerize.Stores.Registries.Client;

namespace Containerize.Tasks;

/// <summary>The page of the image.</summary>
public abstract partial class ImageTask
{
    /// <summary>The page: of a folder, the file in it that is called as the assembly, as tarballs are.</summary>
    private protected string ReportFile =>
        ReportPath.Length > 0 && OutputPath.IsFolder(ReportPath)
            ? Path.Combine(ReportPath, AssemblyName + ".html")
            : ReportPath;

    /// <summary>The page among the outputs of the run; nothing where none is asked for.</summary>
    private protected IEnumerable<string> ReportFiles => ReportFile.Length > 0 ? [ReportFile] : [];

    /// <summary>Writes the page, if it is asked for.</summary>
    /// <param name="name">The name of the image, or of one of the same images.</param>
    /// <param name="images">The images, whose layers can be opened still.</param>
    /// <param name="documents">The documents about the image that is shown, which name licences.</param>
    /// <param name="fates">What the run did with its layers.</param>
    /// <param name="client">The run's client.</param>
    /// <param name="isPushed">Whether the image is in the registry of its name.</param>
    /// <param name="cancellationToken">Ends the reading of the layers.</param>
    private protected async Task WriteReportAsync(
        ImageReference name,
        ImageSet images,
        ImageDocuments documents,
        ImmutableDictionary<Digest, string> fates,
        RegistryClient client,
        bool isPushed,
        CancellationToken cancellationToken
    )
    {
        if (ReportFile.Length == 0)
            return;
        var attached = isPushed
            ? await new AttachedReader(name, client, key: null)
                .ReadAsync([images.Images[0].Digest, images.Digest], cancellationToken)
                .ConfigureAwait(false)
            : null;
        var request = new ReportRequest(new NamedImages(name.ToString(), images))
        {
            Attached = attached?.Attachments,
            Licenses = documents.All.Aggregate(
                SbomLicenses.None,
                (all, document) => all.SetItems(SbomLicenses.Of(document.Bytes.AsMemory()))
            ),
            Fates = fates,
        };
        var report = await ReportReader.ReadAsync(request, cancellationToken).ConfigureAwait(false);
        await Page.WriteAsync(ReportFile, report).ConfigureAwait(false);
    }
}
