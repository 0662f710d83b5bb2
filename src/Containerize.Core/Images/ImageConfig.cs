using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Containerize.Images;

/// <summary>
/// How a container of the image is run, and what its layers are (image-spec, config.md). It is kept as the JSON it came
/// as and patched, so that members we do not know survive. Changing it returns another one.
/// </summary>
public sealed partial class ImageConfig
{
    private readonly JsonObject _json;
    private readonly byte[] _bytes;

    private ImageConfig(JsonObject json, byte[]? bytes = null)
    {
        _json = json;
        _bytes = bytes ?? OciJson.ToBytes(json);
    }

    /// <summary>The config of an image without layers: what <c>FROM scratch</c> means.</summary>
    public static ImageConfig Scratch(Platform platform)
    {
        var json = platform.ToJson();
        json["config"] = new JsonObject();
        json["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = new JsonArray() };
        json["history"] = new JsonArray();
        return new ImageConfig(json);
    }

    /// <summary>Reads a config; its bytes are kept as they are until it is changed.</summary>
    /// <exception cref="Diagnostics.ContainerizeException">CTZ0024.</exception>
    public static ImageConfig Parse(ReadOnlySpan<byte> bytes, string where)
    {
        var json = OciJson.Parse(bytes, where);
        DocumentShapes.Config.Check(json, where);
        var diffIds =
            OciJson.Object(json["rootfs"], where)["diff_ids"] as JsonArray
            ?? throw OciJson.Invalid(where, "'rootfs.diff_ids' is missing");
        foreach (var diffId in diffIds)
        {
            if (!Digest.TryParse(OciJson.Text(diffId), out _))
                throw OciJson.Invalid(where, $"the diff id '{OciJson.Text(diffId)}' is not a digest");
        }

        OciJson.RequiredText(json, "architecture", where);
        OciJson.RequiredText(json, "os", where);
        return new ImageConfig(json, bytes.ToArray());
    }

    /// <summary>The exact bytes.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>The image id: the digest of the config's bytes.</summary>
    public Digest Digest => Digest.Of(_bytes);

    public Platform Platform => Platform.Read(_json);

    /// <summary>The digests of the layers without compression, lowest first.</summary>
    public ImmutableArray<Digest> DiffIds => [.. OciJson.List(_json["rootfs"]?["diff_ids"]).Select(Digest.Parse)];

    /// <summary>The environment in its order; a variable without <c>=</c> has an empty value.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Environment =>
        [.. OciJson.List(Config["Env"]).Select(SplitVariable)];

    public ImmutableSortedDictionary<string, string> Labels =>
        OciJson.Texts(Config["Labels"], "The labels of the config");

    public ImmutableArray<string> Entrypoint => OciJson.List(Config["Entrypoint"]);

    public ImmutableArray<string> Cmd => OciJson.List(Config["Cmd"]);

    /// <summary>The user, or empty for root.</summary>
    public string User => OciJson.Text(Config["User"]) ?? "";

    public string WorkingDirectory => OciJson.Text(Config["WorkingDir"]) ?? "";

    /// <summary>The ports, such as <c>8080/tcp</c>.</summary>
    public ImmutableArray<string> ExposedPorts => Keys("ExposedPorts");

    public ImmutableArray<string> Volumes => Keys("Volumes");

    /// <summary>The shell that lines of a Dockerfile are run by; empty for the platform's own.</summary>
    public ImmutableArray<string> Shell => OciJson.List(Config["Shell"]);

    /// <summary>What the image wants to be done when another is built upon it (<c>ONBUILD</c>).</summary>
    public ImmutableArray<string> OnBuild => OciJson.List(Config["OnBuild"]);

    public string? StopSignal => OciJson.Text(Config["StopSignal"]);

    /// <summary>The history in its order; empty when there is none.</summary>
    public ImmutableArray<HistoryLine> HistoryLines =>
        [
            .. Entries.Select(entry => new HistoryLine(
                OciJson.Text(entry?["created_by"]),
                IsEmptyLayer(entry),
                OciJson.Text(entry?["created"])
            )),
        ];

    /// <summary>When the image was made, as it is written; null when it is not given.</summary>
    public string? Created => OciJson.Text(_json["created"]);

    /// <summary>The health check as a document (moby/docker-image-spec, <c>Healthcheck</c>); null without
    /// one.</summary>
    public string? HealthcheckJson => Config["Healthcheck"]?.ToJsonString();

    /// <summary>The instructions of a history entry that made layers, lowest first; null where an entry says
    /// nothing.</summary>
    public ImmutableArray<string?> LayerHistory =>
        [.. Entries.Where(entry => !IsEmptyLayer(entry)).Select(entry => OciJson.Text(entry?["created_by"]))];

    /// <summary>For each layer, lowest first, the name that we gave it; null for layers of others.</summary>
    public ImmutableArray<string?> OwnLayerNames
    {
        get
        {
            var names = Entries
                .Where(entry => !IsEmptyLayer(entry))
                .Select(entry =>
                    OciJson.Text(entry?["comment"]) == History.Comment
                        ? History.LayerNameOf(OciJson.Text(entry?["created_by"]))
                        : null
                )
                .ToList();
            // History may be shorter than the layers, or missing (config.md): then it tells nothing.
            return names.Count == DiffIds.Length ? [.. names] : [.. DiffIds.Select(_ => (string?)null)];
        }
    }

    /// <summary>The variable's value, or null.</summary>
    public string? Variable(string name) =>
        Environment.Where(pair => IsSameVariable(pair.Key, name)).Select(pair => pair.Value).LastOrDefault();

    // Windows does not tell upper from lower case in the names of variables.
    private bool IsSameVariable(string left, string right) =>
        string.Equals(
            left,
            right,
            OciJson.Text(_json["os"]) == "windows" ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal
        );

    private JsonObject Config => _json["config"] as JsonObject ?? [];

    private JsonArray Entries => _json["history"] as JsonArray ?? [];

    private ImmutableArray<string> Keys(string name) =>
        Config[name] is JsonObject json ? [.. json.Select(pair => pair.Key)] : [];

    private static bool IsEmptyLayer(JsonNode? entry) =>
        entry?["empty_layer"] is JsonValue value && value.TryGetValue<bool>(out var empty) && empty;

    private static KeyValuePair<string, string> SplitVariable(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? new(text, "") : new(text[..equals], text[(equals + 1)..]);
    }
}
