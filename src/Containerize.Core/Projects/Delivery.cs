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

    private ImmutableArray<Place> Places =>
        field.IsDefault ? field = [.. Names.DistinctBy(name => name.Name).Select(PlaceOf)] : field;

    private ImmutableArray<ImageReference> Names => Destinations.Registries.IsEmpty ? [] : Destinations.Names;

    /// <summary>Sends documents while their image is sent: nothing names them before it is there.</summary>
    public async Task SendAheadAsync(
        Descriptor image,
        Task<ImageDocuments> documents,
        CancellationToken cancellationToken
    )
    {
        var written = await documents.ConfigureAwait(false);
        await Task.WhenAll(
                Places.Select(place => place.Attaching.SendAheadAsync(image, written, Mode, cancellationToken))
            )
            .ConfigureAwait(false);
    }

    /// <summary>Attaches documents.</summary>
    /// <returns>False when a registry failed: then the next run has to do it, though the image is whole.</returns>
    public async Task<bool> AttachAsync(
        IEnumerable<(Image Image, ImageDocuments Documents)> images,
        CancellationToken cancellationToken
    )
    {
        var missing = "";
        try
        {
            foreach (var place in Places)
            {
                foreach (var (image, documents) in images)
                {
                    var names = string.Join(", ", documents.All.Select(document => document.Name));
                    missing = $" of {place.Name.Name}@{image.Digest} ({names})";
                    var fate = await place
                        .Attaching.AttachAsync(image.Manifest.Descriptor, documents, Mode, cancellationToken)
                        .ConfigureAwait(false);
                    Log.Write(
                        LineWeight.Low,
                        $"Containerize: documents about {place.Name.Name}@{image.Digest}: {fate}"
                    );
                }
            }

            return true;
        }
        catch (ContainerizeException exception)
        {
            WarnNotAttached(exception, missing);
            return false;
        }
    }

    /// <summary>Signs images.</summary>
    /// <exception cref="ContainerizeException">An image is in a registry and not signed.</exception>
    public async Task SignAsync(IEnumerable<Descriptor> images, CancellationToken cancellationToken)
    {
        if (Signer is null)
            return;
        ContainerizeException? fault = null;
        try
        {
            foreach (var place in Places)
            {
                var signing = new ImageSigning(
                    place.Name.Registry,
                    place.Name.Repository,
                    Client,
                    Signer,
                    place.Attaching
                );
                foreach (var image in images.DistinctBy(image => image.Digest))
                {
                    var fate = Notation is null
                        ? await signing.SignAsync(image, cancellationToken).ConfigureAwait(false)
                        : await new NotationSigning(place.Name, Client, Notation, place.Attaching)
                            .SignAsync(image, cancellationToken)
                            .ConfigureAwait(false);
                    await ConfirmAsync(place, image.Digest, fate == AttachFate.Attached, cancellationToken)
                        .ConfigureAwait(false);
                    if (SignsSimply)
                        await signing.SignOldAsync(image, cancellationToken).ConfigureAwait(false);
                    Log.Write(LineWeight.Low, $"Containerize: signature of {place.Name.Name}@{image.Digest}: {fate}");
                }
            }
        }
        catch (ContainerizeException exception)
        {
            fault = exception;
        }

        // The documents of the others, and of images that are not signed.
        foreach (var place in Places)
        {
            foreach (var image in place.Attaching.Unconfirmed)
                await ConfirmAsync(place, image, isSignature: false, cancellationToken).ConfigureAwait(false);
        }

        if (fault is not null)
            throw new ContainerizeException(
                DiagnosticTable.NotSigned,
                $"The image is in the registry, whole, but it is not signed: {fault.Message} Publish again "
                    + "to sign it.",
                fault
            );
    }

    private async Task ConfirmAsync(Place place, Digest image, bool isSignature, CancellationToken cancellationToken)
    {
        try
        {
            await place.Attaching.ConfirmAsync(image, cancellationToken).ConfigureAwait(false);
        }
        catch (ContainerizeException exception) when (!isSignature)
        {
            WarnNotAttached(exception, $" of {place.Name.Name}@{image}");
        }
    }

    private void WarnNotAttached(ContainerizeException exception, string missing) =>
        Log.Warn(
            DiagnosticTable.NotAttached,
            $"The image is in the registry, whole, but the documents{missing} could not be attached: "
                + $"{exception.Message} Publish again to attach what is missing, or set ContainerAttestations to "
                + "'never'."
        );

    // A signature goes into the same tag right after the documents, and both are looked for together.
    private Place PlaceOf(ImageReference name) =>
        new(name, new Attaching(name.Registry, name.Repository, Client) { ConfirmsLater = Signer is not null });

    private sealed record Place(ImageReference Name, Attaching Attaching);
}
