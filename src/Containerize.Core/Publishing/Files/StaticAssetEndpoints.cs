using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Containerize.Entries;
using Containerize.Images;

namespace Containerize.Publishing.Files;

/// <summary>
/// The manifest that <c>MapStaticAssets</c> serves from, <c>APP.staticwebassets.endpoints.json</c>. Its
/// <c>Last-Modified</c> headers are the times of files on the machine that built it; in the image they become the times
/// that the files have there. The publish folder itself is left as it is.
/// </summary>
internal static class StaticAssetEndpoints
{
    private const string Suffix = ".staticwebassets.endpoints.json";

    /// <summary>Whether a file of the publish folder is such a manifest: it lies at the top.</summary>
    public static bool IsManifest(string relativePath) =>
        relativePath.EndsWith(Suffix, StringComparison.Ordinal)
        && !relativePath.Contains('/', StringComparison.Ordinal);

    /// <summary>The manifest with other times; one of a form that we do not know stays as it is.</summary>
    /// <param name="manifest">The manifest as published.</param>
    /// <param name="timeOf">The time of an asset by its path below <c>wwwroot</c>; null for one that is not
    /// there.</param>
    public static FileContent WithTimes(FileContent manifest, Func<string, DateTimeOffset?> timeOf)
    {
        using var stream = manifest.Open();
        JsonNode? json;
        try
        {
            json = JsonNode.Parse(stream);
        }
        catch (JsonException)
        {
            return manifest;
        }

        if (json is not JsonObject document || document["Endpoints"] is not JsonArray endpoints)
            return manifest;
        foreach (var endpoint in endpoints.OfType<JsonObject>())
        {
            if (OciJson.Text(endpoint["AssetFile"]) is { } asset && timeOf(asset) is { } time)
                SetLastModified(endpoint, time);
        }

        return FileContent.FromBytes(OciJson.ToBytes(json), manifest.Where);
    }

    private static void SetLastModified(JsonObject endpoint, DateTimeOffset time)
    {
        foreach (var header in (endpoint["ResponseHeaders"] as JsonArray ?? []).OfType<JsonObject>())
        {
            if (OciJson.Text(header["Name"]) == "Last-Modified")
                header["Value"] = time.ToString("R", CultureInfo.InvariantCulture);
        }
    }
}
