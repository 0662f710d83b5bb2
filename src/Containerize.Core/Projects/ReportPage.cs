using System.Collections.Immutable;
using Containerize.Attestations;
using Containerize.Images;
using Containerize.Inspection.Report;
using Containerize.Inspection.Report.Attached;
using Containerize.Inspection.Report.Contents;
using Containerize.Inspection.Report.Pages;
using Containerize.Publishing.Outputs;
using Containerize.Stores.Registries.Client;

namespace Containerize.Projects;

/// <summary>The page of an image among the outputs of a publish.</summary>
public static class ReportPage
{
    /// <summary>The full path of the page: of a folder, the file in it that is called as the assembly, as tarballs
    /// are; or empty.</summary>
    /// <param name="path">The full path of a page or a folder, or empty.</param>
    /// <param name="assemblyName">The name of the assembly.</param>
    public static string FileOf(string path, string assemblyName) =>
        path.Length > 0 && OutputPath.IsFolder(path) ? Path.Combine(path, assemblyName + ".html") : path;

    /// <summary>Writes the page.</summary>
    /// <param name="path">Its full path, or empty for no page.</param>
    /// <param name="name">The name of the image, or of one of the same images.</param>
    /// <param name="images">The images, whose layers can be opened still.</param>
    /// <param name="documents">The documents about the image that is shown, which name licences.</param>
    /// <param name="fates">What the run did with its layers.</param>
    /// <param name="client">The run's client.</param>
    /// <param name="isPushed">Whether the image is in the registry of its name.</param>
    /// <param name="cancellationToken">Ends the reading of the layers.</param>
    public static async Task WriteAsync(
        string path,
        ImageReference name,
        ImageSet images,
        ImageDocuments documents,
        ImmutableArray<string> fates,
        RegistryClient client,
        bool isPushed,
        CancellationToken cancellationToken
    )
    {
        if (path.Length == 0)
            return;
        var attached = isPushed
            ? await new AttachedReader(name, client, key: null)
                .ReadAsync(images.Images[0].Digest, images, cancellationToken)
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
        await Page.WriteAsync(path, report).ConfigureAwait(false);
    }
}
