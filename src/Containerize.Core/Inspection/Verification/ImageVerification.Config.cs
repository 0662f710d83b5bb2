using System.Globalization;
using System.Text.Json.Nodes;
using Containerize.Images;

namespace Containerize.Inspection.Verification;

/// <summary>The config: what it says of itself, of its layers and of its history (config.md).</summary>
internal sealed partial class ImageVerification
{
    private void CheckConfig(string where, JsonObject config, List<Digest?> diffIds, Platform? claimed)
    {
        if (DocumentShapes.Config.Fault(config) is { } fault)
        {
            Require(where, false, $"is a config that no engine reads: {fault}");
            return;
        }

        var platform = Platform.Read(config);
        Require(where, platform is { Os: not "", Architecture: not "" }, "lacks architecture or os");
        Require(
            where,
            claimed is not { Os: not "", Architecture: not "" } || claimed.Matches(platform),
            $"is for {platform} and the index says {claimed}"
        );
        Require(where, config["created"] is null || IsTime(config["created"]), "has a 'created' that is no time");
        Require(
            where,
            config["rootfs"] is JsonObject rootfs && OciJson.Text(rootfs["type"]) == "layers",
            "has no rootfs of the type 'layers'"
        );
        var stated = ((config["rootfs"] as JsonObject)?["diff_ids"] as JsonArray ?? []).Select(OciJson.Text).ToList();
        Require(where, stated.Count == diffIds.Count, $"has {stated.Count} diff ids for {diffIds.Count} layers");
        foreach (var (says, real) in stated.Zip(diffIds))
            Require(
                where,
                real is null || real.ToString() == says,
                $"says a layer has the diff id {says}, and it is {real}"
            );
        CheckHistory(where, config["history"], diffIds.Count);
        foreach (var variable in (config["config"] as JsonObject)?["Env"] as JsonArray ?? [])
            Require(
                where,
                OciJson.Text(variable)?.IndexOf('=', StringComparison.Ordinal) > 0,
                $"has an invalid variable: {variable?.ToJsonString()}"
            );
    }

    // Without history nothing is wrong; with one, engines and registries count its entries against the layers.
    private void CheckHistory(string where, JsonNode? history, int layers)
    {
        if (history is not JsonArray { Count: > 0 } entries)
        {
            Require(where, history is null or JsonArray, "has a history that is no list");
            return;
        }

        var filled = entries.Count(entry =>
            !(
                entry is JsonObject json
                && json["empty_layer"] is JsonValue value
                && value.TryGetValue<bool>(out var empty)
                && empty
            )
        );
        Require(where, filled == layers, $"has {filled} entries of history for {layers} layers");
        Require(
            where,
            entries.All(entry => entry is JsonObject json && (json["created"] is null || IsTime(json["created"]))),
            "has history with an invalid time"
        );
    }

    // RFC 3339.
    private static bool IsTime(JsonNode? node) =>
        OciJson.Text(node) is { } text
        && text.Contains('T', StringComparison.Ordinal)
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _);
}
