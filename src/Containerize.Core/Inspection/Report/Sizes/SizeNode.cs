using System.Collections.Immutable;

namespace Containerize.Inspection.Report.Sizes;

/// <summary>A part of an image's bytes: the image, a layer, a package or folder, or a file.</summary>
/// <param name="Id">The name by which the page links to it; null for what has no view of its own.</param>
/// <param name="Title">What it is.</param>
/// <param name="Kind">The sort of the layer that it is in, which its colour shows.</param>
/// <param name="Bytes">Its stored bytes.</param>
/// <param name="Size">Its bytes before compression.</param>
/// <param name="Files">How many files it has.</param>
/// <param name="Children">Its parts, largest first; their bytes add up to its own.</param>
internal sealed record SizeNode(
    string? Id,
    string Title,
    LayerKind Kind,
    long Bytes,
    long Size,
    int Files,
    ImmutableArray<SizeNode> Children
)
{
    /// <summary>Whether no container sees the file, since a higher layer has something else there.</summary>
    public bool IsHidden { get; init; }
}
