using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Containerize.Attestations.Signatures;
using Containerize.Diagnostics;
using Containerize.Images;

namespace Containerize.Attestations.Keyless;

/// <summary>An identity that must have signed, such as a workflow, for which an authority has issued a
/// certificate.</summary>
/// <param name="identity">The one name in the certificate.</param>
/// <param name="issuer">The URL of the OpenID provider that vouched for it.</param>
/// <param name="root">The authorities and logs that count.</param>
public sealed class TrustedIdentity(string identity, string issuer, TrustedRoot root) : TrustedSigner
{
    // Signers write one of each; each costs a signature or two.
    internal const int Most = 8;

    /// <inheritdoc/>
    public override string Name => $"the identity {identity} of {issuer}";

    internal override string? FaultOf(SignatureBundle bundle, string where)
    {
        if (CertificateOf(bundle.Material, where) is not { } der)
            return "it is signed by a key, and not by an identity";
        var certificate = FulcioCertificate.Parse(der, where);
        if (!bundle.IsBy(certificate.Key(where)))
            return "it is not signed by the key of its certificate";
        if (FaultOfTimes(bundle, der, where, out var times) is { } untimed)
            return untimed;
        foreach (var time in times)
        {
            if (FaultOfChain(certificate, time) is { } fault)
                return fault;
        }

        // Names in a certificate count once its authority does.
        return certificate.Identity != identity ? $"it is signed by '{SingleLineText.Of(certificate.Identity)}'"
            : certificate.Issuer != issuer
                ? $"it is signed by that identity of '{SingleLineText.Of(certificate.Issuer)}'"
            : null;
    }

    internal override string FaultOf(ReadOnlySpan<byte> payload, ReadOnlySpan<byte> signature) =>
        "the older form of signatures counts for keys alone";

    /// <summary>The certificate of a bundle in DER; null for a bundle that has none.</summary>
    /// <exception cref="ContainerizeException">CTZ0024.</exception>
    internal static byte[]? CertificateOf(JsonObject material, string where)
    {
        // Up to version 0.2 of bundles a chain stands there, and the first of it signed.
        var node =
            material["certificate"]
            ?? ((material["x509CertificateChain"] as JsonObject)?["certificates"] as JsonArray)?.FirstOrDefault();
        return node is null ? null : ProtoJson.Bytes(OciJson.Object(node, where)["rawBytes"], "rawBytes", where);
    }

    /// <summary>The timestamps of a bundle.</summary>
    /// <exception cref="ContainerizeException">CTZ0024.</exception>
    internal static IEnumerable<JsonObject> TimestampsOf(JsonObject material, string where) =>
        material["timestampVerificationData"] is { } data
            ? ProtoJson.Objects(OciJson.Object(data, where)["rfc3161Timestamps"], "rfc3161Timestamps", where)
            : [];

    /// <summary>The entries of a bundle.</summary>
    /// <exception cref="ContainerizeException">CTZ0024.</exception>
    internal static IEnumerable<JsonObject> EntriesOf(JsonObject material, string where) =>
        ProtoJson.Objects(material["tlogEntries"], "tlogEntries", where);

    private string? FaultOfTimes(
        SignatureBundle bundle,
        byte[] certificate,
        string where,
        out List<DateTimeOffset> times
    )
    {
        times = [];
        var entries = EntriesOf(bundle.Material, where).ToArray();
        var stamps = TimestampsOf(bundle.Material, where).ToArray();
        if (entries.Length > Most || stamps.Length > Most)
            return $"it has more than {Most} log entries or timestamps";
        if (entries.Length == 0 && !root.Logs.IsEmpty)
            return "it has no log entry, and the trusted root lists a log";
        var logs = new List<ImmutableArray<TrustedLog>>();
        foreach (var entry in entries)
        {
            var (fault, time, of) = LogEntry.Read(entry, where).Check(bundle, certificate, root.Logs, where);
            if (fault is not null)
                return fault;
            logs.Add(of);
            if (time is { } proven)
                times.Add(proven);
        }

        foreach (var stamp in stamps)
        {
            var (fault, time) = SignedTime.Check(
                ProtoJson.Bytes(stamp["signedTimestamp"], "signedTimestamp", where),
                bundle.Signature,
                root.Clocks
            );
            if (fault is not null)
                return fault;
            times.Add(time!.Value);
        }

        // An entry without a time is made at the time that another proof says.
        var proved = times;
        if (!logs.TrueForAll(of => of.Any(log => proved.TrueForAll(log.Period.Contains))))
            return "its log entry is of a time when the log is not trusted";
        return times.Count > 0 ? null : "nothing in it proves when it was signed";
    }

    private string? FaultOfChain(FulcioCertificate certificate, DateTimeOffset time)
    {
        var faults = new List<string>();
        foreach (var authority in root.Authorities)
        {
            using var issuer = authority.IssuerOf(
                certificate.Certificate,
                time,
                TrustedAuthority.CodeSigning,
                out var why
            );
            if (issuer is null)
            {
                faults.Add(why);
                continue;
            }

            return
                root.CertificateLogs.IsEmpty
                || CertificateTimestamp.IsBy(certificate.Certificate, issuer, root.CertificateLogs)
                ? null
                : "its certificate is in no log of certificates that the trusted root lists";
        }

        return $"its certificate is not one of the trusted root at {time:yyyy-MM-ddTHH:mm:ssZ}: "
            + string.Join("; ", faults.Distinct().Take(3));
    }
}
