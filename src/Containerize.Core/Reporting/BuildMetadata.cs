using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.IO;
using Containerize.Layers.Caching;
using Containerize.Packages;
using Containerize.Publishing;
using Containerize.Stores;

namespace Containerize.Reporting;

/// <summary>What a run made, as JSON for the steps of a pipeline that come after it.</summary>
/// <param name="Json">The document.</param>
public sealed record BuildMetadata(string Json)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n" };

    /// <summary>The document of a run: names, digests, media types, each layer with its size and fate in each place,
    /// and the packages that were chosen.</summary>
    public static BuildMetadata Of(ImmutableArray<ImageReference> names, ContainerBuildResult result) =>
        new(
            new JsonObject
            {
                ["names"] = OciJson.From(names.Select(name => name.ToString())),
                ["mediaType"] = result.Images.Descriptor.MediaType,
                ["digest"] = result.Images.Digest.ToString(),
                ["imageId"] = result.Image.Config.Digest.ToString(),
                ["platform"] = result.Image.Config.Platform.ToString(),
                ["base"] = new JsonObject { ["name"] = result.Recipe.From, ["digest"] = result.BaseDigest.ToString() },
                ["layers"] = new JsonArray([
                    .. CachedLayer
                        .Join(result.Image, result.Layers)
                        .Select(layer => LayerJson(layer.Layer, result.Reports, layer.Made)),
                ]),
                ["packages"] = PackageReport.ToJson(result.Packages?.Packages ?? []),
                ["destinations"] = OciJson.From(result.Reports.Select(report => report.Destination)),
            }.ToJsonString(Indented) + "\n"
        );

    /// <summary>The document of images for several platforms: the index, and of each platform what <see cref="Of"/>
    /// says of one.</summary>
    /// <param name="names">The names of the image.</param>
    /// <param name="images">The images of all platforms.</param>
    /// <param name="packages">The operating-system packages in each, by the digest of its config.</param>
    /// <param name="reports">Where the images went.</param>
    public static BuildMetadata OfPlatforms(
        ImmutableArray<ImageReference> names,
        ImageSet images,
        IReadOnlyDictionary<Digest, JsonArray> packages,
        ImmutableArray<PushReport> reports
    ) =>
        new(
            new JsonObject
            {
                ["names"] = OciJson.From(names.Select(name => name.ToString())),
                ["mediaType"] = images.Descriptor.MediaType,
                ["digest"] = images.Digest.ToString(),
                ["platforms"] = new JsonArray([
                    .. images.Images.Select(image => new JsonObject
                    {
                        ["mediaType"] = image.Manifest.Descriptor.MediaType,
                        ["digest"] = image.Digest.ToString(),
                        ["imageId"] = image.Config.Digest.ToString(),
                        ["platform"] = image.Config.Platform.InIndex().ToString(),
                        ["layers"] = new JsonArray([.. image.Layers.Select(layer => LayerJson(layer, reports, null))]),
                        ["packages"] = packages[image.Config.Digest].DeepClone(),
                    }),
                ]),
                ["destinations"] = OciJson.From(reports.Select(report => report.Destination)),
            }.ToJsonString(Indented) + "\n"
        );

    /// <summary>Writes the document, unless the file says the same already.</summary>
    /// <param name="path">The full path of the file.</param>
    /// <param name="json">The document.</param>
    /// <exception cref="ContainerizeException">CTZ0007.</exception>
    public static async Task WriteAsync(string path, string json)
    {
        try
        {
            if (IsThere(path, json))
                return;
            await OutputFiles.WriteTextAsync(path, json).ConfigureAwait(false);
        }
        catch (ContainerizeException exception)
        {
            throw new ContainerizeException(
                exception.Diagnostic,
                $"ContainerMetadataPath: {exception.Message}",
                exception
            );
        }
    }

    // What is no file, a pipe for one, has no text to compare.
    private static bool IsThere(string path, string json)
    {
        try
        {
            return File.Exists(path) && !RegularFile.IsSpecial(path) && File.ReadAllText(path) == json;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static JsonObject LayerJson(Layer layer, ImmutableArray<PushReport> reports, CachedLayer? made)
    {
        var json = new JsonObject
        {
            ["name"] = layer.Name,
            ["mediaType"] = layer.Blob.Descriptor.MediaType,
            ["digest"] = layer.Blob.Descriptor.Digest.ToString(),
            ["diffId"] = layer.DiffId.ToString(),
            ["size"] = layer.Blob.Descriptor.Size,
        };
        if (made is not null)
            json["origin"] = Word(made.Origin);
        json["fates"] = OciJson.From(
            reports.Select(report => Word(report.Layers.GetValueOrDefault(layer.Blob.Descriptor.Digest)))
        );
        return json;
    }

    private static string Word(Enum value) => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}
