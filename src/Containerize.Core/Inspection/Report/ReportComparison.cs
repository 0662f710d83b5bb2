using System.Collections.Immutable;
using Containerize.Images;
using Containerize.Inspection.Diff;

namespace Containerize.Inspection.Report;

/// <summary>How an image differs from another, which usually is the one before it.</summary>
public sealed record ReportComparison
{
    /// <summary>The name of the other image, as the user wrote it.</summary>
    public required string Name { get; init; }

    /// <summary>The digest of the other image's manifest.</summary>
    public required Digest ManifestDigest { get; init; }

    /// <summary>Why the two differ, in one sentence.</summary>
    public required string Reason { get; init; }

    /// <summary>
    /// The stored bytes of the layers that the other image has not: what a node with the other image pulls.
    /// </summary>
    public required long PulledBytes { get; init; }

    /// <summary>The layers of this image that the other has not, by their places.</summary>
    public required ImmutableArray<int> AddedLayers { get; init; }

    /// <summary>The layers of the other image that this one has not.</summary>
    public required ImmutableArray<RemovedLayer> RemovedLayers { get; init; }

    /// <summary>The packages that came, went or changed their version, sorted by kind and name.</summary>
    public required ImmutableArray<PackageChange> Packages { get; init; }

    /// <summary>The paths at which containers see something else, sorted.</summary>
    public required ImmutableArray<FileChange> Files { get; init; }

    /// <summary>The members of manifest and config that differ, with secrets masked.</summary>
    public required ImmutableArray<MemberDifference> Members { get; init; }
}

/// <summary>A layer that only the other image has.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Digest">The digest of the layer as it is stored.</param>
/// <param name="Bytes">Its length as it is stored.</param>
public sealed record RemovedLayer(string Name, Digest Digest, long Bytes);

/// <summary>What became of a file or a package.</summary>
public enum ChangeKind
{
    /// <summary>Only this image has it.</summary>
    Added,

    /// <summary>Only the other image has it.</summary>
    Removed,

    /// <summary>Both have it, and it is not the same.</summary>
    Changed,
}

/// <summary>A package that is not the same.</summary>
/// <param name="Kind">Who it is of.</param>
/// <param name="Name">Its name.</param>
/// <param name="Before">Its versions in the other image, with <c>, </c> between them; null for none.</param>
/// <param name="After">Its versions in this image; null for none.</param>
/// <param name="Bytes">The part of this image's stored bytes that its files stand for.</param>
public sealed record PackageChange(PackageKind Kind, string Name, string? Before, string? After, long Bytes)
{
    /// <summary>What became of it.</summary>
    public ChangeKind Change =>
        Before is null ? ChangeKind.Added
        : After is null ? ChangeKind.Removed
        : ChangeKind.Changed;
}

/// <summary>A path at which containers see something else.</summary>
/// <param name="Path">The path.</param>
/// <param name="Change">What became of it.</param>
/// <param name="Aspects">In what the two differ where both have something.</param>
/// <param name="SizeBefore">The length in the other image; null where it has nothing there.</param>
/// <param name="SizeAfter">The length in this image; null where it has nothing there.</param>
/// <param name="Layer">The name of the layer it is in: of this image, or of the other where only that has it.</param>
public sealed record FileChange(
    string Path,
    ChangeKind Change,
    ImmutableArray<FileAspect> Aspects,
    long? SizeBefore,
    long? SizeAfter,
    string Layer
);
