using System.Collections.Immutable;
using Containerize.Attestations.Registries;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores;
using Containerize.Stores.Layouts;
using Containerize.Stores.Registries.Client;
using Containerize.Stores.Registries.Push;
using Containerize.Tool.Output;

namespace Containerize.Tool.Commands;

/// <summary>
/// What is attached to images that are copied. It is no part of them: an image is there, whole, whatever becomes of
/// the rest.
/// </summary>
/// <param name="screen">Where warnings go.</param>
/// <param name="client">The run's client.</param>
/// <param name="opened">Where the images come from.</param>
/// <param name="images">The images.</param>
internal sealed class CopiedAttachments(Screen screen, RegistryClient client, OpenedImages opened, ImageSet images)
{
    private ImmutableArray<Artifact> _read;

    /// <summary>Takes it along to a registry.</summary>
    public async Task CarryAsync(ImageReference to, CancellationToken cancellationToken)
    {
        if (opened.Reference?.Name == to.Name)
            return;
        try
        {
            if (opened.Reference is { } from)
                await CarriedReferrers.CopyAsync(from, to, images, client, cancellationToken);
            else
                await CarriedReferrers.AttachAsync(
                    await ReadAsync(cancellationToken),
                    new Attaching(to.Registry, to.Repository, client),
                    cancellationToken
                );
        }
        catch (ContainerizeException exception)
        {
            WarnNotCopied(exception);
        }
    }

    /// <summary>Takes it along to a place on this machine, or says what has no room there.</summary>
    public async Task<PushReport> CarryAsync(IImageSink place, PushReport report, CancellationToken cancellationToken)
    {
        if (place is RegistrySink)
            return report;
        try
        {
            if (place is OciLayoutSink layout)
                await layout.AttachAsync(await ReadAsync(cancellationToken), cancellationToken);
            var note =
                opened.Reference is { } from
                    ? await CarriedReferrers.LeftBehindAsync(
                        from,
                        images,
                        place is OciLayoutSink,
                        client,
                        cancellationToken
                    )
                : place is OciLayoutSink ? null
                : CarriedReferrers.Note(
                    [.. (await ReadAsync(cancellationToken)).Select(each => each.Descriptor.ArtifactType ?? "")],
                    opened.Name,
                    isLayout: false
                );
            return note is null ? report : report with { Notes = report.Notes.Add(note) };
        }
        catch (ContainerizeException exception)
        {
            WarnNotCopied(exception);
            return report;
        }
    }

    private async Task<ImmutableArray<Artifact>> ReadAsync(CancellationToken cancellationToken)
    {
        if (!_read.IsDefault)
            return _read;
        if (opened.Attached is not { } place)
            return _read = [];
        var all = await CarriedReferrers.ReadAsync(place.Referrers, images, client.Options, cancellationToken);
        // What is in the index goes along with it.
        var inside = images.Artifacts.Select(artifact => artifact.Descriptor.Digest).ToHashSet();
        return _read = [.. all.Where(artifact => !inside.Contains(artifact.Descriptor.Digest))];
    }

    private void WarnNotCopied(ContainerizeException exception) =>
        screen.Warn($"The image is copied, but not what is attached to it: {exception.Message}");
}
