using System.Collections.Concurrent;
using Containerize.FileSystems;
using Containerize.Images;

namespace Containerize.Dockerfiles.Building;

/// <summary>The files of the images that a build comes by, each read once: an image with one more layer takes over what is known.</summary>
internal sealed class FileViews
{
    private readonly ConcurrentDictionary<string, Lazy<Task<ImageFiles>>> _views = new(StringComparer.Ordinal);

    /// <summary>The files of an image.</summary>
    /// <exception cref="Diagnostics.ContainerizeException">As of <see cref="ImageFiles.ReadAsync"/>.</exception>
    public Task<ImageFiles> OfAsync(Image image, CancellationToken cancellationToken) => _views.GetOrAdd(
        StepKey.OfFiles(image), _ => new Lazy<Task<ImageFiles>>(() => ReadAsync(image, cancellationToken))).Value;

    private async Task<ImageFiles> ReadAsync(Image image, CancellationToken cancellationToken)
    {
        for (var known = image.Layers.Length - 1; known >= 0; known--)
        {
            var key = string.Join(' ', image.Layers.Take(known).Select(layer => layer.DiffId));
            if (!_views.TryGetValue(key, out var view))
                continue;
            var files = await view.Value.ConfigureAwait(false);
            foreach (var layer in image.Layers.Skip(known))
                files = await files.WithAsync(layer, cancellationToken).ConfigureAwait(false);
            return files;
        }

        return await ImageFiles.ReadAsync(image, cancellationToken).ConfigureAwait(false);
    }
}
