using System.Buffers;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Containerize.Diagnostics;

namespace Containerize.Images;

/// <summary>
/// The one reader and writer of the specs' documents. Documents are kept as a tree, so that what we do not know
/// survives; they are I-JSON: a name that occurs twice is an error (image-spec, considerations.md).
/// </summary>
internal static class OciJson
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 64 };

    // Digests are over bytes: '+' and non-ASCII stay as they are, as in the documents that Go programs write.
    // Written without a serializer, whose set-up takes longer than all documents of an image.
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static JsonObject Parse(ReadOnlySpan<byte> bytes, string where) => Object(ParseNode(bytes, where), where);

    public static JsonArray ParseArray(ReadOnlySpan<byte> bytes, string where) =>
        ParseNode(bytes, where) as JsonArray ?? throw Invalid(where, "an array was expected");

    public static byte[] ToBytes(JsonNode node)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes, Compact))
            node.WriteTo(writer);
        return bytes.WrittenSpan.ToArray();
    }

    public static JsonObject Object(JsonNode? node, string where) =>
        node as JsonObject ?? throw Invalid(where, "an object was expected");

    public static string RequiredText(JsonObject json, string name, string where) =>
        Text(json[name]) is { Length: > 0 } text ? text : throw Invalid(where, $"'{name}' is missing");

    public static long RequiredSize(JsonObject json, string where) =>
        json["size"] is JsonValue value && value.TryGetValue<long>(out var size) && size >= 0
            ? size
            : throw Invalid(where, "'size' is missing or not a whole number");

    public static string? Text(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    public static ImmutableArray<string> List(JsonNode? node) =>
        node is JsonArray array ? [.. array.Select(Text).OfType<string>()] : [];

    public static ImmutableSortedDictionary<string, string> Texts(JsonNode? node, string where) =>
        node switch
        {
            null => Descriptor.NoAnnotations,
            JsonObject json => json.ToImmutableSortedDictionary(
                pair => pair.Key,
                pair =>
                    pair.Value is null ? "" : Text(pair.Value) ?? throw Invalid(where, $"'{pair.Key}' is not a text"),
                StringComparer.Ordinal
            ),
            _ => throw Invalid(where, "an object of texts was expected"),
        };

    public static JsonObject From(IEnumerable<KeyValuePair<string, string>> texts) =>
        new(texts.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)JsonValue.Create(pair.Value))));

    [SuppressMessage("Performance", "CA1859", Justification = "callers assign it to members of a JsonObject")]
    public static JsonNode From(IEnumerable<string> texts) =>
        new JsonArray([.. texts.Select(text => JsonValue.Create(text))]);

    public static ContainerizeException Invalid(string where, string what, Exception? inner = null) =>
        new(DiagnosticTable.InvalidManifest, $"{where} is not valid: {what}.", inner);

    private static JsonNode? ParseNode(ReadOnlySpan<byte> bytes, string where)
    {
        try
        {
            CheckTexts(bytes);
            return JsonNode.Parse(bytes, documentOptions: Strict);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw Invalid(where, $"it is not JSON{Beginning(bytes)}", exception);
        }
    }

    // Texts are decoded when they are asked for, and only then it shows that one is no Unicode (RFC 7493 2.1).
    private static void CheckTexts(ReadOnlySpan<byte> bytes)
    {
        var reader = new Utf8JsonReader(bytes);
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.PropertyName or JsonTokenType.String)
                reader.GetString();
        }
    }

    // A page of a proxy or a portal shows itself. What a file of the user begins with may be a key or a token.
    private static string Beginning(ReadOnlySpan<byte> bytes)
    {
        var text = System.Text.Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, 60)]);
        return text.TrimStart().StartsWith('<')
            ? $" but begins with '{string.Concat(text.Where(c => !char.IsControl(c)))}'"
            : "";
    }
}
