using Containerize.Images;

namespace Containerize.Inspection.Report;

/// <summary>All that a name stands for, with the name.</summary>
/// <param name="Name">The name, as the user wrote it.</param>
/// <param name="Images">One image, or several with an index over them.</param>
public sealed record NamedImages(string Name, ImageSet Images);
