using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.IO;

namespace Containerize.Attestations.Keyless;

/// <summary>
/// The authorities and logs that signatures of identities are checked with: a <c>trusted_root.json</c> as sigstore
/// publishes it. What it lists is demanded: a log of signatures, a log of certificates.
/// A list that is left out is not demanded.
/// </summary>
public sealed class TrustedRoot
{
    private const string Family = "application/vnd.dev.sigstore.trustedroot";

    // That of sigstore has 10 KiB.
    private const int Longest = 4 << 20;

    internal ImmutableArray<TrustedAuthority> Authorities { get; private init; }

    internal ImmutableArray<TrustedAuthority> Clocks { get; private init; }

    internal ImmutableArray<TrustedLog> Logs { get; private init; }

    internal ImmutableArray<TrustedLog> CertificateLogs { get; private init; }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The absolute path.</param>
    /// <exception cref="ContainerizeException">CTZ0461.</exception>
    public static TrustedRoot Open(string path)
    {
        try
        {
            return Parse(NamedFile.Read(path, Longest), $"'{path}'");
        }
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw Unreadable($"'{path}'", SingleLineText.Of(exception.Message).TrimEnd('.'), exception);
        }
    }

    /// <summary>Reads a root.</summary>
    /// <param name="bytes">JSON (protobuf-specs, sigstore_trustroot.proto).</param>
    /// <param name="where">What it is, for errors.</param>
    /// <exception cref="ContainerizeException">CTZ0461.</exception>
    public static TrustedRoot Parse(ReadOnlySpan<byte> bytes, string where)
    {
        try
        {
            var json = OciJson.Parse(bytes, where);
            if (OciJson.Text(json["mediaType"])?.StartsWith(Family, StringComparison.Ordinal) != true)
                throw OciJson.Invalid(where, "'mediaType' is not that of a trusted root");
            var root = new TrustedRoot
            {
                Authorities = All(json, "certificateAuthorities", TrustedAuthority.Read, where),
                Clocks = All(json, "timestampAuthorities", TrustedAuthority.Read, where),
                Logs = All(json, "tlogs", TrustedLog.Read, where),
                CertificateLogs = All(json, "ctlogs", TrustedLog.Read, where),
            };
            return root.Authorities.IsEmpty
                ? throw OciJson.Invalid(where, "it lists no authority that certifies identities")
                : root;
        }
        catch (ContainerizeException exception) when (exception.Diagnostic == DiagnosticTable.InvalidManifest)
        {
            throw Unreadable(where, exception.Message.TrimEnd('.'), exception);
        }
    }

    private static ImmutableArray<T> All<T>(
        JsonObject json,
        string name,
        Func<JsonObject, string, T> read,
        string where
    ) => [.. ProtoJson.Objects(json[name], name, where).Select(each => read(each, where))];

    private static ContainerizeException Unreadable(string where, string why, Exception? inner = null) =>
        new(
            DiagnosticTable.TrustedRootUnreadable,
            $"The trusted root in {where} cannot be used: {why}. Name a file with sigstore's trusted_root.json with "
                + "--trusted-root or ContainerBaseImageTrustedRoot; 'cosign trusted-root create "
                + "--with-default-services --out trusted_root.json' makes one.",
            inner
        );
}
