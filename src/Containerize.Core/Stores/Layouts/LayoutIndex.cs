using System.Collections.Immutable;
using System.Diagnostics.Contracts;
using System.Text.Json.Nodes;
using Containerize.Images;
using Containerize.Stores.Files;

namespace Containerize.Stores.Layouts;

/// <summary>
/// The <c>index.json</c> of a layout as it is changed: it belongs to others too, so it is kept as JSON and what we do
/// not know survives. Changing it returns another one.
/// </summary>
internal sealed class LayoutIndex
{
    private readonly JsonObject _json;

    private LayoutIndex(JsonObject json, ImmutableArray<Descriptor> manifests)
    {
        _json = json;
        Manifests = manifests;
    }

    /// <summary>The index of a layout without images.</summary>
    public static LayoutIndex Empty { get; } = Parse(ImageIndex.Create(ImageFormat.Oci, []).Bytes.Span, "A new index");

    public ImmutableArray<Descriptor> Manifests { get; }

    /// <summary>The document's bytes, in the order in which its members came.</summary>
    public byte[] Bytes => OciJson.ToBytes(_json);

    /// <summary>Reads an index.</summary>
    /// <exception cref="Diagnostics.ContainerizeException">CTZ0024.</exception>
    public static LayoutIndex Parse(ReadOnlySpan<byte> bytes, string where) =>
        new(OciJson.Parse(bytes, where), ImageIndex.Parse(bytes, MediaTypes.OciIndex, where).Manifests);

    /// <summary>
    /// A copy with the descriptor in the place of the first that has its tag (of one tag only the first is ever found,
    /// so all others of it go), or at the end.
    /// </summary>
    [Pure]
    public LayoutIndex With(Descriptor descriptor)
    {
        var tag = descriptor.Annotation(ImageNames.RefName);
        var others = Manifests.Select(manifest => manifest.Annotation(ImageNames.RefName) != tag).ToList();
        var at = others.IndexOf(false) is var first and >= 0 ? first : others.Count;
        var json = (JsonObject)_json.DeepClone();
        var nodes = (JsonArray)json["manifests"]!;
        var kept = nodes.ToList().Where((_, i) => others[i]).ToList();
        nodes.Clear();
        kept.Insert(at, descriptor.ToJson());
        kept.ForEach(nodes.Add);
        return new LayoutIndex(json, Manifests.Where((_, i) => others[i]).ToImmutableArray().Insert(at, descriptor));
    }

    /// <summary>A copy with more entries at the end.</summary>
    [Pure]
    public LayoutIndex WithMore(IEnumerable<Descriptor> entries)
    {
        var (json, more) = ((JsonObject)_json.DeepClone(), entries.ToImmutableArray());
        foreach (var entry in more)
            ((JsonArray)json["manifests"]!).Add((JsonNode)entry.ToJson());
        return new LayoutIndex(json, Manifests.AddRange(more));
    }

    /// <summary>A copy without some entries.</summary>
    [Pure]
    public LayoutIndex Without(Func<Descriptor, bool> isGone)
    {
        var json = (JsonObject)_json.DeepClone();
        var nodes = (JsonArray)json["manifests"]!;
        for (var i = Manifests.Length - 1; i >= 0; i--)
        {
            if (isGone(Manifests[i]))
                nodes.RemoveAt(i);
        }

        return new LayoutIndex(json, [.. Manifests.Where(entry => !isGone(entry))]);
    }
}
