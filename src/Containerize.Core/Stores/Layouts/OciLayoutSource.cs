using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores.Contents;
using Containerize.Stores.Files;

namespace Containerize.Stores.Layouts;

/// <summary>An image in an OCI image layout folder: <c>oci:PATH[:tag]</c> (image-spec, image-layout.md).</summary>
/// <param name="location">The folder, and which of its images.</param>
public sealed class OciLayoutSource(ImageLocation location) : IContentSource
{
    public string Name => $"oci:{location}";

    // All else there is named by its digest.
    public ImageFreshness? Freshness => ImageFreshness.Of(Path.Combine(location.Path, LayoutFormat.IndexName));

    /// <exception cref="ContainerizeException">
    /// CTZ0020 when the folder or the image is not there, CTZ0021 when it is not there for the platform, CTZ0022 to
    /// CTZ0024 when a document is not what it should be, CTZ0025 when the folder is no layout, CTZ0027 when several
    /// images fit.
    /// </exception>
    /// <inheritdoc/>
    public async Task<Image> PullAsync(Platform platform, CancellationToken cancellationToken)
    {
        CheckPlace();
        using var held = await LayoutLock.SharedAsync(location.Path, cancellationToken).ConfigureAwait(false);
        return await new LayoutReader(new FolderTree(location.Path))
            .ReadAsync(location.Name, platform, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task<IImageContents> OpenContentsAsync(CancellationToken cancellationToken)
    {
        CheckPlace();
        return Task.FromResult<IImageContents>(new LayoutContents(new FolderTree(location.Path), location.Name));
    }

    /// <summary>The repository that the user calls the image by; null for a tag, or no name.</summary>
    internal string? Repository => ImageNames.RepositoryOf(location.Name);

    /// <summary>Documents and signatures about images of the layout.</summary>
    /// <param name="warn">Hears how many cannot be read.</param>
    internal ReferrerPlace Referrers(Action<string> warn) => new LayoutReferrers(new FolderTree(location.Path), warn);

    private void CheckPlace()
    {
        if (File.Exists(location.Path))
            throw new ContainerizeException(
                DiagnosticTable.InvalidLayout,
                $"'{location.Path}' is a file and no OCI image layout. If it is an image tarball, write "
                    + $"'archive:{location}'."
            );
        if (!Directory.Exists(location.Path))
            throw new ContainerizeException(
                DiagnosticTable.ImageNotFound,
                $"'{location.Path}' does not exist. Write the layout first, or name another image."
            );
    }
}
