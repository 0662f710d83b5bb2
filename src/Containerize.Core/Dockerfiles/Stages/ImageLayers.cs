using System.Collections.Concurrent;
using Containerize.Dockerfiles.StepCaching;
using Containerize.Images;

namespace Containerize.Dockerfiles.Stages;

/// <summary>The layers of an image while it is built: compressed, and brought to this machine where an output reads all
/// of them.</summary>
/// <param name="layers">The bytes of the steps' layers.</param>
/// <param name="brings">Whether an output reads all of them.</param>
internal sealed class ImageLayers(StepLayers layers, bool brings)
{
    private readonly ConcurrentQueue<Task> _bringing = new();

    /// <summary>Begins with a layer while further steps are done.</summary>
    public void Begin(Layer layer, CancellationToken cancellationToken)
    {
        var storing = layers.StoreAsync(layer);
        if (brings)
            _bringing.Enqueue(Task.Run(() => BringAsync(storing, cancellationToken), cancellationToken));
    }

    /// <summary>Waits for all of them.</summary>
    /// <exception cref="Diagnostics.ContainerizeException">One cannot be had.</exception>
    public Task AllAsync() => Task.WhenAll(_bringing);

    /// <summary>Waits for what was cancelled: nothing is written to the folders afterwards.</summary>
    public async Task EndAsync() =>
        await Task.WhenAll(_bringing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private static async Task BringAsync(Task<Layer> storing, CancellationToken cancellationToken)
    {
        if ((await storing.ConfigureAwait(false)).Blob.BringAsync is { } bring)
            await bring(cancellationToken).ConfigureAwait(false);
    }
}
