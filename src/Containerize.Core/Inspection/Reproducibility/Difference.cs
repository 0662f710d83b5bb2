namespace Containerize.Inspection.Reproducibility;

/// <summary>Something that two builds of one image do not have in common.</summary>
/// <param name="Layer">The layer's name, or <c>config</c>.</param>
/// <param name="What">The file's path in the container, or the member of the config.</param>
/// <param name="Cause">Why it differs, where that is known, or else from where on: <c>holds the time of the build:
/// …</c></param>
public sealed record Difference(string Layer, string What, string Cause)
{
    public override string ToString() => $"{Layer}: {What} {Cause}";
}
