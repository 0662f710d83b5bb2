using System.Collections.Immutable;

namespace Containerize.Publishing.Files;

/// <summary>All that the build knows of published files. The publish folder is the truth, and this is its
/// index.</summary>
/// <param name="Items">The files of <c>ResolvedFileToPublish</c>.</param>
public sealed record PublishIndex(ImmutableArray<PublishedItem> Items)
{
    /// <summary>Static web assets, which are no such items.</summary>
    public ImmutableArray<StaticAsset> Assets { get; init; } = [];

    /// <summary>Where packages lie on this machine.</summary>
    public PackageFolders Packages { get; init; } = PackageFolders.None;
}
