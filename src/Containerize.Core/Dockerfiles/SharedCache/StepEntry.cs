using System.Globalization;
using System.Text.Json.Nodes;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Layers;

namespace Containerize.Dockerfiles.SharedCache;

/// <summary>What a cache in a registry says of a step.</summary>
/// <param name="Key">What the step is known by.</param>
/// <param name="Used">The day on which a build had the step last.</param>
/// <param name="Layer">Its layer; null for a step that changed no file.</param>
internal sealed record StepEntry(string Key, DateOnly Used, StepEntryLayer? Layer)
{
    private const string Day = "yyyy-MM-dd";

    /// <summary>Whether it says the same of the step, whenever the step was used.</summary>
    public bool IsSame(StepEntry other) => Key == other.Key && Layer == other.Layer;

    public JsonObject ToJson()
    {
        var json = new JsonObject { ["key"] = Key, ["used"] = Used.ToString(Day, CultureInfo.InvariantCulture) };
        if (Layer is { } layer)
        {
            json["diffId"] = layer.DiffId.ToString();
            json["length"] = layer.Length;
            json["format"] = layer.Format;
            json["digest"] = layer.Stored.Digest.ToString();
        }

        return json;
    }

    /// <summary>Reads an entry.</summary>
    /// <param name="node">The JSON.</param>
    /// <param name="layers">The layers of the manifest, by digest.</param>
    /// <param name="where">What it is, for errors.</param>
    /// <exception cref="ContainerizeException">CTZ0024.</exception>
    public static StepEntry Read(JsonNode? node, IReadOnlyDictionary<Digest, Descriptor> layers, string where)
    {
        var json = OciJson.Object(node, where);
        var key = OciJson.RequiredText(json, "key", where);
        if (key.Length != 64 || !key.All(char.IsAsciiHexDigitLower))
            throw OciJson.Invalid(where, "the key of a step is not 64 hexadecimal digits");
        if (
            !DateOnly.TryParseExact(
                OciJson.Text(json["used"]),
                Day,
                CultureInfo.InvariantCulture,
                DateTimeStyles.None,
                out var used
            )
        )
            throw OciJson.Invalid(where, $"the step {key} has no day");
        if (!json.ContainsKey("digest"))
            return new StepEntry(key, used, null);
        if (
            !Digest.TryParse(OciJson.Text(json["diffId"]), out var diffId)
            || !Digest.TryParse(OciJson.Text(json["digest"]), out var digest)
            || !layers.TryGetValue(digest, out var stored)
            || json["length"] is not JsonValue number
            || !number.TryGetValue<long>(out var length)
            || length < 0
        )
            throw OciJson.Invalid(where, $"the step {key} names no layer of the manifest");
        var format = OciJson.RequiredText(json, "format", where);
        // Readers of the same format take the stored bytes as theirs, so they have to be of its kind.
        if (
            LayerEncoding.CompressionOf(format) is not { } compression
            || stored.MediaType != MediaTypes.Layer(ImageFormat.Oci, compression)
        )
            throw OciJson.Invalid(
                where,
                $"the layer of the step {key} has the media type {stored.MediaType}, which is not that of the format "
                    + $"'{SingleLineText.Of(format)}'"
            );
        return new StepEntry(key, used, new StepEntryLayer(diffId, length, format, stored));
    }
}

/// <summary>The layer of a step.</summary>
/// <param name="DiffId">The digest of its tar.</param>
/// <param name="Length">The length of its tar in bytes.</param>
/// <param name="Format">How the tar is stored.</param>
/// <param name="Stored">The stored bytes.</param>
internal sealed record StepEntryLayer(Digest DiffId, long Length, string Format, Descriptor Stored);
