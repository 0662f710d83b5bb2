using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Containerize.TestKit.Keyless;

/// <summary>What logs make of requests: the bodies of entries, and the words of the first version for them.</summary>
public static class MockEntries
{
    internal static readonly JsonSerializerOptions Plain = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The body of an envelope; null for one whose signature is wrong.</summary>
    public static byte[]? OfDsse(JsonNode request)
    {
        var content = request["spec"]!["proposedContent"]!;
        var text = (string)content["envelope"]!;
        var verifier = (string)content["verifiers"]![0]!;
        var envelope = JsonNode.Parse(text)!;
        var (type, payload) = ((string)envelope["payloadType"]!, Bytes(envelope["payload"]));
        byte[] message =
        [
            .. Encoding.UTF8.GetBytes(
                string.Create(CultureInfo.InvariantCulture, $"DSSEv1 {type.Length} {type} {payload.Length} ")
            ),
            .. payload,
        ];
        var signature = Bytes(envelope["signatures"]![0]!["sig"]);
        using var certificate = X509Certificate2.CreateFromPem(
            Encoding.UTF8.GetString(Convert.FromBase64String(verifier))
        );
        using var key = certificate.GetECDsaPublicKey()!;
        return key.VerifyData(message, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)
            ? Body(
                "dsse",
                "0.0.1",
                new JsonObject
                {
                    ["envelopeHash"] = Hash(Encoding.UTF8.GetBytes(text)),
                    ["payloadHash"] = Hash(payload),
                    ["signatures"] = new JsonArray(
                        new JsonObject { ["signature"] = Convert.ToBase64String(signature), ["verifier"] = verifier }
                    ),
                }
            )
            : null;
    }

    /// <summary>The body of a hash in the second version.</summary>
    public static byte[] OfTile(JsonNode request)
    {
        var asked = request["hashedRekordRequestV002"]!;
        return Body(
            "hashedrekord",
            "0.0.2",
            new JsonObject
            {
                ["hashedRekordV002"] = new JsonObject
                {
                    ["data"] = new JsonObject { ["algorithm"] = "SHA2_256", ["digest"] = asked["digest"]!.DeepClone() },
                    ["signature"] = asked["signature"]!.DeepClone(),
                },
            }
        );
    }

    /// <summary>A body of any kind.</summary>
    public static byte[] Body(string kind, string version, JsonObject spec) =>
        Encoding.UTF8.GetBytes(
            new JsonObject
            {
                ["apiVersion"] = version,
                ["kind"] = kind,
                ["spec"] = spec,
            }.ToJsonString(Plain)
        );

    /// <summary>The SHA-256 of bytes in the words of the first version.</summary>
    public static JsonObject Hash(byte[] bytes) =>
        new() { ["algorithm"] = "sha256", ["value"] = Convert.ToHexStringLower(SHA256.HashData(bytes)) };

    /// <summary>An entry in the words of the first version.</summary>
    public static JsonObject InFirstVersion(JsonObject entry)
    {
        var proof = entry["inclusionProof"]!;
        return new JsonObject
        {
            ["body"] = (string?)entry["canonicalizedBody"],
            ["integratedTime"] = Number(entry["integratedTime"]),
            ["logID"] = Hex(entry["logId"]!["keyId"]),
            ["logIndex"] = Number(entry["logIndex"]),
            ["verification"] = new JsonObject
            {
                ["inclusionProof"] = new JsonObject
                {
                    ["checkpoint"] = (string?)proof["checkpoint"]!["envelope"],
                    ["hashes"] = new JsonArray([
                        .. proof["hashes"]!.AsArray().Select(hash => JsonValue.Create(Hex(hash))),
                    ]),
                    ["logIndex"] = Number(proof["logIndex"]),
                    ["rootHash"] = Hex(proof["rootHash"]),
                    ["treeSize"] = Number(proof["treeSize"]),
                },
                ["signedEntryTimestamp"] = (string?)entry["inclusionPromise"]!["signedEntryTimestamp"],
            },
        };
    }

    private static byte[] Bytes(JsonNode? node) => Convert.FromBase64String((string)node!);

    private static string Hex(JsonNode? node) => Convert.ToHexStringLower(Bytes(node));

    private static long Number(JsonNode? node) => long.Parse((string)node!, CultureInfo.InvariantCulture);
}
