using System.Collections.Immutable;
using Containerize.Entries;
using Containerize.FileSystems;

namespace Containerize.Dockerfiles.Copying;

/// <summary>A tree of files that <c>COPY</c> takes from: the context, or the files of an image.</summary>
internal interface IFileSource
{
    /// <summary>What it is, for errors: <c>the context</c>, <c>the stage 'build'</c>.</summary>
    string Name { get; }

    /// <summary>What lies at a path, no link followed; null for nothing.</summary>
    ImageFile? Find(ContainerPath path);

    /// <summary>Where a path leads to, all links followed; null where that is outside of the tree.</summary>
    ContainerPath? Follow(ContainerPath path);

    /// <summary>What lies in a folder, sorted by path; empty for a path that is not a folder.</summary>
    IEnumerable<ImageFile> ChildrenOf(ContainerPath path);

    /// <summary>What tells a file whatever its name is: equal for names of one file; null for one name.</summary>
    object? FileOf(ImageFile file);

    /// <summary>The SHA-256 of a file's content, in hexadecimal.</summary>
    string HashOf(ImageFile file);

    /// <summary>The content of each of some files, to be opened any number of times.</summary>
    Task<ImmutableDictionary<ContainerPath, FileContent>> FetchAsync(
        IEnumerable<ImageFile> files,
        CancellationToken cancellationToken
    );
}

internal static class FileSources
{
    /// <summary>All that lies below a folder; a folder comes before what is in it.</summary>
    public static IEnumerable<ImageFile> DescendantsOf(this IFileSource source, ContainerPath path)
    {
        foreach (var child in source.ChildrenOf(path))
        {
            yield return child;
            if (child.Kind != EntryKind.Directory)
                continue;
            foreach (var below in source.DescendantsOf(child.Path))
                yield return below;
        }
    }
}
