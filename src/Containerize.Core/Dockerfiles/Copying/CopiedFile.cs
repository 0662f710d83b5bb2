using Containerize.FileSystems;

namespace Containerize.Dockerfiles.Copying;

/// <summary>How something that is copied relates to the destination.</summary>
internal enum CopyShape
{
    /// <summary>A file that is named itself: it may be the destination or lie in it.</summary>
    File,

    /// <summary>A folder that is named itself: the destination becomes it.</summary>
    Folder,

    /// <summary>Something below a folder, or a path of <c>--parents</c>: always below the destination.</summary>
    Below,
}

/// <summary>Something that <c>COPY</c> or <c>ADD</c> puts into the image, with the place it goes to.</summary>
/// <param name="File">What it is; its path is that in its source.</param>
/// <param name="Source">Where it is from.</param>
/// <param name="Shape">How it relates to the destination.</param>
/// <param name="Target">Names below the destination with <c>/</c> between them; empty for
/// <see cref="CopyShape.Folder"/>.</param>
internal sealed record CopiedFile(ImageFile File, IFileSource Source, CopyShape Shape, string Target)
{
    /// <summary>Which path that the instruction copies it is of: names of one file stay that within one.</summary>
    public int Match { get; init; }
}
