using System.Collections.Immutable;
using Containerize.Images;

namespace Containerize.Inspection.Report;

/// <summary>What an image is made of: the facts behind the page and the JSON of <c>containerize report</c>.</summary>
public sealed record ImageReport
{
    /// <summary>The name of the image, as the user wrote it.</summary>
    public required string Name { get; init; }

    /// <summary>The digest that the name stands for: of the index, or of the manifest of the one image.</summary>
    public required Digest Digest { get; init; }

    /// <summary>Every image of the name, in the order of the index.</summary>
    public required ImmutableArray<ReportedPlatform> Platforms { get; init; }

    /// <summary>The platform that is shown.</summary>
    public required Platform Platform { get; init; }

    /// <summary>The digest of the manifest of the image that is shown.</summary>
    public required Digest ManifestDigest { get; init; }

    /// <summary>The digest of its config.</summary>
    public required Digest ImageId { get; init; }

    /// <summary>When the image was made, as it is written; null when it is not given.</summary>
    public required string? Created { get; init; }

    /// <summary>The base image, where labels or annotations of the OCI say it; null elsewhere.</summary>
    public required ReportedBase? Base { get; init; }

    /// <summary>The layers, lowest first.</summary>
    public required ImmutableArray<ReportedLayer> Layers { get; init; }

    /// <summary>The packages of all layers, sorted by kind, name and version.</summary>
    public required ImmutableArray<ReportedPackage> Packages { get; init; }

    /// <summary>Documents and signatures beside it; null where it was not read from a registry.</summary>
    public ReportedAttachments? Attached { get; init; }

    /// <summary>How a container of the image is run.</summary>
    public required ReportedConfig Config { get; init; }

    /// <summary>The Dockerfile that would make the image, as far as its history tells; secrets are masked.</summary>
    public required string Dockerfile { get; init; }

    /// <summary>What differs from the image that it was compared with; null without one.</summary>
    public required ReportComparison? Comparison { get; init; }

    /// <summary>Which layers several images share; null for one image alone.</summary>
    public required SharedLayers? Shared { get; init; }

    /// <summary>The bytes of all layers as they are stored.</summary>
    public long Bytes => Layers.Sum(layer => layer.Bytes);
}

/// <summary>One image of a name.</summary>
/// <param name="Platform">What it runs on.</param>
/// <param name="Digest">The digest of its manifest.</param>
/// <param name="Bytes">The bytes of its layers as they are stored.</param>
public sealed record ReportedPlatform(Platform Platform, Digest Digest, long Bytes);

/// <summary>
/// What an image says of its base (image-spec, annotations.md, <c>org.opencontainers.image.base</c>).
/// </summary>
/// <param name="Name">The reference; null when it is not given.</param>
/// <param name="Digest">The digest of the base's manifest; null when it is not given.</param>
/// <param name="Created">
/// When its last layer was made, as the image's history has it; null when it is not given.
/// </param>
public sealed record ReportedBase(string? Name, string? Digest, string? Created);
