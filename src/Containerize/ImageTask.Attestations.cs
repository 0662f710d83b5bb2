using System.Collections.Immutable;
using Containerize.Attestations;
using Containerize.Attestations.Registries;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Publishing.Outputs;
using Containerize.Stores.Registries.Client;
using Microsoft.Build.Framework;

namespace Containerize.Tasks;

/// <summary>The documents about images on their way to registries.</summary>
public abstract partial class ImageTask
{
    /// <summary>Attaches the documents to images that are in all registries of the run.</summary>
    /// <returns>False when a registry failed: then the next run has to do it, though the image is whole.</returns>
    private protected async Task<bool> AttachAsync(
        Destinations destinations,
        RegistryClient client,
        IEnumerable<(Image Image, ImageDocuments Documents)> images,
        CancellationToken cancellationToken
    )
    {
        var mode = AttestationModes.Parse(Attestations);
        try
        {
            foreach (var place in destinations.Registries.IsEmpty ? [] : Places(destinations))
            {
                foreach (var (image, documents) in images)
                {
                    var fate = await new Attaching(place.Registry, place.Repository, client)
                        .AttachAsync(image.Manifest.Descriptor, documents, mode, cancellationToken)
                        .ConfigureAwait(false);
                    Log.LogMessage(
                        MessageImportance.Low,
                        "Containerize: documents about {0}@{1}: {2}",
                        place.Name,
                        image.Digest,
                        fate
                    );
                }
            }

            return true;
        }
        catch (ContainerizeException exception)
        {
            WarnCoded(
                DiagnosticTable.NotAttached,
                $"The image is in the registry, whole, but its documents could not be attached: {exception.Message} "
                    + "Publish again to attach them, or set ContainerAttestations to 'never'."
            );
            return false;
        }
    }

    private static ImmutableArray<ImageReference> Places(Destinations destinations) =>
        [.. destinations.Names.DistinctBy(name => name.Name)];
}
