using Containerize.Caching;
using Containerize.Entries;
using Containerize.Images;
using Containerize.Layers.Caching;

namespace Containerize.Dockerfiles.StepCaching;

/// <summary>Remembers the layers that steps made, by the steps' keys.</summary>
/// <param name="folder">The cache; null to remember nothing for other builds.</param>
/// <param name="layers">Keeps their bytes.</param>
/// <param name="time">The clock that the cache goes by.</param>
internal sealed class StepCache(CacheFolder? folder, StepLayers layers, TimeProvider time)
{
    private const string Kind = "steps";

    // The record of a step that changed no file.
    private const string Nothing = "nothing";

    /// <summary>What the step made the last time.</summary>
    /// <returns>False when it is not known; true with null for a step that made no layer.</returns>
    public bool TryFind(StepKey key, string name, out Layer? layer)
    {
        layer = null;
        var text = folder?.ReadRecord(Kind, Hash(key), time);
        if (text == Nothing)
            return true;
        layer = LayerRecord.Parse(text) is { } record ? layers.Find(record.DiffId, record.Size, name) : null;
        return layer is not null;
    }

    /// <summary>Writes the layer of a step and remembers it.</summary>
    /// <returns>The layer; null when there is nothing in it.</returns>
    public Layer? Keep(StepKey key, string name, IReadOnlyList<LayerEntry> entries, CancellationToken cancellationToken)
    {
        var layer = entries.Count > 0 ? layers.Write(name, entries, cancellationToken) : null;
        Remember(key, layer);
        return layer;
    }

    /// <summary>Remembers what a step made by a further key.</summary>
    public void Remember(StepKey key, Layer? layer) =>
        folder?.WriteRecord(
            Kind,
            Hash(key),
            layer is null
                ? Nothing
                : new LayerRecord(layer.DiffId, layer.Blob.Descriptor.Digest, layer.Blob.Descriptor.Size).ToString()
        );

    // Another build of this assembly may do a step otherwise.
    private static string Hash(StepKey key) =>
        StepKey.Of(typeof(StepCache).Module.ModuleVersionId.ToString(), key.Hex).Hex;
}
