using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Containerize.Diagnostics;
using Containerize.Images;

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

    /// <summary>Bytes that an envelope holds as text: readers of DSSE take both alphabets of base64 (RFC 4648, 4 and
    /// 5).</summary>
    /// <exception cref="ContainerizeException">CTZ0024.</exception>
    public static byte[] Bytes(string text, string where)
    {
        try
        {
            return Convert.FromBase64String(text.Replace('-', '+').Replace('_', '/'));
        }
        catch (FormatException exception)
        {
            throw OciJson.Invalid(where, "a text in it is no base64", exception);
        }
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
