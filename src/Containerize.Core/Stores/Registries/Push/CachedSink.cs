using System.Security.Cryptography;
using System.Text;
using Containerize.Caching;
using Containerize.Images;

namespace Containerize.Stores.Registries.Push;

/// <summary>
/// A repository in a registry to which no layer is sent that this machine has sent to another of its repositories
/// before: the registry is asked to take it from there. Where two processes have the same new layer, the second waits
/// for the first.
/// </summary>
/// <param name="inner">The repository.</param>
/// <param name="registry">The registry as references name it.</param>
/// <param name="repository">The repository's name.</param>
/// <param name="folder">The cache, in which it is noted what was sent where.</param>
/// <param name="time">The clock that files in the cache are marked by.</param>
public sealed class CachedSink(
    IImageSink inner,
    string registry,
    string repository,
    CacheFolder folder,
    TimeProvider time
) : IImageSink
{
    private const string Kind = "sent";

    public ImageFreshness? FreshnessOf(ImageSet images) => inner.FreshnessOf(images);

    /// <inheritdoc/>
    public async Task<PushReport> PushAsync(ImageSet images, CancellationToken cancellationToken)
    {
        var own = images
            .Images.SelectMany(image => image.Layers)
            .Where(layer => layer.Blob.Origin is null)
            .Select(layer => layer.Blob.Descriptor.Digest)
            .Distinct()
            .OrderBy(digest => digest.ToString(), StringComparer.Ordinal)
            .ToArray();
        var locks = new List<CacheLock>();
        try
        {
            // In one order, so that two that have several in common do not wait for each other.
            foreach (var digest in own.Where(digest => Find(digest) is null))
                locks.Add(
                    await CacheLock.TakeAsync(folder, Key(digest), time, cancellationToken).ConfigureAwait(false)
                );
            var report = await inner
                .PushAsync(images.WithOrigins(blob => Find(blob.Descriptor.Digest)), cancellationToken)
                .ConfigureAwait(false);
            foreach (var digest in own.Where(report.Layers.ContainsKey))
                folder.WriteRecord(Kind, Key(digest), repository);
            return report;
        }
        finally
        {
            locks.ForEach(held => held.Dispose());
        }
    }

    private ImageReference? Find(Digest digest) =>
        folder.ReadRecord(Kind, Key(digest), time) is { Length: > 0 } known
            ? new ImageReference(registry, known, "sent")
            : null;

    private string Key(Digest digest) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{registry} {digest}")));
}
