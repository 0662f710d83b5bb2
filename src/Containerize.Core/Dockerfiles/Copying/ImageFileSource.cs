using System.Collections.Immutable;
using Containerize.Entries;
using Containerize.FileSystems;

namespace Containerize.Dockerfiles.Copying;

/// <summary>The files of a stage or an image (<c>COPY --from</c>): owners and modes are as they are there.</summary>
/// <param name="name">What it is, for errors.</param>
/// <param name="files">The files.</param>
/// <param name="folder">The absolute path of a folder for their contents.</param>
internal sealed class ImageFileSource(string name, ImageFiles files, string folder) : IFileSource
{
    public string Name => name;

    public ImageFile? Find(ContainerPath path) => files.Find(path);

    public ContainerPath? Follow(ContainerPath path) => files.Follow(path);

    public IEnumerable<ImageFile> ChildrenOf(ContainerPath path) => files.ChildrenOf(path);

    public object? FileOf(ImageFile file) => file.Kind == EntryKind.File ? (file.ContentLayer, file.Offset) : null;

    public string HashOf(ImageFile file) => file.Digest!.Hex;

    public Task<ImmutableDictionary<ContainerPath, FileContent>> FetchAsync(
        IEnumerable<ImageFile> wanted,
        CancellationToken cancellationToken
    ) => files.FetchAsync(wanted, folder, cancellationToken);
}
