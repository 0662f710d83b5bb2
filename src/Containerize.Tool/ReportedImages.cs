using Containerize.Attestations.Registries;
using Containerize.Attestations.Signatures;
using Containerize.Images;
using Containerize.Inspection.Report;
using Containerize.Inspection.Report.Attached;
using Containerize.Inspection.Report.Contents;
using Containerize.Stores.Registries.Client;
using Containerize.Tool.Commands;

namespace Containerize.Tool;

/// <summary>Images that a report is made of, opened by their names and closed together.</summary>
internal sealed class ReportedImages(ToolHost host, string engine, RegistryClient client) : IDisposable
{
    private readonly List<OpenedImages> _opened = [];

    /// <summary>Makes a report.</summary>
    /// <param name="name">The image that is shown.</param>
    /// <param name="against">The image that it is compared with; null for none.</param>
    /// <param name="others">Images that may share layers with it.</param>
    /// <param name="platform">The platform; null for the first of an index.</param>
    /// <param name="key">The key or the identity that signatures are checked by; null to check none.</param>
    /// <param name="policy">What signatures of Notation are checked by; null to check none.</param>
    /// <param name="withAttached">Whether what lies beside the image is asked for.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="Diagnostics.ContainerizeException">
    /// As of <see cref="ReportReader"/> and the sources.
    /// </exception>
    public async Task<ImageReport> ReadAsync(
        string name,
        string? against,
        IEnumerable<string> others,
        Platform? platform,
        TrustedSigner? key,
        NotationTrust? policy,
        bool withAttached,
        CancellationToken cancellationToken
    )
    {
        var image = await OpenAsync(name, cancellationToken);
        // A key that nothing is checked by would look like a signature that holds.
        var place =
            key is not null || policy is not null ? KeyOptions.SignaturesOf(_opened[0])
            : withAttached ? _opened[0].Attached
            : null;
        var shared = new List<NamedImages>();
        foreach (var other in others)
            shared.Add(await OpenAsync(other, cancellationToken));
        var request = new ReportRequest(image)
        {
            Platform = platform,
            Against = against is null ? null : await OpenAsync(against, cancellationToken),
            Others = [.. shared],
        };
        if (place is not null)
        {
            var facts = await new AttachedReader(place, key) { Policy = policy }.ReadAsync(
                ReportReader.Choose(request).Digest,
                image.Images,
                cancellationToken
            );
            request = request with { Attached = facts.Attachments, Licenses = facts.Licenses };
        }

        return await ReportReader.ReadAsync(request, cancellationToken);
    }

    public void Dispose() => _opened.ForEach(each => each.Dispose());

    private async Task<NamedImages> OpenAsync(string name, CancellationToken cancellationToken)
    {
        var images = await OpenedImages.OpenAsync(host, name, engine, client, cancellationToken);
        _opened.Add(images);
        return new NamedImages(name, await images.ReadAsync(cancellationToken));
    }
}
