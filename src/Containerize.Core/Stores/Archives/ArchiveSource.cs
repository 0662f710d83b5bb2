using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores.Layout;

namespace Containerize.Stores.Archives;

/// <summary>
/// An image in a tarball: <c>archive:PATH[:name]</c>. It may be a docker archive, an OCI layout in a tar, or both in one
/// (then the layout counts, since it has digests), and compressed with gzip as a whole. The tarball stays open until the
/// source is disposed of, since the layers of its images are read out of it.
/// </summary>
/// <param name="location">The file, and which of its images.</param>
/// <param name="temporaryFolder">Where a tarball that is compressed as a whole is inflated to, for as long as the source lives.</param>
public sealed class ArchiveSource(ImageLocation location, string temporaryFolder) : IImageSource, IDisposable
{
    private ArchiveFile? _file;
    private ArchiveTree? _tree;
    private string _kind = "archive";

    /// <summary>
    /// As buildah reads it, <c>oci-archive:PATH</c> or <c>docker-archive:PATH</c>, once an image was read; before that nobody
    /// knows which of them it is.
    /// </summary>
    public string Name => $"{_kind}:{location}";

    /// <exception cref="ContainerizeException">
    /// CTZ0020 when the tarball or the image is not there, CTZ0021 when it is not there for the platform, CTZ0022 to CTZ0024
    /// when a document is not what it should be, CTZ0026 when the file is no tarball of an image, or incomplete, CTZ0027 when
    /// several images fit, CTZ0007 when there is no room in the temporary folder.
    /// </exception>
    /// <inheritdoc/>
    public async Task<Image> PullAsync(Platform platform, CancellationToken cancellationToken)
    {
        _file ??= await ArchiveFile.OpenAsync(location.Path, temporaryFolder, cancellationToken).ConfigureAwait(false);
        var tree = _tree ??= new ArchiveTree(_file, location.Path);
        using var marker = tree.Open(LayoutFormat.MarkerName);
        _kind = marker is null ? "docker-archive" : "oci-archive";
        return marker is null
            ? await new DockerArchiveReader(tree).ReadAsync(location.Name, platform, cancellationToken).ConfigureAwait(false)
            : await new LayoutReader(tree).ReadAsync(location.Name, platform, cancellationToken).ConfigureAwait(false);
    }

    public void Dispose() => _file?.Dispose();
}
