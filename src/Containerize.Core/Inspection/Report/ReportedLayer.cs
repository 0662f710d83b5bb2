using System.Collections.Immutable;
using Containerize.Images;

namespace Containerize.Inspection.Report;

/// <summary>A layer, and every file in it.</summary>
/// <param name="Index">Its place, counted from the lowest, which is 0.</param>
/// <param name="Name">Its name where we made it, <c>base</c> below ours, else its place and instruction.</param>
/// <param name="Kind">What sort of content it has.</param>
/// <param name="Digest">The digest of the layer as it is stored.</param>
/// <param name="DiffId">The digest of its tar.</param>
/// <param name="Compression">How it is compressed: <c>gzip</c>, <c>zstd</c> or <c>none</c>.</param>
/// <param name="Bytes">Its length as it is stored.</param>
/// <param name="CreatedBy">The instruction that made it, with secrets masked; null when history does not say.</param>
public sealed record ReportedLayer(
    int Index,
    string Name,
    LayerKind Kind,
    Digest Digest,
    Digest DiffId,
    string Compression,
    long Bytes,
    string? CreatedBy
)
{
    /// <summary>The files that it stores, in the order of its tar.</summary>
    public required ImmutableArray<ReportedFile> Files { get; init; }

    /// <summary>How many paths it takes away from lower layers.</summary>
    public required int Removals { get; init; }

    /// <summary>What the last publish did with it, such as <c>built, sent</c>; null where no publish tells.</summary>
    public string? Fate { get; init; }

    /// <summary>The bytes of its files before compression.</summary>
    public long Size => Files.Sum(file => file.Size);

    /// <summary>
    /// The stored bytes that no file stands for: of a layer that has only folders and links, all of them.
    /// </summary>
    public long OtherBytes => Bytes - Files.Sum(file => file.Bytes);
}

/// <summary>What sort of content a layer has.</summary>
public enum LayerKind
{
    /// <summary>Came with the base image, or is the first layer of an image that we did not make.</summary>
    Base,

    /// <summary>Operating-system packages, or what a <c>RUN</c> made.</summary>
    Packages,

    /// <summary>The .NET runtime.</summary>
    Runtime,

    /// <summary>NuGet packages.</summary>
    Dependencies,

    /// <summary>The app itself, or what a <c>COPY</c> or <c>ADD</c> brought.</summary>
    App,

    /// <summary>All else.</summary>
    Other,
}

/// <summary>A file in one layer.</summary>
/// <param name="Path">Its absolute path.</param>
/// <param name="Size">Its length before compression.</param>
/// <param name="Bytes">
/// Its part of the layer's stored bytes. Compression works across files, so this is computed: the stored bytes are
/// divided in the proportion of the lengths before compression, and the parts add up to the layer.
/// </param>
/// <param name="Package">The package that it is of; null for none that is known.</param>
/// <param name="IsHidden">Whether a higher layer replaces or removes it, so that no container sees it.</param>
public sealed record ReportedFile(string Path, long Size, long Bytes, PackageName? Package, bool IsHidden);
