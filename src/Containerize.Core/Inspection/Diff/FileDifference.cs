using System.Collections.Immutable;
using Containerize.Entries;
using Containerize.FileSystems;

namespace Containerize.Inspection.Diff;

/// <summary>What about a file can differ.</summary>
public enum FileAspect
{
    Kind,
    Content,
    Mode,
    Owner,
    Time,
    Link,
    Attributes,
}

/// <summary>A path at which two images do not show the same.</summary>
/// <param name="Path">The path.</param>
/// <param name="A">What the first image has there; null for nothing.</param>
/// <param name="B">What the second image has there; null for nothing.</param>
internal sealed record FileDifference(ContainerPath Path, ImageFile? A, ImageFile? B)
{
    /// <summary>In what the two differ where both have something.</summary>
    public ImmutableArray<FileAspect> Aspects { get; init; } = [];

    /// <summary>The difference at a path; null when there is none.</summary>
    /// <param name="path">The path.</param>
    /// <param name="a">What the first image has there.</param>
    /// <param name="b">What the second image has there.</param>
    /// <param name="times">Whether times count.</param>
    public static FileDifference? Of(ContainerPath path, ImageFile? a, ImageFile? b, bool times)
    {
        if (a is null || b is null)
            return a is null && b is null ? null : new FileDifference(path, a, b);
        var aspects = AspectsOf(a, b, times).ToImmutableArray();
        return aspects.IsEmpty ? null : new FileDifference(path, a, b) { Aspects = aspects };
    }

    // Of a folder that no layer has an entry of, engines make up the time.
    private static IEnumerable<FileAspect> AspectsOf(ImageFile a, ImageFile b, bool times)
    {
        if (a.Kind != b.Kind || a.Device != b.Device)
            yield return FileAspect.Kind;
        if (a.Digest != b.Digest || a.Size != b.Size)
            yield return FileAspect.Content;
        if (a.Mode != b.Mode && a.Kind != EntryKind.SymbolicLink)
            yield return FileAspect.Mode;
        if ((a.Uid, a.Gid) != (b.Uid, b.Gid))
            yield return FileAspect.Owner;
        if (times && a.ModificationTime != b.ModificationTime && !a.IsImplied && !b.IsImplied)
            yield return FileAspect.Time;
        if (a.LinkTarget != b.LinkTarget || a.HardLinkTarget != b.HardLinkTarget)
            yield return FileAspect.Link;
        if (
            a.ExtendedAttributes.Count != b.ExtendedAttributes.Count
            || a.ExtendedAttributes.Any(pair =>
                !b.ExtendedAttributes.TryGetValue(pair.Key, out var value)
                || !pair.Value.AsSpan().SequenceEqual(value.AsSpan())
            )
        )
            yield return FileAspect.Attributes;
    }
}
