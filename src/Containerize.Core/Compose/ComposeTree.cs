using System.Text.Json.Nodes;

namespace Containerize.Compose;

/// <summary>How trees of Compose files are read and laid over each other.</summary>
internal static class ComposeTree
{
    /// <summary>The text of a value; null for a value that is left out.</summary>
    /// <exception cref="Diagnostics.ContainerizeException">CTZ0340 for a list or a mapping.</exception>
    public static string? Text(JsonNode? node, string place) =>
        node switch
        {
            null => null,
            JsonValue value => value.GetValue<string>(),
            _ => throw ComposeYaml.Invalid(place, "a single value is needed here"),
        };

    /// <summary>The texts of a list.</summary>
    /// <exception cref="Diagnostics.ContainerizeException">CTZ0340.</exception>
    public static IEnumerable<string> Texts(JsonNode? node, string place) =>
        node switch
        {
            null => [],
            JsonArray list => list.Select(item =>
                Text(item, place) ?? throw ComposeYaml.Invalid(place, "an entry of the list is empty")
            ),
            _ => throw ComposeYaml.Invalid(place, "a list is needed here"),
        };

    /// <summary>A list of <c>NAME=VALUE</c> as the mapping that it may also be written as.</summary>
    /// <param name="node">The list or the mapping.</param>
    /// <param name="place">Where it stands, for messages.</param>
    /// <param name="separators">What may part a name from its value.</param>
    /// <exception cref="Diagnostics.ContainerizeException">CTZ0340.</exception>
    public static JsonObject Pairs(JsonNode? node, string place, params char[] separators)
    {
        if (node is JsonObject mapping)
            return (JsonObject)mapping.DeepClone();
        var all = new JsonObject();
        foreach (var text in Texts(node, place))
        {
            var at = text.IndexOfAny(separators.Length > 0 ? separators : ['=']);
            all[at < 0 ? text : text[..at]] = at < 0 ? null : JsonValue.Create(text[(at + 1)..]);
        }

        return all;
    }

    /// <summary>One tree over another: mappings are merged, lists put together, anything else is replaced.</summary>
    public static JsonNode? Merge(JsonNode? below, JsonNode? above)
    {
        switch (below, above)
        {
            case (JsonObject one, JsonObject other):
                var merged = (JsonObject)one.DeepClone();
                foreach (var (name, value) in other)
                    merged[name] = merged.ContainsKey(name) ? Merge(merged[name], value) : value?.DeepClone();
                return merged;
            case (JsonArray one, JsonArray other):
                return new JsonArray([.. one.Concat(other).Select(item => item?.DeepClone())]);
            default:
                return (above ?? below)?.DeepClone();
        }
    }

    /// <summary>The tree with each of its texts replaced; the names in it stay.</summary>
    public static JsonNode? Replace(JsonNode? node, string place, Func<string, string, string> replace)
    {
        switch (node)
        {
            case JsonObject mapping:
                var all = new JsonObject();
                foreach (var (name, value) in mapping)
                    all[name] = Replace(value, $"{place}.{name}".TrimStart('.'), replace);
                return all;
            case JsonArray list:
                return new JsonArray([.. list.Select(item => Replace(item, place, replace))]);
            default:
                return node is null ? null : JsonValue.Create(replace(node.GetValue<string>(), place));
        }
    }
}
