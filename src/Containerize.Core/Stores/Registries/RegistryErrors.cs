using System.Collections.Immutable;
using System.Net;
using System.Text;
using System.Text.Json;
using Containerize.Diagnostics;
using Containerize.Http;

namespace Containerize.Stores.Registries;

/// <summary>The words for what registries do to us: method, host and path, status, the registry's own words, what to
/// do.</summary>
internal static class RegistryErrors
{
    /// <summary>An answer that says no.</summary>
    /// <param name="method">Of the request.</param>
    /// <param name="url">Of the request.</param>
    /// <param name="status">The answer's status.</param>
    /// <param name="body">The answer's body, or its beginning.</param>
    /// <param name="access">What kind of problem it is and what to do when it is one of rights.</param>
    /// <param name="secrets">What must not be repeated.</param>
    public static ContainerizeException Refused(
        HttpMethod method,
        Uri url,
        HttpStatusCode status,
        ReadOnlySpan<byte> body,
        (Diagnostic Kind, string Advice) access,
        Redactor secrets
    )
    {
        var errors = Errors(body);
        var isAccess = status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden;
        var answer = errors.IsEmpty
            ? Encoding.UTF8.GetString(body)
            : string.Join(
                "; ",
                errors.Select(error => error.Message.Length > 0 ? $"{error.Code}: {error.Message}" : error.Code)
            );
        var words = SingleLineText.Of(secrets.Hide(answer));
        return new ContainerizeException(
            isAccess ? access.Kind : DiagnosticTable.RegistryRefused,
            $"{HttpErrors.Request(method, url)} was refused: "
                + $"{(int)status}{Phrase(status)}{(words.Length > 0 ? $", {words}" : "")}"
                + $"{(words.EndsWith('.') || words.EndsWith('…') ? "" : ".")} "
                + (isAccess ? access.Advice : RegistryQuirks.Advice(method, status, errors))
        );
    }

    /// <summary>The errors of a body as distribution-spec has them ("Error Codes"); empty when it is something
    /// else.</summary>
    public static ImmutableArray<(string Code, string Message)> Errors(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            using var json = JsonDocument.ParseValue(ref reader);
            return
                json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty("errors", out var errors)
                && errors.ValueKind == JsonValueKind.Array
                ?
                [
                    .. errors
                        .EnumerateArray()
                        .Select(error => (Text(error, "code"), Text(error, "message")))
                        .Where(error => error.Item1.Length > 0),
                ]
                : [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private static string Text(JsonElement error, string name) =>
        error.ValueKind == JsonValueKind.Object
        && error.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : "";

    private static string Phrase(HttpStatusCode status) =>
        Enum.IsDefined(status)
            ? " "
                + string.Concat(
                    status.ToString().Select((c, i) => i > 0 && char.IsAsciiLetterUpper(c) ? $" {c}" : $"{c}")
                )
            : "";
}
