using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Containerize.Attestations.Signatures;

/// <summary>What a signature is over (DSSE, protocol.md).</summary>
internal static class Envelope
{
    /// <summary>The type of the payload of a statement.</summary>
    public const string StatementType = "application/vnd.in-toto+json";

    /// <summary>The bytes that are signed: type and payload, each with its length before it.</summary>
    public static byte[] PreAuthentication(string type, ReadOnlySpan<byte> payload)
    {
        var start = string.Create(
            CultureInfo.InvariantCulture,
            $"DSSEv1 {Encoding.UTF8.GetByteCount(type)} {type} {payload.Length} "
        );
        return [.. Encoding.UTF8.GetBytes(start), .. payload];
    }

    /// <summary>A statement and its signature as JSON.</summary>
    public static JsonObject ToJson(byte[] statement, byte[] signature) =>
        new()
        {
            ["payload"] = Convert.ToBase64String(statement),
            ["payloadType"] = StatementType,
            ["signatures"] = new JsonArray(new JsonObject { ["sig"] = Convert.ToBase64String(signature) }),
        };
}
