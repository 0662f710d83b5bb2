using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Containerize.TestKit.Keyless;

/// <summary>A log of signatures with a real tree (RFC 6962), as Rekor is. It has entries of others already.</summary>
/// <param name="name">The host that checkpoints name.</param>
public sealed class MockLog(string name)
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly List<byte[]> _bodies = [.. Enumerable.Range(0, 5).Select(number => new[] { (byte)number })];

    /// <summary>The public key.</summary>
    public byte[] Key => _key.ExportSubjectPublicKeyInfo();

    /// <summary>What entries call the log.</summary>
    public byte[] Id => SHA256.HashData(Key);

    /// <summary>Enters a body, and as many of others behind it.</summary>
    /// <param name="body">JSON.</param>
    /// <param name="time">When; null for a log that promises no time.</param>
    /// <param name="after">The number of others.</param>
    /// <returns>The entry as bundles have it.</returns>
    public JsonObject Enter(byte[] body, DateTimeOffset? time, int after = 2)
    {
        var index = _bodies.Count;
        _bodies.Add(body);
        for (var number = 0; number < after; number++)
            _bodies.Add([.. body, (byte)number]);
        var kind = JsonNode.Parse(body)!;
        var entry = new JsonObject
        {
            // Numbers of entries go on from older trees; those of the proof do not.
            ["logIndex"] = Text(index + 1000),
            ["logId"] = new JsonObject { ["keyId"] = Convert.ToBase64String(Id) },
            ["kindVersion"] = new JsonObject
            {
                ["kind"] = (string?)kind["kind"],
                ["version"] = (string?)kind["apiVersion"],
            },
            ["inclusionProof"] = Proof(index),
            ["canonicalizedBody"] = Convert.ToBase64String(body),
        };
        if (time is { } moment)
        {
            entry["integratedTime"] = Text(moment.ToUnixTimeSeconds());
            entry["inclusionPromise"] = new JsonObject
            {
                ["signedEntryTimestamp"] = Convert.ToBase64String(Promise(body, moment, index + 1000)),
            };
        }

        return entry;
    }

    /// <summary>Signs a checkpoint.</summary>
    /// <param name="size">The number of entries.</param>
    /// <param name="root">The hash of the tree.</param>
    public string Checkpoint(int size, byte[] root)
    {
        var note = $"{name} - 7\n{Text(size)}\n{Convert.ToBase64String(root)}\n";
        byte[] signature = [.. Id.AsSpan(0, 4), .. Sign(Encoding.UTF8.GetBytes(note))];
        return $"{note}\n— {name} {Convert.ToBase64String(signature)}\n";
    }

    private JsonObject Proof(int index)
    {
        var path = new List<byte[]>();
        var root = Walk(0, _bodies.Count);
        return new JsonObject
        {
            ["logIndex"] = Text(index),
            ["rootHash"] = Convert.ToBase64String(root),
            ["treeSize"] = Text(_bodies.Count),
            ["hashes"] = new JsonArray([.. path.Select(hash => JsonValue.Create(Convert.ToBase64String(hash)))]),
            ["checkpoint"] = new JsonObject { ["envelope"] = Checkpoint(_bodies.Count, root) },
        };

        // The hash of a part of the tree (2.1); on the way to the entry it notes what is beside (2.1.1).
        byte[] Walk(int from, int count)
        {
            if (count == 1)
                return SHA256.HashData((byte[])[0, .. _bodies[from]]);
            var half = 1;
            while (half * 2 < count)
                half *= 2;
            var (left, right) = (Walk(from, half), Walk(from + half, count - half));
            if (index >= from && index < from + count)
                path.Add(index < from + half ? right : left);
            return SHA256.HashData((byte[])[1, .. left, .. right]);
        }
    }

    private byte[] Promise(byte[] body, DateTimeOffset time, long index) =>
        Sign(
            JsonSerializer.SerializeToUtf8Bytes(
                new SortedDictionary<string, object>(StringComparer.Ordinal)
                {
                    ["body"] = Convert.ToBase64String(body),
                    ["integratedTime"] = time.ToUnixTimeSeconds(),
                    ["logIndex"] = index,
                    ["logID"] = Convert.ToHexStringLower(Id),
                },
                MockEntries.Plain
            )
        );

    private byte[] Sign(byte[] message) =>
        _key.SignData(message, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
