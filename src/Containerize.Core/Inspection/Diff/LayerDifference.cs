using Containerize.Images;

namespace Containerize.Inspection.Diff;

/// <summary>A place in the order of layers at which two images have not the same bytes.</summary>
/// <param name="Index">The place, counted from the lowest, which is 0.</param>
/// <param name="A">The first image's layer there; null when it has fewer.</param>
/// <param name="B">The second image's.</param>
internal sealed record LayerDifference(int Index, Layer? A, Layer? B)
{
    /// <summary>Whether both hold the same tar and only store it in another way: compressed differently, or of another
    /// media type.</summary>
    public bool IsStorageOnly => A is not null && B is not null && A.DiffId == B.DiffId;
}
