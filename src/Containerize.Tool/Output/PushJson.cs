using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Containerize.Images;
using Containerize.Publishing.Outputs;
using Containerize.Stores;

namespace Containerize.Tool.Output;

/// <summary>Where images went, as programs read it.</summary>
internal static class PushJson
{
    public static string Of(ImageSet images, ImmutableArray<PushReport> reports) =>
        ToolJson.Text(
            new JsonObject
            {
                ["digest"] = images.Digest.ToString(),
                ["mediaType"] = images.Descriptor.MediaType,
                ["images"] = new JsonArray([
                    .. images.Images.Select(image => new JsonObject
                    {
                        ["platform"] = image.Config.Platform.ToString(),
                        ["digest"] = image.Digest.ToString(),
                        ["imageId"] = image.Config.Digest.ToString(),
                        ["mediaType"] = image.Manifest.Descriptor.MediaType,
                    }),
                ]),
                ["destinations"] = Destinations(images, reports),
            }
        );

    public static JsonArray Destinations(ImageSet images, ImmutableArray<PushReport> reports) =>
        new([
            .. reports.Select(report => new JsonObject
            {
                ["place"] = report.Destination,
                ["notes"] = new JsonArray([.. report.Notes.Select(note => JsonValue.Create(note))]),
                ["layers"] = new JsonArray([
                    .. images
                        .Images.SelectMany(image => image.Layers)
                        .DistinctBy(layer => layer.Blob.Descriptor.Digest)
                        .Select(layer => new JsonObject
                        {
                            ["digest"] = layer.Blob.Descriptor.Digest.ToString(),
                            ["size"] = layer.Blob.Descriptor.Size,
                            ["fate"] = JsonNamingPolicy.CamelCase.ConvertName(
                                report.Layers.GetValueOrDefault(layer.Blob.Descriptor.Digest).ToString()
                            ),
                        }),
                ]),
            }),
        ]);
}
