using Containerize.Images;
using Containerize.Stores;

namespace Containerize.Recipes;

/// <summary>The image that a recipe begins with.</summary>
/// <param name="From">What <c>FROM</c> says.</param>
/// <param name="Reference">The reference that anybody can find it by; null for a place on this machine.</param>
/// <param name="Digest">The digest of its manifest as it was found.</param>
/// <param name="Image">The image, in the family of media types that the result is in.</param>
internal sealed record RecipeBase(string From, ImageReference? Reference, Digest Digest, Image Image)
{
    /// <summary>The image that a source holds.</summary>
    public static RecipeBase Of(IImageSource source, Image image, Digest digest) =>
        new(source.Name, source.Reference, digest, image);
}
