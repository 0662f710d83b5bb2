using Containerize.Caching;
using Containerize.Entries;
using Containerize.Images;
using Containerize.Layers.Caching;

namespace Containerize.Dockerfiles.StepCaching;

/// <summary>Remembers the layers that steps made, by the steps' keys.</summary>
/// <param name="folder">The cache; null to remember nothing for other builds.</param>
/// <param name="layers">Keeps their bytes.</param>
/// <param name="shared">What other machines did, which this build is to trust; null for nothing.</param>
/// <param name="time">The clock that the cache goes by.</param>
internal sealed class StepCache(CacheFolder? folder, StepLayers layers, ISharedSteps? shared, TimeProvider time)
{
    private const string Kind = "steps";

    // The record of a step that changed no file.
    private const string Nothing = "nothing";

    /// <summary>Has other machines' results read while the build begins, where this machine cannot have any.</summary>
    public void Begin(CancellationToken cancellationToken)
    {
        if (folder is null || !Directory.Exists(Path.GetDirectoryName(folder.RecordPath(Kind, "any"))))
            shared?.Begin(cancellationToken);
    }

    /// <summary>What the step made the last time, here or where the build is to look.</summary>
    /// <returns>Null when it is not known.</returns>
    public async Task<KnownStep?> FindAsync(StepKey key, string name, CancellationToken cancellationToken)
    {
        var hash = SharedKey(key);
        var text = folder?.ReadRecord(Kind, hash, time);
        if (text == Nothing)
            return new KnownStep(null, IsShared: false);
        if (LayerRecord.Parse(text) is { } record && layers.Find(record.DiffId, record.Size, name) is { } layer)
            return new KnownStep(layer, IsShared: false);
        return shared is not null && await shared.FindAsync(hash, cancellationToken).ConfigureAwait(false) is { } step
            ? new KnownStep(step.Layer is { } other ? layers.Take(other, name) : null, IsShared: true)
            : null;
    }

    /// <summary>Writes the layer of a step and remembers it.</summary>
    /// <returns>The layer; null when there is nothing in it.</returns>
    public Layer? Keep(StepKey key, string name, IReadOnlyList<LayerEntry> entries, CancellationToken cancellationToken)
    {
        var layer = entries.Count > 0 ? layers.Write(name, entries, cancellationToken) : null;
        Remember(key, layer);
        return layer;
    }

    /// <summary>Remembers what a step made by a further key. Not what another machine says of it: that counts only in
    /// builds that name the place.</summary>
    public void Remember(StepKey key, Layer? layer) =>
        folder?.WriteRecord(
            Kind,
            SharedKey(key),
            layer is null
                ? Nothing
                : new LayerRecord(layer.DiffId, layer.Blob.Descriptor.Digest, layer.Blob.Descriptor.Size).ToString()
        );

    /// <summary>What a step is known by on all machines: another build of this assembly may do it otherwise.</summary>
    public static string SharedKey(StepKey key) =>
        StepKey.Of(typeof(StepCache).Module.ModuleVersionId.ToString(), key.Hex).Hex;
}

/// <summary>A step that was done before.</summary>
/// <param name="Layer">What it made; null for a step that changed no file.</param>
/// <param name="IsShared">Whether that is the word of another machine.</param>
internal sealed record KnownStep(Layer? Layer, bool IsShared);

/// <summary>What came of a step.</summary>
/// <param name="Layer">What it made; null for a step that changed no file.</param>
/// <param name="IsCached">Whether it was done before.</param>
/// <param name="Keys">All that it is known by; none for what is never done.</param>
internal sealed record MadeStep(Layer? Layer, bool IsCached, params IReadOnlyList<StepKey> Keys);
