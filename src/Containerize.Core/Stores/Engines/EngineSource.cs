using Containerize.Images;
using Containerize.Stores.Archives;
using Containerize.Stores.Contents;

namespace Containerize.Stores.Engines;

/// <summary>An image in a container engine on this machine, <c>daemon:NAME</c>: the engine saves it as a
/// tarball.</summary>
internal sealed class EngineSource : IContentSource, IDisposable
{
    private readonly ImageReference _reference;
    private readonly string _path;
    private readonly ArchiveSource _archive;

    private EngineSource(ImageReference reference, string path, ArchiveSource archive)
    {
        _reference = reference;
        _path = path;
        _archive = archive;
    }

    /// <summary>The image's name, which the same engine's builder finds too.</summary>
    public string Name => _reference.ToString();

    /// <summary>Has the engine save the image.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="reference">The image's name there.</param>
    /// <param name="temporaryFolder">An absolute folder for the tarball, for as long as the source lives.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="Diagnostics.ContainerizeException">CTZ0029 for the engine, CTZ0026 for what it
    /// saves.</exception>
    public static async Task<EngineSource> OpenAsync(
        LocalEngine engine,
        ImageReference reference,
        string temporaryFolder,
        CancellationToken cancellationToken
    )
    {
        Directory.CreateDirectory(temporaryFolder);
        var path = Path.Combine(temporaryFolder, Guid.NewGuid().ToString("N") + ".tar");
        try
        {
            await engine.RunAsync(["save", "-o", path, reference.ToString()], cancellationToken).ConfigureAwait(false);
            var archive = await ArchiveSource
                .OpenAsync(new ImageLocation(path, null), temporaryFolder, cancellationToken)
                .ConfigureAwait(false);
            return new EngineSource(reference, path, archive);
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    public Task<Image> PullAsync(Platform platform, CancellationToken cancellationToken) =>
        _archive.PullAsync(platform, cancellationToken);

    /// <inheritdoc/>
    public Task<IImageContents> OpenContentsAsync(CancellationToken cancellationToken) =>
        _archive.OpenContentsAsync(cancellationToken);

    public void Dispose()
    {
        _archive.Dispose();
        File.Delete(_path);
    }
}
