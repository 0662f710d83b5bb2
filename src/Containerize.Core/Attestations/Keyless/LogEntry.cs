using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Containerize.Attestations.Signatures;
using Containerize.Images;

namespace Containerize.Attestations.Keyless;

/// <summary>An entry of a log of signatures (protobuf-specs, sigstore_rekor.proto).</summary>
/// <param name="LogId">The log.</param>
/// <param name="Index">The number of the entry in the log.</param>
/// <param name="Kind">The kind of its body with the version.</param>
/// <param name="Seconds">When the log took it, in Unix time; 0 for unknown.</param>
/// <param name="Promise">The log's signature over body, time and number; null for none.</param>
/// <param name="Proof">The proof that it is in the log.</param>
/// <param name="Body">What the log holds.</param>
internal sealed record LogEntry(
    byte[] LogId,
    long Index,
    (string Name, string Version) Kind,
    long Seconds,
    byte[]? Promise,
    InclusionProof Proof,
    byte[] Body
)
{
    // Later seconds have no date.
    private const long LastSecond = 253_402_300_799;

    /// <exception cref="Diagnostics.ContainerizeException">CTZ0024.</exception>
    public static LogEntry Read(JsonObject json, string where)
    {
        var kind = OciJson.Object(json["kindVersion"], where);
        return new(
            ProtoJson.Bytes(OciJson.Object(json["logId"], where)["keyId"], "logId.keyId", where),
            ProtoJson.Number(json["logIndex"], "logIndex", where),
            (OciJson.RequiredText(kind, "kind", where), OciJson.RequiredText(kind, "version", where)),
            ProtoJson.Number(json["integratedTime"], "integratedTime", where),
            json["inclusionPromise"] is { } promise
                ? ProtoJson.Bytes(OciJson.Object(promise, where)["signedEntryTimestamp"], "signedEntryTimestamp", where)
                : null,
            InclusionProof.Read(json["inclusionProof"], where),
            ProtoJson.Bytes(json["canonicalizedBody"], "canonicalizedBody", where)
        );
    }

    /// <summary>Checks the entry.</summary>
    /// <param name="bundle">The bundle that it is in.</param>
    /// <param name="certificate">The certificate that signed, in DER.</param>
    /// <param name="logs">The logs that count.</param>
    /// <param name="where">What it is, for errors.</param>
    /// <returns>Why it does not count; else the time that it proves, null for none, and the listed logs that it is of:
    /// more than one where the root lists a log for more than one period.</returns>
    /// <exception cref="Diagnostics.ContainerizeException">CTZ0024.</exception>
    public (string? Fault, DateTimeOffset? Time, ImmutableArray<TrustedLog> Logs) Check(
        SignatureBundle bundle,
        byte[] certificate,
        IEnumerable<TrustedLog> logs,
        string where
    )
    {
        var named = logs.Where(log => log.Id.AsSpan().SequenceEqual(LogId)).ToArray();
        if (named.Length == 0)
            return ("its log entry is of a log that the trusted root does not list", null, []);
        if (!LogEntryBody.Parse(Body, Kind, where).IsOf(bundle, certificate))
            return ("its log entry is of another signature", null, []);
        var faults = named.Select(FaultIn).ToArray();
        var fitting = named.Where((_, place) => faults[place] is null).ToImmutableArray();
        return fitting.IsEmpty ? (faults[0], null, [])
            : Promise is null ? (null, null, fitting)
            : (null, DateTimeOffset.FromUnixTimeSeconds(Seconds), fitting);
    }

    private string? FaultIn(TrustedLog log)
    {
        if (Proof.FaultOf(Body, log) is { } fault)
            return fault;
        return Promise is null || (Seconds <= LastSecond && log.Verifies(Promised(), Promise))
            ? null
            : "the time of its log entry is not signed by the log";
    }

    // What the log signs at once: JSON in the form of RFC 8785.
    private byte[] Promised() =>
        OciJson.ToBytes(
            new JsonObject
            {
                ["body"] = Convert.ToBase64String(Body),
                ["integratedTime"] = Seconds,
                ["logID"] = Convert.ToHexStringLower(LogId),
                ["logIndex"] = Index,
            }
        );
}
