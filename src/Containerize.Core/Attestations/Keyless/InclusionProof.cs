using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Containerize.Images;

namespace Containerize.Attestations.Keyless;

/// <summary>The proof that an entry is in a log: the way to the root of its tree, and the log's word for that
/// root.</summary>
/// <param name="Index">The number of the entry in the tree.</param>
/// <param name="Size">The number of entries of the tree.</param>
/// <param name="Root">The hash of the tree.</param>
/// <param name="Path">The hashes beside the way from the entry to the root.</param>
/// <param name="Checkpoint">Size and root in a note that the log has signed (c2sp.org/tlog-checkpoint).</param>
internal sealed record InclusionProof(
    long Index,
    long Size,
    byte[] Root,
    ImmutableArray<byte[]> Path,
    string Checkpoint
)
{
    private const string SignatureStart = "— ";

    // Those of sigstore have some hundred characters and a few signatures; each signature costs a check.
    private const int Longest = 64 << 10,
        MostSignatures = 32;

    /// <exception cref="Diagnostics.ContainerizeException">CTZ0024.</exception>
    public static InclusionProof Read(JsonNode? node, string where)
    {
        var json = OciJson.Object(node, where);
        return new(
            ProtoJson.Number(json["logIndex"], "inclusionProof.logIndex", where),
            ProtoJson.Number(json["treeSize"], "inclusionProof.treeSize", where),
            ProtoJson.Bytes(json["rootHash"], "inclusionProof.rootHash", where),
            json["hashes"] is JsonArray hashes
                ? [.. hashes.Select(hash => ProtoJson.Bytes(hash, "inclusionProof.hashes", where))]
                : [],
            OciJson.RequiredText(OciJson.Object(json["checkpoint"], where), "envelope", where)
        );
    }

    /// <summary>Why it does not prove that an entry is in a log; null where it does.</summary>
    public string? FaultOf(ReadOnlySpan<byte> body, TrustedLog log)
    {
        if (RootOf(body) is not { } root || !root.AsSpan().SequenceEqual(Root))
            return "the proof that its log entry is in the log does not lead to the root of the log";
        if (Checkpoint.Length > Longest)
            return $"the checkpoint of its log entry has more than {Longest} characters";
        var end = Checkpoint.IndexOf("\n\n", StringComparison.Ordinal);
        if (end < 0)
            return "the checkpoint of its log entry is not signed by the log";
        var lines = Checkpoint[..end].Split('\n');
        if (
            lines.Length < 3
            || lines[1] != Size.ToString(CultureInfo.InvariantCulture)
            || lines[2] != Convert.ToBase64String(Root)
        )
            return "the checkpoint of its log entry is about another state of the log";
        var signatures = Checkpoint[(end + 2)..]
            .Split('\n')
            .Where(line => line.StartsWith(SignatureStart, StringComparison.Ordinal))
            .ToArray();
        if (signatures.Length > MostSignatures)
            return $"the checkpoint of its log entry has more than {MostSignatures} signatures";
        var note = Encoding.UTF8.GetBytes(Checkpoint[..(end + 1)]);
        return signatures.Any(line => IsSigned(note, line, log))
            ? null
            : "the checkpoint of its log entry is not signed by the log";
    }

    private static bool IsSigned(byte[] note, string line, TrustedLog log)
    {
        var text = line[(line.LastIndexOf(' ') + 1)..];
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length)
            && length > TrustedLog.HintLength
            && log.CheckpointHint.AsSpan().SequenceEqual(bytes.AsSpan(0, TrustedLog.HintLength))
            && log.Verifies(note, bytes.AsSpan(TrustedLog.HintLength, length - TrustedLog.HintLength));
    }

    // RFC 9162, 2.1.3.2.
    private byte[]? RootOf(ReadOnlySpan<byte> body)
    {
        if (Index >= Size)
            return null;
        var (node, last) = (Index, Size - 1);
        var hash = SHA256.HashData((byte[])[0, .. body]);
        foreach (var beside in Path)
        {
            if (last == 0)
                return null;
            if ((node & 1) == 1 || node == last)
            {
                hash = SHA256.HashData((byte[])[1, .. beside, .. hash]);
                while ((node & 1) == 0 && node != 0)
                    (node, last) = (node >> 1, last >> 1);
            }
            else
                hash = SHA256.HashData((byte[])[1, .. hash, .. beside]);

            (node, last) = (node >> 1, last >> 1);
        }

        return last == 0 ? hash : null;
    }
}
