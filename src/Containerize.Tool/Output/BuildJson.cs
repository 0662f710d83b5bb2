using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Containerize.Dockerfiles;
using Containerize.Dockerfiles.Stages;
using Containerize.Images;
using Containerize.Publishing.Outputs;
using Containerize.Stores;

namespace Containerize.Tool.Output;

/// <summary>What a build made, as programs read it.</summary>
internal static class BuildJson
{
    /// <summary>What docker build calls the image's id: the digest of the config, of several platforms the
    /// index's.</summary>
    public static Digest ImageId(DockerfileBuildResult result) =>
        result.Images is [var only] ? only.Image.Config.Digest : result.Set.Digest;

    /// <summary>What <c>docker build --metadata-file</c> writes, under its names.</summary>
    /// <param name="names">The image's names; may be empty.</param>
    /// <param name="result">What was made.</param>
    public static string Metadata(ImmutableArray<ImageReference> names, DockerfileBuildResult result)
    {
        var metadata = new JsonObject();
        if (result.Images is [var only])
            metadata["containerimage.config.digest"] = only.Image.Config.Digest.ToString();
        metadata["containerimage.descriptor"] = new JsonObject
        {
            ["mediaType"] = result.Set.Descriptor.MediaType,
            ["digest"] = result.Set.Digest.ToString(),
            ["size"] = result.Set.Descriptor.Size,
        };
        metadata["containerimage.digest"] = result.Set.Digest.ToString();
        if (!names.IsEmpty)
            metadata["image.name"] = string.Join(',', names.Select(name => (name with { Digest = null }).ToString()));
        return ToolJson.Text(metadata);
    }

    public static string Of(
        ImmutableArray<ImageReference> names,
        DockerfileBuildResult result,
        ImmutableArray<PushReport> reports,
        IEnumerable<string> ofCaches
    ) =>
        ToolJson.Text(
            new JsonObject
            {
                ["names"] = new JsonArray([
                    .. names.Select(name => JsonValue.Create((name with { Digest = null }).ToString())),
                ]),
                ["digest"] = result.Set.Digest.ToString(),
                ["mediaType"] = result.Set.Descriptor.MediaType,
                ["images"] = new JsonArray([
                    .. result.Images.Select(image => new JsonObject
                    {
                        ["platform"] = image.Platform.ToString(),
                        ["digest"] = image.Image.Digest.ToString(),
                        ["imageId"] = image.Image.Config.Digest.ToString(),
                        ["steps"] = new JsonArray([
                            .. image.Steps.Select(step => new JsonObject
                            {
                                ["stage"] = step.Step.Stage,
                                ["number"] = step.Step.Number,
                                ["instruction"] = step.Step.Text,
                                ["outcome"] = JsonNamingPolicy.CamelCase.ConvertName(step.Outcome.ToString()),
                                ["layer"] = step.Layer?.Blob.Descriptor.Digest.ToString(),
                            }),
                        ]),
                    }),
                ]),
                ["destinations"] = PushJson.Destinations(result.Set, reports),
                ["findings"] = CheckText.Json(result.Findings),
                ["warnings"] = new JsonArray([
                    .. result.Warnings.Concat(ofCaches).Select(warning => JsonValue.Create(warning)),
                ]),
            }
        );
}
