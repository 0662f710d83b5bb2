using System.Globalization;
using System.Text.Json.Nodes;
using Containerize.Attestations.Signatures;
using Containerize.Images;
using Containerize.TestKit.Keyless;

namespace Containerize.Core.Tests.Attestations.Keyless;

/// <summary>What somebody may change in a bundle that is signed by an identity.</summary>
internal static class Changes
{
    // A sequence of three values with a length in more bytes than it needs.
    public static readonly byte[] NoDer = [0x30, 0x81, 7, 5, 0, 5, 0, 2, 1, 0];

    public static void Apply(string part, JsonObject bundle, KeylessServices services, KeylessServices others)
    {
        var (material, envelope) = (bundle["verificationMaterial"]!.AsObject(), bundle["dsseEnvelope"]!);
        var entry = material["tlogEntries"]![0]!.AsObject();
        var proof = entry["inclusionProof"]!.AsObject();
        var signature = Bytes(envelope["signatures"]![0]!["sig"]);
        switch (part)
        {
            case "payload":
                envelope["payload"] = Convert.ToBase64String(
                    SignedStatement.Write(Digest.Of("b"u8), SignedStatement.SignatureType, null)
                );
                break;
            case "signature":
                envelope["signatures"]![0]!["sig"] = Changed(envelope["signatures"]![0]!["sig"]);
                break;
            case "key":
                material.Remove("certificate");
                break;
            case "certificate":
                var other = new KeylessBundle(services).Make()["verificationMaterial"]!;
                material["certificate"] = other["certificate"]!.DeepClone();
                break;
            case "log":
                entry["logId"]!["keyId"] = Convert.ToBase64String(others.Log.Id);
                break;
            case "body of another":
                var theirs = new KeylessBundle(services).Make()["verificationMaterial"]!["tlogEntries"]!;
                material["tlogEntries"] = theirs.DeepClone();
                break;
            case "body":
                // The same to who reads it, and other bytes.
                byte[] body = [.. Bytes(entry["canonicalizedBody"]), (byte)' '];
                entry["canonicalizedBody"] = Convert.ToBase64String(body);
                break;
            case "hash":
                proof["hashes"]![0] = Changed(proof["hashes"]![0]);
                break;
            case "no hash":
                proof["hashes"]!.AsArray().RemoveAt(0);
                break;
            case "index":
                proof["logIndex"] = "4";
                break;
            case "root":
                proof["rootHash"] = Changed(proof["rootHash"]);
                break;
            case "tree":
                // A tree of one's own, which only the log itself could sign.
                var body2 = Bytes(entry["canonicalizedBody"]);
                entry["inclusionProof"] = others.Log.Enter(body2, null)["inclusionProof"]!.DeepClone();
                break;
            case "checkpoint":
                var note = (string)proof["checkpoint"]!["envelope"]!;
                proof["checkpoint"]!["envelope"] = note.Replace(" - 7\n", " - 8\n", StringComparison.Ordinal);
                break;
            case "checkpoint of another log":
                proof["checkpoint"]!["envelope"] = others.Log.Checkpoint(8, Bytes(proof["rootHash"]));
                break;
            case "checkpoint of another state":
                proof["checkpoint"]!["envelope"] = services.Log.Checkpoint(9, Bytes(proof["rootHash"]));
                break;
            case "checkpoint of another state and log":
                proof["checkpoint"]!["envelope"] = others.Log.Checkpoint(9, Bytes(proof["rootHash"]));
                break;
            case "long checkpoint":
                proof["checkpoint"]!["envelope"] = (string)proof["checkpoint"]!["envelope"]! + new string('x', 1 << 16);
                break;
            case "many signatures":
                var line = ((string)proof["checkpoint"]!["envelope"]!).Split('\n')[^2];
                proof["checkpoint"]!["envelope"] =
                    (string)proof["checkpoint"]!["envelope"]! + string.Concat(Enumerable.Repeat(line + "\n", 32));
                break;
            case "long body":
                byte[] padded = [.. Bytes(entry["canonicalizedBody"]), .. Enumerable.Repeat((byte)' ', 256 << 10)];
                material["tlogEntries"] = new JsonArray(services.Log.Enter(padded, DateTimeOffset.UtcNow));
                break;
            case "long certificate":
                var spec = JsonNode.Parse(Bytes(entry["canonicalizedBody"]))!;
                var signed = spec["spec"]!["signatures"]![0]!;
                signed["verifier"] = Convert.ToBase64String([.. Bytes(signed["verifier"]), .. new byte[16 << 10]]);
                material["tlogEntries"] = new JsonArray(
                    services.Log.Enter(OciJson.ToBytes(spec), DateTimeOffset.UtcNow)
                );
                break;
            case "form of the key":
                material["certificate"]!["rawBytes"] = Convert.ToBase64String(
                    KeylessBundle.WithCurve(Bytes(material["certificate"]!["rawBytes"]), NoDer)
                );
                break;
            case "time":
                var seconds = long.Parse((string)entry["integratedTime"]!, CultureInfo.InvariantCulture);
                entry["integratedTime"] = (seconds + 1).ToString(CultureInfo.InvariantCulture);
                break;
            case "promise":
                entry["inclusionPromise"]!["signedEntryTimestamp"] = Convert.ToBase64String(signature);
                break;
            case "number":
                entry["logIndex"] = "1";
                break;
            case "kind":
                entry["kindVersion"]!["kind"] = "intoto";
                break;
            case "stamp of another signature":
                material["timestampVerificationData"] = KeylessBundle.Stamps(Stamp(services, [1]));
                break;
            case "stamp of another clock":
                material["timestampVerificationData"] = KeylessBundle.Stamps(Stamp(others, signature));
                break;
            case "stamp":
                // The last bytes are those of its signature.
                var stamp = Stamp(services, signature);
                stamp[^1] ^= 1;
                material["timestampVerificationData"] = KeylessBundle.Stamps(stamp);
                break;
            case "long stamp":
                byte[] longer = [.. Stamp(services, signature), .. new byte[64 << 10]];
                material["timestampVerificationData"] = KeylessBundle.Stamps(longer);
                break;
            case "many carried":
                services.Clock.Carried = 17;
                material["timestampVerificationData"] = KeylessBundle.Stamps(Stamp(services, signature));
                break;
            case "refusal":
                material["timestampVerificationData"] = KeylessBundle.Stamps(MockClock.Refusal());
                break;
            case "no time":
                material.Remove("timestampVerificationData");
                entry.Remove("inclusionPromise");
                break;
            case "many":
                material["tlogEntries"] = new JsonArray([.. Enumerable.Range(0, 9).Select(_ => entry.DeepClone())]);
                break;
            default:
                throw new ArgumentException($"no such change: {part}");
        }
    }

    public static byte[] Bytes(JsonNode? node) => Convert.FromBase64String((string)node!);

    private static byte[] Stamp(KeylessServices services, byte[] signature) =>
        services.Clock.StampOf(signature, DateTimeOffset.UtcNow);

    private static string Changed(JsonNode? node)
    {
        var bytes = Bytes(node);
        bytes[^1] ^= 1;
        return Convert.ToBase64String(bytes);
    }
}
