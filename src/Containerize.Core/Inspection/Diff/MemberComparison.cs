using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Containerize.Images;

namespace Containerize.Inspection.Diff;

/// <summary>Manifests and configs member by member, variables by their names.</summary>
internal static class MemberComparison
{
    public static ImmutableArray<MemberDifference> Of(Image a, Image b, ComparisonSettings settings)
    {
        var (left, right) = (MembersOf(a, settings), MembersOf(b, settings));
        return
        [
            .. left
                .Keys.Union(right.Keys)
                .Order(StringComparer.Ordinal)
                .Select(name => new MemberDifference(name, left.GetValueOrDefault(name), right.GetValueOrDefault(name)))
                .Where(member => member.A != member.B),
        ];
    }

    private static SortedDictionary<string, string> MembersOf(Image image, ComparisonSettings settings)
    {
        var members = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var config = OciJson.Parse(image.Config.Bytes.Span, "The config");
        // What the layers are is compared as layers.
        config.Remove("rootfs");
        if (!settings.Times)
            config.Remove("created");
        if (!settings.History)
            config.Remove("history");
        Add(members, "", config, settings);
        if (settings.Layers)
        {
            members["mediaType"] = Json(image.Manifest.Descriptor.MediaType);
            foreach (var (key, value) in image.Manifest.Annotations)
                members[$"annotations.{key}"] = Json(value);
        }

        return members;
    }

    private static void Add(
        SortedDictionary<string, string> members,
        string name,
        JsonNode? node,
        ComparisonSettings settings
    )
    {
        if (node is JsonObject json)
        {
            foreach (var (key, value) in json)
            {
                if (settings.Times || key != "created")
                    Add(members, name.Length == 0 ? key : $"{name}.{key}", value, settings);
            }

            // A set such as ExposedPorts has members without a value; a missing set means the same as an empty
            // one.
            if (json.Count == 0 && name.Count(letter => letter == '.') > 1)
                members[name] = "{}";
        }
        else if (node is JsonArray array && name == "config.Env")
        {
            foreach (var variable in array.Select(OciJson.Text).OfType<string>().Select(text => text.Split('=', 2)))
                members[$"{name}.{variable[0]}"] = Json(variable.ElementAtOrDefault(1) ?? "");
        }
        else if (node is JsonArray entries && name == "history")
        {
            for (var i = 0; i < entries.Count; i++)
                Add(members, string.Create(CultureInfo.InvariantCulture, $"history[{i}]"), entries[i], settings);
        }
        else if (node is not null and not JsonArray { Count: 0 })
            members[name] = Json(node);
    }

    private static string Json(JsonNode node) => Encoding.UTF8.GetString(OciJson.ToBytes(node));
}
