using System.Globalization;
using System.Text.Json.Nodes;
using Containerize.Diagnostics;
using Containerize.Images;

namespace Containerize.Attestations.Keyless;

/// <summary>Values as protobuf's JSON writes them: bytes in base64, long numbers and times as texts.</summary>
internal static class ProtoJson
{
    /// <exception cref="ContainerizeException">CTZ0024.</exception>
    public static byte[] Bytes(JsonNode? node, string what, string where)
    {
        try
        {
            if (OciJson.Text(node) is { Length: > 0 } text)
                return Convert.FromBase64String(text.Replace('-', '+').Replace('_', '/'));
        }
        catch (FormatException)
        {
            // The same error as where there is no text.
        }

        throw OciJson.Invalid(where, $"'{what}' is missing or no base64");
    }

    /// <summary>A number of a field that is left out where it is 0.</summary>
    /// <exception cref="ContainerizeException">CTZ0024.</exception>
    public static long Number(JsonNode? node, string what, string where)
    {
        if (node is null)
            return 0;
        if (node is JsonValue value && value.TryGetValue<long>(out var number) && number >= 0)
            return number;
        return long.TryParse(OciJson.Text(node), NumberStyles.None, CultureInfo.InvariantCulture, out var parsed)
            ? parsed
            : throw OciJson.Invalid(where, $"'{what}' is not a whole number");
    }

    /// <summary>A moment (RFC 3339); null for none.</summary>
    /// <exception cref="ContainerizeException">CTZ0024.</exception>
    public static DateTimeOffset? Time(JsonNode? node, string what, string where)
    {
        if (node is null)
            return null;
        return DateTimeOffset.TryParse(
            OciJson.Text(node),
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var time
        )
            ? time
            : throw OciJson.Invalid(where, $"'{what}' is not a time");
    }

    /// <summary>The objects of a list; none where there is no list.</summary>
    /// <exception cref="ContainerizeException">CTZ0024.</exception>
    public static IEnumerable<JsonObject> Objects(JsonNode? node, string what, string where) =>
        node switch
        {
            null => [],
            JsonArray array => array.Select(each => OciJson.Object(each, where)),
            _ => throw OciJson.Invalid(where, $"'{what}' is not a list"),
        };
}
