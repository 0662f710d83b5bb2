using System.Text.Json;

namespace Containerize.Stores.Registries.Authentication;

/// <summary>What a token server gave us for a while.</summary>
/// <param name="Value">The token: visible ASCII, so that it cannot break a header.</param>
/// <param name="Lifetime">How long it is valid from when we got it; 60 s where the server does not say.</param>
/// <param name="Received">When we got it, as the time provider's timestamp.</param>
internal sealed record Token(string Value, TimeSpan Lifetime, long Received)
{
    private static readonly TimeSpan DefaultLifetime = TimeSpan.FromSeconds(60);

    /// <summary>Whether it is valid for a tenth of its lifetime still.</summary>
    public bool IsFresh(TimeProvider time) => time.GetElapsedTime(Received) < Lifetime * 0.9;

    /// <summary>Reads a token server's answer (distribution's token.md: <c>token</c> or <c>access_token</c>); null when
    /// it holds no token.</summary>
    public static Token? Parse(ReadOnlySpan<byte> body, long received)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            using var json = JsonDocument.ParseValue(ref reader);
            if (json.RootElement.ValueKind != JsonValueKind.Object)
                return null;
            var value = Text(json.RootElement, "token") ?? Text(json.RootElement, "access_token");
            return value is not null && !value.AsSpan().ContainsAnyExceptInRange('!', '~')
                ? new Token(value, LifetimeIn(json.RootElement), received)
                : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null; // InvalidOperationException: a text that is not Unicode
        }
    }

    public override string ToString() => "a token";

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String
        && value.GetString() is { Length: > 0 } text
            ? text
            : null;

    private static TimeSpan LifetimeIn(JsonElement json) =>
        json.TryGetProperty("expires_in", out var value)
        && value.ValueKind == JsonValueKind.Number
        && value.TryGetInt32(out var seconds)
        && seconds > 0
            ? TimeSpan.FromSeconds(seconds)
            : DefaultLifetime;
}
