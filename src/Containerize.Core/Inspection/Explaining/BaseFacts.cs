using Containerize.Images;
using Containerize.Stores;

namespace Containerize.Inspection.Explaining;

/// <summary>What is known of a base image without fetching anything.</summary>
/// <param name="Name">What the project calls it.</param>
/// <param name="Reference">The reference that anybody can find it by; null for a place on this machine.</param>
/// <param name="Image">The image; null when it is not on this machine.</param>
public sealed record BaseFacts(string Name, ImageReference? Reference, Image? Image)
{
    /// <summary>Whether it is what its name meant when it was fetched last, and may mean something else by
    /// now.</summary>
    public bool IsRemembered { get; init; }

    /// <summary>The facts of an image that was read.</summary>
    public static BaseFacts Of(IImageSource source, Image image) => new(source.Name, source.Reference, image);

    /// <summary>In one line.</summary>
    public override string ToString() =>
        Image switch
        {
            null => $"{Name}, not looked up: its user, its variables and its ports are not known here",
            { Layers.IsEmpty: true } => Name,
            _ => $"{Name}, {Image.Digest}{(IsRemembered ? ", as it was when it was fetched last" : "")}",
        };
}
