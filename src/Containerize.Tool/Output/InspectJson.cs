using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Containerize.Images;
using Containerize.Recipes;

namespace Containerize.Tool.Output;

/// <summary>An image as programs read it; docs/tool.md says what is in it.</summary>
internal static class InspectJson
{
    public static string Of(
        string name,
        ImageSet images,
        ImmutableArray<Image> shown,
        IEnumerable<(Digest Subject, ImmutableArray<Descriptor> Referrers)>? attached
    ) =>
        ToolJson.Text(
            new JsonObject
            {
                ["name"] = name,
                ["digest"] = images.Digest.ToString(),
                ["mediaType"] = images.Descriptor.MediaType,
                ["isIndex"] = images.Index is not null,
                ["images"] = new JsonArray([.. shown.Select(Image)]),
                ["artifacts"] = new JsonArray([
                    .. images.Artifacts.Select(artifact => new JsonObject
                    {
                        ["digest"] = artifact.Descriptor.Digest.ToString(),
                        ["mediaType"] = artifact.Descriptor.MediaType,
                        ["size"] = artifact.Descriptor.Size,
                    }),
                ]),
                ["attached"] = attached is null
                    ? null
                    : new JsonArray([
                        .. attached.SelectMany(each =>
                            each.Referrers.Select(referrer => Attached(each.Subject, referrer))
                        ),
                    ]),
            }
        );

    private static JsonObject Attached(Digest subject, Descriptor referrer) =>
        new()
        {
            ["subject"] = subject.ToString(),
            ["digest"] = referrer.Digest.ToString(),
            ["mediaType"] = referrer.MediaType,
            ["artifactType"] = referrer.ArtifactType,
            ["size"] = referrer.Size,
            ["annotations"] = new JsonObject(
                referrer.Annotations.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))
            ),
        };

    private static JsonObject Image(Image image)
    {
        var history = image.Config.LayerHistory;
        return new JsonObject
        {
            ["platform"] = image.Config.Platform.ToString(),
            ["digest"] = image.Digest.ToString(),
            ["mediaType"] = image.Manifest.Descriptor.MediaType,
            ["imageId"] = image.Config.Digest.ToString(),
            ["size"] = image.Layers.Sum(layer => layer.Blob.Descriptor.Size),
            ["annotations"] = new JsonObject(
                image.Manifest.Annotations.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))
            ),
            ["config"] = JsonNode.Parse(image.Config.Bytes.Span),
            ["layers"] = new JsonArray([
                .. image.Layers.Select(
                    (layer, i) =>
                        new JsonObject
                        {
                            ["digest"] = layer.Blob.Descriptor.Digest.ToString(),
                            ["diffId"] = layer.DiffId.ToString(),
                            ["mediaType"] = layer.Blob.Descriptor.MediaType,
                            ["size"] = layer.Blob.Descriptor.Size,
                            ["createdBy"] = history.Length == image.Layers.Length ? history[i] : null,
                        }
                ),
            ]),
            ["dockerfile"] = HistoryDockerfile.Of(image),
        };
    }
}
