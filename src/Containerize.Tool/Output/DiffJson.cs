using System.Text.Json;
using System.Text.Json.Nodes;
using Containerize.Diagnostics;
using Containerize.FileSystems;
using Containerize.Images;
using Containerize.Inspection.Diff;

namespace Containerize.Tool.Output;

/// <summary>The differences of two images as programs read them.</summary>
internal static class DiffJson
{
    public static string Of(string a, string b, ImageComparison comparison) =>
        ToolJson.Text(
            new JsonObject
            {
                ["same"] = comparison.AreSame,
                ["a"] = new JsonObject { ["name"] = a, ["digest"] = comparison.A.Digest.ToString() },
                ["b"] = new JsonObject { ["name"] = b, ["digest"] = comparison.B.Digest.ToString() },
                ["config"] = new JsonArray([
                    .. comparison.Members.Select(member => new JsonObject
                    {
                        ["member"] = member.Name,
                        ["a"] = member.A is null ? null : JsonNode.Parse(member.A),
                        ["b"] = member.B is null ? null : JsonNode.Parse(member.B),
                    }),
                ]),
                ["layers"] = new JsonArray([
                    .. comparison.Layers.Select(layer => new JsonObject
                    {
                        ["index"] = layer.Index,
                        ["storageOnly"] = layer.IsStorageOnly,
                        ["a"] = Json(layer.A),
                        ["b"] = Json(layer.B),
                    }),
                ]),
                ["files"] = new JsonArray([
                    .. comparison.Files.Select(file => new JsonObject
                    {
                        ["path"] = NameBytes.Show(file.Path.Text),
                        ["change"] =
                            file.A is null ? "added"
                            : file.B is null ? "removed"
                            : "changed",
                        ["aspects"] = new JsonArray([
                            .. file.Aspects.Select(aspect =>
                                JsonValue.Create(JsonNamingPolicy.CamelCase.ConvertName(aspect.ToString()))
                            ),
                        ]),
                        ["a"] = Json(file.A),
                        ["b"] = Json(file.B),
                    }),
                ]),
            }
        );

    private static JsonObject? Json(Layer? layer) =>
        layer is null
            ? null
            : new JsonObject
            {
                ["digest"] = layer.Blob.Descriptor.Digest.ToString(),
                ["diffId"] = layer.DiffId.ToString(),
                ["mediaType"] = layer.Blob.Descriptor.MediaType,
                ["size"] = layer.Blob.Descriptor.Size,
            };

    private static JsonObject? Json(ImageFile? file) =>
        file is null
            ? null
            : new JsonObject
            {
                ["layer"] = file.Layer,
                ["kind"] = JsonNamingPolicy.CamelCase.ConvertName(file.Kind.ToString()),
                ["mode"] = "0" + Convert.ToString(file.Mode, 8),
                ["uid"] = file.Uid,
                ["gid"] = file.Gid,
                ["time"] = file.ModificationTime.ToUnixTimeSeconds(),
                ["size"] = file.Size,
                ["digest"] = file.Digest?.ToString(),
                ["link"] = (file.LinkTarget ?? file.HardLinkTarget?.Text) is { } link ? NameBytes.Show(link) : null,
            };
}
