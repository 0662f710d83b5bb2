using System.Collections.Immutable;
using Containerize.Images;

namespace Containerize.Stores;

/// <summary>Several sinks as one.</summary>
public static class ImageSinks
{
    /// <summary>Stores the images everywhere, one place after the other in their order, and stops at the first that
    /// fails.</summary>
    /// <exception cref="Diagnostics.ContainerizeException">The failing sink's.</exception>
    public static async Task<ImmutableArray<PushReport>> PushAsync(
        this ImmutableArray<IImageSink> sinks,
        ImageSet images,
        CancellationToken cancellationToken
    )
    {
        var reports = ImmutableArray.CreateBuilder<PushReport>(sinks.Length);
        foreach (var sink in sinks)
            reports.Add(await sink.PushAsync(images, cancellationToken).ConfigureAwait(false));
        return reports.ToImmutable();
    }
}
