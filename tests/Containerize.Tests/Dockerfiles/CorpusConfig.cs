using System.Text.Json.Nodes;
using Containerize.TestKit.Images;

namespace Containerize.Tests.Dockerfiles;

/// <summary>Everything that a config says of how a container runs, member by member, to be compared with
/// another's.</summary>
public static class CorpusConfig
{
    private static readonly string[] Members =
    [
        "Env",
        "Entrypoint",
        "Cmd",
        "Labels",
        "ExposedPorts",
        "Volumes",
        "User",
        "WorkingDir",
        "StopSignal",
        "Healthcheck",
        "Shell",
        "OnBuild",
    ];

    /// <summary>The members and their values as text; what is empty is as if it were not there.</summary>
    public static IReadOnlyDictionary<string, string> Of(OciLayout layout)
    {
        var document = layout.Config();
        var values = Members.ToDictionary(
            name => name,
            name => Text(document["config"]?[name]),
            StringComparer.Ordinal
        );
        // The names are unique, so that the order means nothing to a container; BuildKit keeps it, and so do we.
        var variables = (document["config"]?["Env"] as JsonArray ?? []).Select(node => (string)node!).ToList();
        values["Env"] = string.Join(' ', variables.Order(StringComparer.Ordinal));
        values.Add("EnvOrder", string.Join(' ', variables.Select(variable => variable.Split('=')[0])));
        values.Add("author", Text(document["author"]));
        values.Add("platform", $"{document["os"]}/{document["architecture"]}");
        return values;
    }

    private static string Text(JsonNode? node) =>
        node switch
        {
            null => "",
            JsonArray { Count: 0 } or JsonObject { Count: 0 } => "",
            JsonObject map => string.Join(
                ' ',
                map.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={Text(pair.Value)}")
            ),
            JsonValue value when value.TryGetValue<string>(out var text) => text,
            _ => node.ToJsonString(),
        };
}
