using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Containerize.Dockerfiles.Building;
using Containerize.Images;
using Containerize.Stores;

namespace Containerize.Tool.Output;

/// <summary>What a build made, as programs read it.</summary>
internal static class BuildJson
{
    public static string Of(ImmutableArray<ImageReference> names, DockerfileBuildResult result, ImmutableArray<PushReport> reports) => ToolJson.Text(new JsonObject
    {
        ["names"] = new JsonArray([.. names.Select(name => JsonValue.Create((name with { Digest = null }).ToString()))]),
        ["digest"] = result.Set.Digest.ToString(),
        ["mediaType"] = result.Set.Descriptor.MediaType,
        ["images"] = new JsonArray([.. result.Images.Select(image => new JsonObject
        {
            ["platform"] = image.Platform.ToString(),
            ["digest"] = image.Image.Digest.ToString(),
            ["imageId"] = image.Image.Config.Digest.ToString(),
            ["steps"] = new JsonArray([.. image.Steps.Select(step => new JsonObject
            {
                ["stage"] = step.Step.Stage,
                ["number"] = step.Step.Number,
                ["instruction"] = step.Step.Text,
                ["outcome"] = JsonNamingPolicy.CamelCase.ConvertName(step.Outcome.ToString()),
                ["layer"] = step.Layer?.Blob.Descriptor.Digest.ToString(),
            })]),
        })]),
        ["destinations"] = PushJson.Destinations(result.Set, reports),
        ["warnings"] = new JsonArray([.. result.Warnings.Select(warning => JsonValue.Create(warning))]),
    });
}
