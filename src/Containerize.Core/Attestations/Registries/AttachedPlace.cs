using Containerize.Images;
using Containerize.Stores.Contents;
using Containerize.Stores.Registries.Client;

namespace Containerize.Attestations.Registries;

/// <summary>Where documents and signatures about an image are looked for: a repository, or a layout.</summary>
/// <param name="Referrers">The manifests about it.</param>
/// <param name="Time">The clock that certificates are weighed by.</param>
internal sealed record AttachedPlace(ReferrerPlace Referrers, TimeProvider Time)
{
    /// <summary>The signatures under a tag; null where there are no such tags.</summary>
    public OldSignatures? Old { get; init; }

    /// <summary>
    /// The repository that a trust policy has a statement for; null where the user names none. What a layout says of
    /// itself does not count: who made it would choose what is demanded.
    /// </summary>
    public string? Repository { get; init; }

    /// <summary>A repository of a registry.</summary>
    /// <param name="place">Any name in the repository.</param>
    /// <param name="client">The run's client.</param>
    public static AttachedPlace Of(ImageReference place, RegistryClient client) =>
        new(new Referrers(place.Registry, place.Repository, client), client.Options.Time)
        {
            Old = new OldSignatures(place.Registry, place.Repository, client),
            Repository = place.Name,
        };
}
