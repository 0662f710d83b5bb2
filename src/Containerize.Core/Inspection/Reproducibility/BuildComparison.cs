using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Containerize.Images;

namespace Containerize.Inspection.Reproducibility;

/// <summary>What differs between two builds of one image, and why.</summary>
public static class BuildComparison
{
    /// <summary>Compares layer by layer, and what the config says beside them.</summary>
    /// <param name="first">One image.</param>
    /// <param name="second">The other.</param>
    /// <param name="traces">What the builds may have left of themselves.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The differences; none when the images are the same.</returns>
    public static async Task<ImmutableArray<Difference>> CompareAsync(
        Image first,
        Image second,
        BuildTraces traces,
        CancellationToken cancellationToken
    )
    {
        if (first.Digest == second.Digest)
            return [];
        var differences = new List<Difference>();
        var (one, other) = (Named(first), Named(second));
        foreach (var name in one.Keys.Union(other.Keys, StringComparer.Ordinal))
        {
            if (!one.TryGetValue(name, out var before) || !other.TryGetValue(name, out var after))
                differences.Add(
                    new Difference(
                        name,
                        "the layer",
                        $"is in the {(one.ContainsKey(name) ? "first" : "second")} image only"
                    )
                );
            else if (before.Blob.Descriptor.Digest != after.Blob.Descriptor.Digest)
                differences.AddRange(
                    await LayerComparison.CompareAsync(before, after, traces, cancellationToken).ConfigureAwait(false)
                );
        }

        var (config, otherConfig) = (Values(first), Values(second));
        differences.AddRange(
            config
                .Keys.Union(otherConfig.Keys, StringComparer.Ordinal)
                .Select(key =>
                    (Key: key, First: config.GetValueOrDefault(key, ""), Second: otherConfig.GetValueOrDefault(key, ""))
                )
                .Where(member => member.First != member.Second)
                .Select(member => new Difference(
                    "config",
                    member.Key,
                    TextCauses.Of(member.First, member.Second, traces) ?? $"is '{member.First}' and '{member.Second}'"
                ))
        );
        return [.. differences];
    }

    // Layers of the base have one name; they differ by their place.
    private static Dictionary<string, Layer> Named(Image image) =>
        image
            .Layers.Zip(image.Config.OwnLayerNames)
            .Select((pair, i) => pair.First with { Name = pair.Second ?? $"{Layer.BaseName} {i + 1}" })
            .ToDictionary(layer => layer.Name, StringComparer.Ordinal);

    // The layers' digests follow from their files, which are reported already.
    private static Dictionary<string, string> Values(Image image)
    {
        var json = OciJson.Parse(image.Config.Bytes.Span, "the config");
        json.Remove("rootfs");
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        Add(json, "");
        return values;

        void Add(JsonNode? node, string path)
        {
            if (node is JsonObject members)
            {
                foreach (var (name, value) in members)
                    Add(value, path.Length == 0 ? name : $"{path}.{name}");
            }
            else if (node is JsonArray items)
            {
                for (var i = 0; i < items.Count; i++)
                    Add(items[i], $"{path}[{i}]");
            }
            else
            {
                values[path] = OciJson.Text(node) ?? node?.ToJsonString() ?? "";
            }
        }
    }
}
