namespace Containerize.Inspection.Diff;

/// <summary>What does not count when two images are compared; everything does by default.</summary>
internal sealed record ComparisonSettings
{
    /// <summary>Whether times count: of the image, of its history and of its files.</summary>
    public bool Times { get; init; } = true;

    /// <summary>Whether it counts how the image came to be: its history.</summary>
    public bool History { get; init; } = true;

    /// <summary>Whether it counts how files are split into layers and stored, and the media types and annotations of
    /// manifests.</summary>
    public bool Layers { get; init; } = true;
}
