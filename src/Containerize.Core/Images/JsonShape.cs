using System.Text.Json;
using System.Text.Json.Nodes;

namespace Containerize.Images;

/// <summary>
/// What kinds of values the members of a document have. The engines read documents into typed values and refuse a
/// member of another kind (<c>docker load</c>: "cannot unmarshal"), so it is refused here before anything is made of
/// it. As in Go's encoding/json null is a value of every kind, and a member that is not known may be anything.
/// </summary>
internal abstract class JsonShape
{
    /// <summary>A text.</summary>
    public static JsonShape Text { get; } = new Kind("a text", value => value.GetValueKind() == JsonValueKind.String);

    /// <summary>A whole number of 64 bits, written without a fraction or an exponent.</summary>
    public static JsonShape Number { get; } =
        new Kind(
            "a whole number",
            value => value.GetValueKind() == JsonValueKind.Number && long.TryParse(value.ToJsonString(), out _)
        );

    /// <summary><c>true</c> or <c>false</c>.</summary>
    public static JsonShape Flag { get; } =
        new Kind("true or false", value => value.GetValueKind() is JsonValueKind.True or JsonValueKind.False);

    /// <summary>A list of texts.</summary>
    public static JsonShape Texts { get; } = ListOf(Text);

    /// <summary>An object of texts by any name.</summary>
    public static JsonShape TextMap { get; } = MapOf(Text);

    /// <summary>A set as Go writes it: an object of empty objects.</summary>
    public static JsonShape Set { get; } = MapOf(Object([]));

    /// <summary>A list.</summary>
    public static JsonShape ListOf(JsonShape item) => new List(item);

    /// <summary>An object whose members, by any name, are of one shape.</summary>
    public static JsonShape MapOf(JsonShape value) => new Map(value);

    /// <summary>An object with these members among others.</summary>
    public static JsonShape Object(Dictionary<string, JsonShape> members) => new Members(members);

    /// <summary>What is wrong with a value; null when nothing is.</summary>
    /// <param name="node">The value.</param>
    /// <param name="path">Where it stands in the document: <c>config.Env[2]</c>; empty for the document.</param>
    public string? Fault(JsonNode? node, string path = "") => node is null ? null : FaultOf(node, path);

    /// <summary>Refuses a value of another shape.</summary>
    /// <exception cref="Diagnostics.ContainerizeException">CTZ0024.</exception>
    public void Check(JsonNode? node, string where)
    {
        if (Fault(node) is { } fault)
            throw OciJson.Invalid(where, fault);
    }

    private protected abstract string? FaultOf(JsonNode node, string path);

    private static string? Other(string path, string expected) => $"'{path}' is not {expected}";

    private sealed class Kind(string name, Func<JsonNode, bool> isOf) : JsonShape
    {
        private protected override string? FaultOf(JsonNode node, string path) => isOf(node) ? null : Other(path, name);
    }

    private sealed class List(JsonShape item) : JsonShape
    {
        private protected override string? FaultOf(JsonNode node, string path) =>
            node is not JsonArray array
                ? Other(path, "a list")
                : array
                    .Select((each, i) => item.Fault(each, $"{path}[{i}]"))
                    .FirstOrDefault(fault => fault is not null);
    }

    private sealed class Map(JsonShape value) : JsonShape
    {
        private protected override string? FaultOf(JsonNode node, string path) =>
            node is not JsonObject json
                ? Other(path, "an object")
                : json.Select(pair => value.Fault(pair.Value, Join(path, pair.Key)))
                    .FirstOrDefault(fault => fault is not null);
    }

    private sealed class Members(Dictionary<string, JsonShape> members) : JsonShape
    {
        private protected override string? FaultOf(JsonNode node, string path)
        {
            if (node is not JsonObject json)
                return Other(path, "an object");
            foreach (var (name, shape) in members)
            {
                if (shape.Fault(json[name], Join(path, name)) is { } fault)
                    return fault;
            }

            return null;
        }
    }

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
