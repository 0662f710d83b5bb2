using System.Collections.Immutable;
using Containerize.Attestations;
using Containerize.Attestations.Notation;
using Containerize.Attestations.Registries;
using Containerize.Attestations.Signatures;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Publishing.Outputs;
using Containerize.Stores.Registries.Client;

namespace Containerize.Projects;

/// <summary>Brings documents and signatures to images that are in all registries of a run.</summary>
/// <param name="Destinations">Where the images are.</param>
/// <param name="Client">Reaches the registries.</param>
/// <param name="Log">Receives what became of them.</param>
public sealed record Delivery(Destinations Destinations, RegistryClient Client, IProjectLog Log)
{
    /// <summary>Whether documents are attached.</summary>
    public required AttestationMode Mode { get; init; }

    /// <summary>The key or the identity that signs; null for no signature.</summary>
    public required StatementSigner? Signer { get; init; }

    /// <summary>The key with its certificate; null for a signature without one, or none.</summary>
    public required NotationSigner? Notation { get; init; }

    /// <summary>Whether images are signed in cosign's older form, too.</summary>
    public required bool SignsSimply { get; init; }

    private ImmutableArray<ImageReference> Places =>
        Destinations.Registries.IsEmpty ? [] : [.. Destinations.Names.DistinctBy(name => name.Name)];

    /// <summary>Attaches documents.</summary>
    /// <returns>False when a registry failed: then the next run has to do it, though the image is whole.</returns>
    public async Task<bool> AttachAsync(
        IEnumerable<(Image Image, ImageDocuments Documents)> images,
        CancellationToken cancellationToken
    )
    {
        try
        {
            foreach (var place in Places)
            {
                foreach (var (image, documents) in images)
                {
                    var fate = await new Attaching(place.Registry, place.Repository, Client)
                        .AttachAsync(image.Manifest.Descriptor, documents, Mode, cancellationToken)
                        .ConfigureAwait(false);
                    Log.Write(LineWeight.Low, $"Containerize: documents about {place.Name}@{image.Digest}: {fate}");
                }
            }

            return true;
        }
        catch (ContainerizeException exception)
        {
            Log.Warn(
                DiagnosticTable.NotAttached,
                $"The image is in the registry, whole, but its documents could not be attached: {exception.Message} "
                    + "Publish again to attach them, or set ContainerAttestations to 'never'."
            );
            return false;
        }
    }

    /// <summary>Signs images.</summary>
    /// <exception cref="ContainerizeException">An image is in a registry and not signed.</exception>
    public async Task SignAsync(IEnumerable<Descriptor> images, CancellationToken cancellationToken)
    {
        if (Signer is null)
            return;
        try
        {
            foreach (var place in Places)
            {
                var signing = new ImageSigning(place.Registry, place.Repository, Client, Signer);
                foreach (var image in images.DistinctBy(image => image.Digest))
                {
                    var fate = Notation is null
                        ? await signing.SignAsync(image, cancellationToken).ConfigureAwait(false)
                        : await new NotationSigning(place, Client, Notation)
                            .SignAsync(image, cancellationToken)
                            .ConfigureAwait(false);
                    if (SignsSimply)
                        await signing.SignOldAsync(image, cancellationToken).ConfigureAwait(false);
                    Log.Write(LineWeight.Low, $"Containerize: signature of {place.Name}@{image.Digest}: {fate}");
                }
            }
        }
        catch (ContainerizeException exception)
        {
            throw new ContainerizeException(
                DiagnosticTable.NotSigned,
                $"The image is in the registry, whole, but it is not signed: {exception.Message} Publish again "
                    + "to sign it.",
                exception
            );
        }
    }
}
