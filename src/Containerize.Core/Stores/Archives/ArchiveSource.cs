using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores.Contents;
using Containerize.Stores.Files;
using Containerize.Stores.Layouts;

namespace Containerize.Stores.Archives;

/// <summary>
/// An image in a tarball: <c>archive:PATH[:name]</c>. It may be a docker archive, an OCI layout in a tar, or both in
/// one (then the layout counts, since it has digests), and compressed with gzip as a whole. The tarball stays open
/// until the source is disposed of: the layers of its images are read out of it.
/// </summary>
public sealed class ArchiveSource : IContentSource, IDisposable
{
    private readonly ImageLocation _location;
    private readonly ArchiveFile _file;
    private readonly ArchiveTree _tree;
    private readonly bool _isLayout;

    private ArchiveSource(ImageLocation location, ArchiveFile file, ArchiveTree tree)
    {
        _location = location;
        _file = file;
        _tree = tree;
        using var marker = tree.Open(LayoutFormat.MarkerName);
        _isLayout = marker is not null;
    }

    /// <summary>As buildah reads it: <c>oci-archive:PATH</c> or <c>docker-archive:PATH</c>.</summary>
    public string Name => $"{(_isLayout ? "oci" : "docker")}-archive:{_location}";

    public ImageFreshness? Freshness => ImageFreshness.Of(_location.Path);

    /// <summary>Opens a tarball and reads its headers.</summary>
    /// <param name="location">The file, and which of its images.</param>
    /// <param name="temporaryFolder">Where a tarball that is compressed as a whole is inflated to, for as long as the
    /// source lives.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ContainerizeException">CTZ0020 when it is not there, CTZ0026 when it is no tar, CTZ0007 for the
    /// temporary folder.</exception>
    public static async Task<ArchiveSource> OpenAsync(
        ImageLocation location,
        string temporaryFolder,
        CancellationToken cancellationToken
    )
    {
        var file = await ArchiveFile.OpenAsync(location.Path, temporaryFolder, cancellationToken).ConfigureAwait(false);
        try
        {
            return new ArchiveSource(location, file, new ArchiveTree(file, location.Path));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <exception cref="ContainerizeException">
    /// CTZ0020 when the image is not there, CTZ0021 when it is not there for the platform, CTZ0022 to CTZ0024 when a
    /// document is not what it should be, CTZ0026 when the tarball is incomplete, CTZ0027 when several images fit.
    /// </exception>
    /// <inheritdoc/>
    public Task<Image> PullAsync(Platform platform, CancellationToken cancellationToken) =>
        _isLayout
            ? new LayoutReader(_tree).ReadAsync(_location.Name, platform, cancellationToken)
            : new DockerArchiveReader(_tree).ReadAsync(_location.Name, platform, cancellationToken);

    /// <inheritdoc/>
    public async Task<IImageContents> OpenContentsAsync(CancellationToken cancellationToken) =>
        _isLayout
            ? new LayoutContents(_tree, _location.Name)
            : new ImageSetContents(
                await new DockerArchiveReader(_tree)
                    .ReadAsync(_location.Name, null, cancellationToken)
                    .ConfigureAwait(false),
                _tree.Where
            );

    /// <summary>The repository that the user calls the image by; null for a tag, or no name.</summary>
    internal string? Repository => ImageNames.RepositoryOf(_location.Name);

    /// <summary>Documents and signatures about images of the tarball; null where it is in Docker's form, which has no
    /// room for them.</summary>
    /// <param name="warn">Hears how many cannot be read.</param>
    internal ReferrerPlace? Referrers(Action<string> warn) => _isLayout ? new LayoutReferrers(_tree, warn) : null;

    public void Dispose() => _file.Dispose();
}
