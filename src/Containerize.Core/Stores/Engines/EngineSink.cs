using System.Collections.Immutable;
using Containerize.Images;
using Containerize.Stores.Archives;

namespace Containerize.Stores.Engines;

/// <summary>A container engine on this machine: it is given a tarball to load.</summary>
/// <param name="engine">The engine.</param>
/// <param name="names">The image's names there, one at least.</param>
/// <param name="temporaryFolder">An absolute folder for the tarball, which is gone afterwards.</param>
/// <param name="machine">What the machine runs, of several platforms; null for the first.</param>
internal sealed class EngineSink(
    LocalEngine engine,
    ImmutableArray<ImageReference> names,
    string temporaryFolder,
    Platform? machine = null
) : IImageSink
{
    public bool ReadsAllBlobs => true;

    /// <inheritdoc/>
    /// <exception cref="Diagnostics.ContainerizeException">CTZ0029 for the engine, CTZ0007 for the folder.</exception>
    public async Task<PushReport> PushAsync(ImageSet images, CancellationToken cancellationToken)
    {
        var path = Path.Combine(temporaryFolder, Guid.NewGuid().ToString("N") + ".tar");
        try
        {
            var report = await new ArchiveSink(path, names, machine)
                .PushAsync(images, cancellationToken)
                .ConfigureAwait(false);
            await engine.RunAsync(["load", "-i", path], cancellationToken).ConfigureAwait(false);
            return report with { Destination = $"{engine.Command}: {names[0]}" };
        }
        finally
        {
            if (File.Exists(path))
                File.Delete(path);
        }
    }
}
