using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Containerize.Attestations.Signatures;
using Containerize.Diagnostics;
using Containerize.Images;

namespace Containerize.Attestations.Keyless;

/// <summary>What a log holds of a signature (rekor, pkg/types; rekor-tiles, docs).</summary>
/// <param name="Digest">The SHA-256 of what was signed.</param>
/// <param name="IsOfPayload">Whether that is the payload alone, or the bytes with its type that are signed.</param>
/// <param name="Signature">The signature.</param>
/// <param name="Certificate">The certificate, in DER.</param>
internal sealed record LogEntryBody(byte[] Digest, bool IsOfPayload, byte[] Signature, byte[] Certificate)
{
    /// <summary>The longest text of a certificate that is read, in bytes: those of Fulcio have about 1 KiB.</summary>
    public const int LongestPem = 16 << 10;

    // Hashes, a signature and a certificate have a few KiB.
    private const int Longest = 256 << 10;

    /// <exception cref="ContainerizeException">CTZ0024.</exception>
    public static LogEntryBody Parse(byte[] bytes, (string Name, string Version) kind, string where)
    {
        if (bytes.Length > Longest)
            throw OciJson.Invalid(where, $"its log entry is {bytes.Length} bytes long, and {Longest} is the most");
        var json = OciJson.Parse(bytes, where);
        if (OciJson.Text(json["kind"]) != kind.Name || OciJson.Text(json["apiVersion"]) != kind.Version)
            throw OciJson.Invalid(where, "its log entry is not of the kind that it says");
        var spec = OciJson.Object(json["spec"], where);
        return kind switch
        {
            ("dsse", "0.0.1") => OfDsse(spec, where),
            ("intoto", "0.0.2") => OfIntoto(OciJson.Object(spec["content"], where), where),
            ("hashedrekord", "0.0.1") => OfHash(spec, where),
            ("dsse", "0.0.2") => OfTile(OciJson.Object(spec["dsseV002"], where), "payloadHash", where),
            ("hashedrekord", "0.0.2") => OfTile(OciJson.Object(spec["hashedRekordV002"], where), "data", where),
            _ => throw OciJson.Invalid(
                where,
                $"its log entry is of the kind '{SingleLineText.Of(kind.Name)}' {SingleLineText.Of(kind.Version)}, "
                    + "which is not known"
            ),
        };
    }

    /// <summary>Whether it is the entry of a bundle.</summary>
    public bool IsOf(SignatureBundle bundle, byte[] certificate)
    {
        var message = IsOfPayload ? bundle.Payload : Envelope.PreAuthentication(bundle.PayloadType, bundle.Payload);
        return Digest.AsSpan().SequenceEqual(SHA256.HashData(message))
            && Signature.AsSpan().SequenceEqual(bundle.Signature)
            && Certificate.AsSpan().SequenceEqual(certificate);
    }

    private static LogEntryBody OfDsse(JsonObject spec, string where)
    {
        var signature = Single(spec["signatures"], where);
        return new(
            Hash(spec["payloadHash"], where),
            true,
            ProtoJson.Bytes(signature["signature"], "signature", where),
            Pem(signature["verifier"], where)
        );
    }

    // The signature stands there in base64 twice.
    private static LogEntryBody OfIntoto(JsonObject content, string where)
    {
        var signature = Single(OciJson.Object(content["envelope"], where)["signatures"], where);
        var text = Encoding.UTF8.GetString(ProtoJson.Bytes(signature["sig"], "sig", where));
        return new(
            Hash(content["payloadHash"], where),
            true,
            ProtoJson.Bytes(JsonValue.Create(text), "sig", where),
            Pem(signature["publicKey"], where)
        );
    }

    private static LogEntryBody OfHash(JsonObject spec, string where)
    {
        var signature = OciJson.Object(spec["signature"], where);
        return new(
            Hash(OciJson.Object(spec["data"], where)["hash"], where),
            false,
            ProtoJson.Bytes(signature["content"], "signature.content", where),
            Pem(OciJson.Object(signature["publicKey"], where)["content"], where)
        );
    }

    private static LogEntryBody OfTile(JsonObject spec, string hash, string where)
    {
        var isPayload = hash == "payloadHash";
        var signature = isPayload ? Single(spec["signatures"], where) : OciJson.Object(spec["signature"], where);
        var verifier = OciJson.Object(OciJson.Object(signature["verifier"], where)["x509Certificate"], where);
        return new(
            ProtoJson.Bytes(OciJson.Object(spec[hash], where)["digest"], "digest", where),
            isPayload,
            ProtoJson.Bytes(signature["content"], "signature.content", where),
            ProtoJson.Bytes(verifier["rawBytes"], "rawBytes", where)
        );
    }

    private static JsonObject Single(JsonNode? signatures, string where) =>
        signatures is JsonArray { Count: 1 } array
            ? OciJson.Object(array[0], where)
            : throw OciJson.Invalid(where, "its log entry has not exactly one signature");

    private static byte[] Hash(JsonNode? node, string where)
    {
        var json = OciJson.Object(node, where);
        try
        {
            if (OciJson.Text(json["algorithm"]) == "sha256")
                return Convert.FromHexString(OciJson.RequiredText(json, "value", where));
        }
        catch (FormatException)
        {
            // The same error as where it is another hash.
        }

        throw OciJson.Invalid(where, "its log entry has no SHA-256");
    }

    private static byte[] Pem(JsonNode? node, string where)
    {
        var bytes = ProtoJson.Bytes(node, "certificate", where);
        if (bytes.Length > LongestPem)
            throw OciJson.Invalid(where, $"the certificate in its log entry has more than {LongestPem} bytes");
        return PemBlock.All(Encoding.UTF8.GetString(bytes)).FirstOrDefault() is { Label: "CERTIFICATE" } block
            ? block.Bytes
            : throw OciJson.Invalid(where, "its log entry has no certificate");
    }
}
