using System.Collections.Immutable;
using Containerize.Images;

namespace Containerize.Attestations;

/// <summary>
/// What an image is made of, as the build knows it. The documents are written from it and from nothing else.
/// </summary>
/// <param name="Image">The image.</param>
/// <param name="Components">All components, sorted by kind and id.</param>
public sealed record Inventory(ImageSubject Image, ImmutableArray<Component> Components)
{
    /// <summary>The published project.</summary>
    public Component App => Components.First(component => component.Kind == ComponentKind.Application);

    /// <summary>The base image; null for a base without layers.</summary>
    public Component? Base => Components.FirstOrDefault(component => component.Kind == ComponentKind.BaseImage);

    /// <summary>The diff id of each layer of ours, by its name.</summary>
    public required ImmutableSortedDictionary<string, Digest> Layers { get; init; }

    /// <summary>Whether nothing is in the image that is not listed: a base image has its own contents.</summary>
    public bool IsComplete => Base is null;
}

/// <summary>
/// The image that documents speak of. No registry and no tag: the same image has the same documents everywhere.
/// </summary>
/// <param name="Name">The repository without its registry.</param>
/// <param name="Digest">The digest of the manifest.</param>
/// <param name="ImageId">The digest of the config, which is the same in both families of media types.</param>
/// <param name="Platform">What the image runs on.</param>
/// <param name="Created">The image's own time.</param>
public sealed record ImageSubject(string Name, Digest Digest, Digest ImageId, Platform Platform, DateTimeOffset Created)
{
    /// <summary>The package URL of the image (purl-spec, type <c>oci</c>).</summary>
    public string PackageUrl =>
        Attestations.PackageUrl.Of(
            "oci",
            Name[(Name.LastIndexOf('/') + 1)..],
            Digest.ToString(),
            ("arch", Platform.Architecture)
        );
}
