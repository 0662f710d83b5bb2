using Containerize.Caching;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Layers;

namespace Containerize.Dockerfiles.Building;

/// <summary>Keeps the layers that steps made, by the steps' keys.</summary>
/// <param name="folder">The cache; null to keep nothing for other builds.</param>
/// <param name="workFolder">The absolute path of a folder of this build for layers.</param>
/// <param name="encoding">How layers are stored.</param>
/// <param name="time">The clock that the cache goes by.</param>
internal sealed class StepCache(CacheFolder? folder, string workFolder, LayerEncoding encoding, TimeProvider time)
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
        if (LayerRecord.Parse(text) is not { } record || !folder!.Has(encoding.Describe(record.Digest, record.Size)))
            return false;
        folder.Touch(record.Digest, time);
        layer = Read(encoding.Describe(record.Digest, record.Size), record.DiffId, name);
        return true;
    }

    /// <summary>Writes the layer of a step and remembers it.</summary>
    /// <returns>The layer; null when there is nothing in it.</returns>
    public Layer? Keep(StepKey key, string name, IReadOnlyList<LayerEntry> entries, CancellationToken cancellationToken)
    {
        if (entries.Count > 0)
            return Write(key, name, entries, cancellationToken);
        folder?.WriteRecord(Kind, Hash(key), Nothing);
        return null;
    }

    /// <summary>A layer with nothing in it: an image without any layer is one that engines and registries may refuse.</summary>
    public Layer Empty(CancellationToken cancellationToken) => Write(StepKey.Of("empty"), "FROM scratch", [], cancellationToken);

    /// <summary>Remembers what a step made by a further key.</summary>
    public void Remember(StepKey key, Layer? layer) => folder?.WriteRecord(Kind, Hash(key), layer is null ? Nothing
        : new LayerRecord(layer.DiffId, layer.Blob.Descriptor.Digest, layer.Blob.Descriptor.Size).ToString());

    private Layer Write(StepKey key, string name, IReadOnlyList<LayerEntry> entries, CancellationToken cancellationToken)
    {
        var writer = new LayerWriter(workFolder, encoding);
        var plan = new PlannedLayer($"{key.Hex[..24]}-{Guid.NewGuid():N}", [.. entries]);
        var written = folder?.MakeAsync(stream => Task.FromResult(writer.Write(plan, stream, cancellationToken)), made => made.Descriptor.Digest).GetAwaiter().GetResult();
        if (written is null)
            return writer.Write(plan, cancellationToken) with { Name = name };
        folder!.WriteRecord(Kind, Hash(key), new LayerRecord(written.DiffId, written.Descriptor.Digest, written.Descriptor.Size).ToString());
        return Read(written.Descriptor, written.DiffId, name);
    }

    // How layers are stored is part of what they are, and another build of this assembly may do a step otherwise.
    private string Hash(StepKey key) => StepKey.Of(encoding.Format, typeof(StepCache).Module.ModuleVersionId.ToString(), key.Hex).Hex;

    private Layer Read(Descriptor descriptor, Digest diffId, string name) => new(new Blob(descriptor, async cancellationToken =>
        await folder!.OpenVerifiedAsync(descriptor, cancellationToken).ConfigureAwait(false)
        ?? throw new ContainerizeException(DiagnosticTable.CachedLayerDamaged,
            $"The layer {descriptor.Digest} of '{name}' is no longer what it was when it was put into the cache '{folder.Path}'. It was removed there: build again.")), diffId, name);
}
